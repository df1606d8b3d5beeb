"""The sandbox's side answers the judge, in a fork of the process that executed the notebook."""

from __future__ import annotations

import contextlib
import copy
import io
import math
import operator
import os
import socket
from collections.abc import Callable
from typing import Any, cast

import numpy as np

from notegrad.mirror.globals import global_state
from notegrad.mirror.globals.modes import undisturbed
from notegrad.mirror.objects.exceptions import describe, observation_failure
from notegrad.mirror.objects.simulated import with_product
from notegrad.mirror.sides.described import describe_handle
from notegrad.mirror.sides.inside_case import TestFileNames, run_case
from notegrad.mirror.sides.peer import Peer
from notegrad.mirror.sides.shipping import unpack
from notegrad.mirror.sides.stub_classes import OPERATORS, ORDERS, REFLECTED
from notegrad.mirror.wire.changes import Changes, OtherRecord, SharedRecord, ShippedRecord
from notegrad.mirror.wire.channel import Channel
from notegrad.mirror.wire.forms import Id, Ref, TupleValue, Value
from notegrad.mirror.wire.limits import FRAME_OVERHEAD_BYTES, MAX_OUTPUT_CHARACTERS
from notegrad.mirror.wire.mirror_errors import CallInterrupted, ObservationError
from notegrad.mirror.wire.requests import (
    Call,
    Failure,
    Get,
    Names,
    OperationCounts,
    Put,
    Raised,
    Request,
    Reset,
    Returned,
    RunCase,
    VectorJacobian,
)
from notegrad.probes.accelerator import SimulatedTensor
from notegrad.probes.operations import count_operations
from notegrad.probes.watch import note_threads
from notegrad.records import Limits


def _reflected(name: str) -> Callable[..., Any]:
    operation = getattr(operator, f"__{name}__")
    return lambda value, other: operation(other, value)


def _exit(value: Any, kind: object, error: object, _: object) -> Any:
    """The end of a block; what the test raised in it is raised here once more, and has a trace of here."""
    if isinstance(error, BaseException):
        with contextlib.suppress(BaseException):
            raise error
    trace = error.__traceback__ if isinstance(error, BaseException) else None
    return type(value).__exit__(value, kind, error, trace)


_METHODS: dict[str, Callable[..., Any]] = {
    "__getattribute__": getattr,
    "__repr__": repr,
    "__str__": str,
    "__iter__": iter,
    "__next__": next,
    "__bool__": bool,
    "__len__": len,
    "__int__": int,
    "__float__": float,
    "__enter__": lambda value: type(value).__enter__(value),
    "__exit__": _exit,
    "__hash__": hash,
    "__dict__": lambda value: dict(value.__dict__),
    "__setattr__": setattr,
    "__delattr__": delattr,
    "__copy__": copy.copy,
    "__deepcopy__": copy.deepcopy,
    **{
        f"__{name}__": getattr(operator, f"__{name}__")
        for name in ("eq", "contains", "getitem", "setitem", "delitem", "index", "abs", "neg", *ORDERS)
    },
    **{f"__{name}__": getattr(operator, f"__{name}__") for name in ("pos", "invert")},
    **{f"__{each.__name__}__": each for each in (round, reversed, complex, bytes)},
    **{f"__{each.__name__}__": each for each in (math.trunc, math.floor, math.ceil, os.fspath)},
    **{f"__{name}__": getattr(operator, f"__{name}__") for name in OPERATORS if name not in REFLECTED},
    **{f"__{name}__": _reflected(operation) for name, operation in REFLECTED.items()},
}


class _Tail(io.TextIOBase):
    """Takes what a call prints, up to a limit."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._left = MAX_OUTPUT_CHARACTERS

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self._left > 0:
            self._parts.append(text[: self._left])
            self._left -= len(text)
        return len(text)

    def text(self) -> str:
        return "".join(self._parts).encode("utf-8", "replace").decode()


class Server(Peer):
    """Answers the judge over a student's namespace."""

    first_id: Id = 1
    weak = False

    def __init__(self, channel: Channel, namespace: dict[str, object], *, max_bytes: int) -> None:
        self._namespace = namespace
        self._test_files = TestFileNames()
        note_threads()
        super().__init__(channel, max_bytes=max_bytes)

    def refer_other(self, value: object) -> Value:
        """The number of a handle, of which the judge gets a name and nothing else."""
        handle_id = self.registry.id_of(value)
        if handle_id is None:
            handle_id = self.registry.next_id()
            self.registry.add(handle_id, value)
            record = describe_handle(handle_id, value, self)  # which may refer to classes
            self._others.append(record)
        return Ref(handle_id)

    def note_class(self, kind: type) -> None:
        """Have the judge hear of a class whose objects can more than the values as which they go."""
        self.refer_other(kind)

    def refer_simulated(self, tensor: SimulatedTensor) -> Value:
        """The same with a function for its gradients, where it depends on what the judge passed."""
        return with_product(super().refer_simulated(tensor), tensor, self.registry, self)

    def apply_other(self, step: OtherRecord) -> None:
        """Unpack a function of the judge's, or make an object around the state that is shared."""
        if isinstance(step, ShippedRecord):
            self.registry.add(step.id, unpack(step.pickle, self.registry.get))
        elif isinstance(step, SharedRecord):
            made: object = object.__new__(cast("type[Any]", self.registry.get(step.kind)))
            object.__setattr__(made, "__dict__", self.registry.get(step.state))
            self.registry.add(step.id, made)

    def answer(self, message: Request) -> None:
        """Answer one request; whatever student code does, the judge gets one reply.

        Raises a CallInterrupted where the judge is gone.
        """
        if isinstance(message, Reset):
            self._reset(message)
            return
        if isinstance(message, RunCase):
            self._run_case(message)
            return
        printed = _Tail(), _Tail()
        value: Value = None
        failure: Failure | None = None
        operations: OperationCounts | None = None
        try:
            with contextlib.redirect_stdout(printed[0]), contextlib.redirect_stderr(printed[1]):
                value, operations = self._perform(message)
        except CallInterrupted:
            raise
        except ObservationError as error:
            self.undo()
            failure = observation_failure(error)
        except BaseException as error:
            failure = describe(error, self)
        self._reply(value, operations, failure, printed)

    def answer_next(self) -> None:
        """Wait for a request and answer it.

        Raises ObservationError for a message that is no request, or a CallInterrupted where none comes.
        """
        message = self.receive()
        if isinstance(message, (Returned, Raised)):
            raise ObservationError("a reply to nothing")
        self.answer(message)

    def _reply(
        self,
        value: Value,
        operations: OperationCounts | None,
        failure: Failure | None,
        printed: tuple[_Tail, _Tail],
    ) -> None:
        said, complained = (each.text() for each in printed)
        try:
            changes = self.collect()
        except CallInterrupted:
            raise
        except Exception as error:
            changes, failure = Changes(), observation_failure(error)
        if failure is not None:
            self.send(Raised(changes, failure, said, complained))
        else:
            self.send(Returned(changes, value, said, operations, complained))

    def _reset(self, message: Reset) -> None:
        if not message.keeps_objects:
            self.forget()
        if message.state is None:
            self._fingerprint = None
            return
        with undisturbed():
            global_state.apply_state(message.state)
            global_state.seed_everything(message.seed)
            self._fingerprint = global_state.read_fingerprint()

    def _run_case(self, message: RunCase) -> None:
        """Run a test case here; nothing of it crosses but how it ended."""
        try:
            self.apply(message.changes)
            said = run_case(message.source, message.function, self._namespace, self._test_files)
        except CallInterrupted:
            raise
        except BaseException as error:  # as SystemExit, of which otter itself would end
            said = (False, "", type(error).__name__)
        self.send(Returned(Changes(), TupleValue(said)))

    def _perform(self, message: Request) -> tuple[Value, OperationCounts | None]:
        match message:
            case Call():
                return self._call(message)
            case Get():
                self.apply(message.changes)
                found = (self._namespace.get(n, _MISSING) for n in message.names)
                return TupleValue(
                    tuple(TupleValue(() if v is _MISSING else (self._encode_named(v),)) for v in found)
                ), None
            case Names():
                self.apply(message.changes)
                return self.encode(tuple(n for n in self._namespace if isinstance(n, str))), None
            case Put():
                self.apply(message.changes)
                if message.gone:
                    self._namespace.pop(message.name, None)
                else:
                    self._namespace[message.name] = self.decode(message.value)
                return None, None
            case VectorJacobian():
                return self.multiply(message), None
            case _:
                raise ObservationError(f"an unexpected message {type(message).__name__}")

    def _encode_named(self, value: object) -> Value:
        """The wire form of what a name stands for; `root = np.sqrt` is an answer, to be called here."""
        return self.refer_other(value) if isinstance(value, np.ufunc) else self.encode(value)

    def _call(self, message: Call) -> tuple[Value, OperationCounts | None]:
        self.apply(message.changes)
        target: Any = self.decode(message.target)
        if message.method:
            operation = _METHODS[message.method]
            args = [target, *(self.decode(a) for a in message.args)]
        else:
            operation = target
            args = [self.decode(a) for a in message.args]
        kwargs = {name: self.decode(v) for name, v in message.kwargs}
        if message.observed:
            done = count_operations(lambda: operation(*args, **kwargs))
            counts = OperationCounts(done.ops, done.new_bytes, done.lines, done.disturbance)
            return self.encode(done.result), counts
        return self.encode(operation(*args, **kwargs)), None


_MISSING = object()


def serve(sock: socket.socket, namespace: dict[str, object], *, limits: Limits) -> None:
    """Answer the judge on `sock` until it closes; `namespace` is what the notebook left behind."""
    channel = Channel(sock, max_frame_bytes=limits.observation_bytes + FRAME_OVERHEAD_BYTES)
    server = Server(channel, namespace, max_bytes=limits.observation_bytes)
    with contextlib.suppress(CallInterrupted):
        while True:
            server.answer_next()
