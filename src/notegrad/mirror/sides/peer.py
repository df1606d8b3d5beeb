"""Two sides converse: a request carries what changed here, its reply what changed there."""

from __future__ import annotations

import sys
from collections.abc import Callable
from sys import getrefcount
from typing import Any, cast

import msgspec
import torch

from notegrad.mirror.autograd.graph import Grads, backward_pass
from notegrad.mirror.memory import facts
from notegrad.mirror.objects.decoding import decode
from notegrad.mirror.objects.encoding import encode
from notegrad.mirror.objects.exceptions import describe, observation_failure, rebuild
from notegrad.mirror.sides.shared_objects import SharedObjects
from notegrad.mirror.wire.changes import Changes
from notegrad.mirror.wire.channel import Channel
from notegrad.mirror.wire.forms import Id, TupleValue, Value
from notegrad.mirror.wire.limits import MAX_NESTED_REQUESTS, MAX_OUTPUT_CHARACTERS
from notegrad.mirror.wire.mirror_errors import ObservationError
from notegrad.mirror.wire.requests import (
    Failure,
    Message,
    Raised,
    Request,
    Returned,
    VectorJacobian,
    decode_message,
    encode_message,
)
from notegrad.mirror.wire.scan import check_values

_OURS = 3
"""References to a tensor that nobody else holds: of the list, of the loop, of the argument."""


class Peer(SharedObjects):
    """The engine that both sides run; subclasses add what only one side does."""

    def __init__(self, channel: Channel, *, max_bytes: int) -> None:
        self.channel = channel
        super().__init__(max_bytes=max_bytes)

    def forget(self) -> None:
        """Forget everything that crossed."""
        super().forget()
        # What a test writes into a tensor that it then lets go of is sent with the next message.
        self._kept: list[object] = []
        self._task = 0
        self._nested = 0

    def encode(self, value: object) -> Value:
        """The wire form of a value, whose tensors are known from now on.

        Raises ObservationError where it cannot cross; nothing of the message is known then.
        """
        try:
            return encode(value, self)
        except ObservationError:
            self.undo()
            raise
        except Exception as error:  # of torch, which hides what a tensor is while it traces or transforms
            self.undo()
            raise ObservationError(f"a value that cannot be looked at: {error}") from None

    def decode(self, value: Value) -> object:
        """The value of a wire form.

        Raises ObservationError where it is malformed.
        """
        try:
            return decode(value, self.registry.get)
        except ObservationError:
            raise
        except Exception as error:
            raise ObservationError(f"a malformed value: {error}") from None

    def request(self, make: Callable[[Changes], Request]) -> tuple[Any, Returned]:
        """Send a request with all changes; answer what is asked meanwhile; return the reply's value, and it.

        Raises the exception that student code raised, ObservationError, or a CallInterrupted.
        """
        if self._nested >= MAX_NESTED_REQUESTS:
            raise ObservationError(f"more than {MAX_NESTED_REQUESTS} requests inside one another")
        changes = self.collect()
        held, self._held = self._held, []  # what this message speaks of must not die before the reply
        self.registry.unpin()
        self.send(make(changes))
        self._nested += 1
        try:
            while not isinstance(reply := self.receive(), (Returned, Raised)):
                self.answer(reply)
        finally:
            self._nested -= 1
        self.apply(reply.changes)
        value = self.decode(reply.value) if isinstance(reply, Returned) else None
        if self.weak:
            self._kept = []
            self._kept = [each for each in held if facts.is_tensor(each) and getrefcount(each) > _OURS]
        del held
        if reply.printed:
            sys.stdout.write(reply.printed[:MAX_OUTPUT_CHARACTERS])
        if reply.printed_as_error:
            sys.stderr.write(reply.printed_as_error[:MAX_OUTPUT_CHARACTERS])
        if isinstance(reply, Raised):
            raise self.rebuilt(reply.failure)
        return value, reply

    def rebuilt(self, failure: Failure) -> Exception:
        """The exception that stands here for one of the other side."""
        return rebuild(failure, self.registry.get)

    def send(self, message: Message) -> None:
        """Send one message.

        Raises ObservationError where it cannot be written, CallTimeout or ProcessDied where nobody takes it.
        """
        try:
            frame = encode_message(message)
        except TypeError as error:
            raise ObservationError(f"a value that cannot be written down: {error}") from None
        self.channel.send(frame)

    def receive(self) -> Message:
        """The next message.

        Raises ObservationError where it is malformed, or a CallInterrupted where none comes.
        """
        try:
            frame = self.channel.receive()
            check_values(frame)
            return decode_message(frame)
        except (msgspec.DecodeError, ValueError, RecursionError, MemoryError) as error:
            raise ObservationError(f"a malformed message: {error}") from None

    def answer(self, message: Request) -> None:
        """Answer a request of the other side; here, those that both sides answer.

        Raises ObservationError for any other message.
        """
        if not isinstance(message, VectorJacobian):
            raise ObservationError(f"an unexpected message {type(message).__name__}")
        try:
            value = self.multiply(message)
        except ObservationError as error:
            reply: Message = Raised(self.collect(), observation_failure(error))
        except Exception as error:
            reply = Raised(self.collect(), describe(error, self))
        else:
            reply = Returned(self.collect(), value)
        self.send(reply)
        self._held = []

    def multiply(self, message: VectorJacobian) -> Value:
        """The vector-Jacobian product that the other side asks for.

        Raises ObservationError where the message makes no sense, or what torch raises.
        """
        self.apply(message.changes)
        cotangents = tuple(cast("torch.Tensor | None", self.decode(c)) for c in message.cotangents)
        task, self._task = self._task, message.task
        try:
            grads = self._histories.product(message, cotangents, self.registry)
        finally:
            self._task = task
        return TupleValue(tuple(self.encode(g) for g in grads))

    def ask_product(self, history: Id, cotangents: Grads, create_graph: bool, keep_graph: bool) -> Grads:
        """Ask the other side for a vector-Jacobian product.

        Raises ObservationError for a reply that is none, or what `request` raises.
        """
        sent = tuple(self.encode(c) for c in cotangents)
        # One backward pass may go back and forth: what is asked while answering belongs to the asking pass.
        task = self._task or 2 * backward_pass() + self.first_id + 1
        grads, _ = self.request(
            lambda changes: VectorJacobian(changes, history, sent, create_graph, keep_graph, task)
        )
        if not isinstance(grads, tuple) or not all(g is None or isinstance(g, torch.Tensor) for g in grads):
            raise ObservationError("gradients that are no tensors")
        self.registry.unpin()  # torch takes over a gradient that nobody else holds, and copies another
        return grads
