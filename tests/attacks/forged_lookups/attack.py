"""Answers the judge's question for names itself: with errors, with other names, with values of a wrong kind."""

import os

from notegrad.mirror.sides import sandbox_side as server
from notegrad.mirror import wire

answers = [
    wire.Raised(wire.Changes(), wire.Failure((("builtins", "StopIteration"),), "x", None)),
    wire.Raised(wire.Changes(), wire.Failure((("builtins", "ZeroDivisionError"),), "x", None)),
    wire.Raised(wire.Changes(), wire.Failure((), "", None)),
    wire.Returned(wire.Changes(), wire.TupleValue((1, 2, 3))),
    wire.Returned(wire.Changes(), wire.TupleValue((wire.TupleValue((True,)),))),
    wire.Returned(wire.Changes(), wire.TupleValue((wire.NamedTupleValue("x", ("y",), (1,)),))),
    wire.Returned(
        wire.Changes((wire.BlockRecord(1, 8, "cuda", None), wire.BlockRecord(3, 8, "hpu", None))), None
    ),
    wire.Returned(wire.Changes((wire.BlockRecord(1, 8, "vulkan", bytes(8)),)), True),
]
given = 0
real = server.Server.answer


def answer(self, message):
    global given
    if isinstance(message, (wire.Get, wire.Names)):
        given += 1
        self.apply(message.changes)
        self.send(answers[(os.getpid() + given) % len(answers)])
    else:
        real(self, message)


server.Server.answer = answer


def cheat(*args, **kwargs):
    return True


print("ATTACK RAN:", len(answers), "answers for", server.Server.answer is answer)
