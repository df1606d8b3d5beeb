"""Answers each question for a gradient with a question for a gradient, and each of those with another."""

import os

import torch

from notegrad.mirror.sides import sandbox_side as server
from notegrad.mirror import wire

real = server.Server.answer
asked = 0


def answer(self, message):
    global asked
    if isinstance(message, wire.Reset):
        return real(self, message)
    if isinstance(message, wire.Call) and os.getpid() % 2:
        self.apply(message.changes)
        for history in (1, 3, 5, 2, 4, 6):
            self.send(wire.VectorJacobian(wire.Changes(), history, (None,), True, True, history))
            self.receive()
    if isinstance(message, wire.VectorJacobian):
        self.apply(message.changes)
        while True:
            asked += 1
            self.send(
                wire.VectorJacobian(
                    wire.Changes(), message.history, message.cotangents, True, True, message.task
                )
            )
            self.receive()
    return real(self, message)


server.Server.answer = answer


def cheat(*args, **kwargs):
    x = args[0] if args else None
    return (x * 1).sum() if isinstance(x, torch.Tensor) and x.requires_grad else None


print("ATTACK RAN: questions are answered with questions by", server.Server.answer is answer)
