"""The judge's side shows functions of a notebook as stubs, and its tensors as tensors."""

from __future__ import annotations

import os
import re
import socket
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, cast

import msgspec
import torch

from notegrad.mirror.globals import global_state
from notegrad.mirror.objects.exceptions import (
    as_student_error,
    is_exception,
    shared_exception,
    student_exception,
)
from notegrad.mirror.objects.lineage import Lineage
from notegrad.mirror.sides.noting import NotingPeer
from notegrad.mirror.sides.placed_files import place_files
from notegrad.mirror.sides.recent_attributes import RecentAttributes
from notegrad.mirror.sides.reply_forms import are_pairs, asks_for_state, is_maybe
from notegrad.mirror.sides.settings_there import Groups, read_library_settings
from notegrad.mirror.sides.state_of_calls import StateOfCalls
from notegrad.mirror.sides.stubs import Stub
from notegrad.mirror.wire.changes import Changes, HandleRecord, OtherRecord
from notegrad.mirror.wire.channel import Channel
from notegrad.mirror.wire.forms import Id, Ref
from notegrad.mirror.wire.limits import FRAME_OVERHEAD_BYTES
from notegrad.mirror.wire.mirror_errors import CallInterrupted, ObservationError
from notegrad.mirror.wire.requests import Call, Get, Names, Put, Request, Reset, Returned, RunCase
from notegrad.probes import left_behind
from notegrad.probes.fair_deadline import FREE_S, FairDeadline
from notegrad.probes.operations import Operations
from notegrad.probes.tried_calls import Tried, tried
from notegrad.records import Limits

_DEFAULT_DTYPES = ("float32", "float64")
_CAMEL_CASE = re.compile(r"[A-Z]+[a-z]")  # as classes are named where the bundle does not tell them


class Mirror(NotingPeer):
    """A notebook's final state, seen from the judge; `pid`: the process that answers, 0 if unknown."""

    is_strict = False
    message_number = 0
    pid = 0
    _classes: frozenset[str] | None = None
    _is_reached = False
    _is_looking = False
    _is_taking_over = False
    _has_begun = False
    tried: tuple[Tried, ...] = ()
    """What the student's function was called with last since then."""
    before_call: Callable[[Sequence[object]], None] | None = None
    """Called with the arguments before each call of the student's; what it raises goes to the test."""

    def __init__(self, channel: Channel, *, max_bytes: int) -> None:
        super().__init__(channel, max_bytes=max_bytes)
        self._state = StateOfCalls()
        self._seeded = global_state.read_fingerprint()

    def begin(
        self,
        seed: int,
        wall_s: float,
        patience_s: float = 0.0,
        classes: Collection[str] | None = None,
        *,
        keeps_state: bool = False,
        keeps_objects: bool = False,
    ) -> None:
        """Begin a test case: nothing crossed yet, global state as in a fresh process, generators seeded.

        `wall_s` from now, every wait ends with CallTimeout; what both sides waited for a processor does not
        count, up to `patience_s`. `classes`: the notebook's names for classes, for their instances and for
        what makes them, as the handout has them; None where that is not known. `keeps_state`: the global
        state is the notebook's at first, then as test cases and calls leave it; nothing is seeded.
        `keeps_objects`: what crossed in the last test case is known still.

        Raises ObservationError where a notebook's state cannot be taken over, or a CallInterrupted.
        """
        self.channel.deadline = FairDeadline(wall_s, (os.getpid(), self.pid), patience_s, free_s=FREE_S)
        is_resumed = self._state.begin_case(is_kept=keeps_state)
        self._classes = None if classes is None else frozenset(classes)
        self.is_strict, self.message_number = classes is not None, 0
        self.tried = ()
        self._recent = RecentAttributes(self._max_bytes // 8)
        self.note_nothing()
        self._turn = threading.RLock()
        left_behind.forget()
        if keeps_objects and is_resumed:
            return
        keeps_objects = keeps_objects and self._has_begun and not keeps_state
        self._has_begun = True
        if not keeps_objects:
            self.forget()
        if keeps_state:
            self._share_state(is_known=is_resumed)
            return
        global_state.reset()
        global_state.seed_everything(seed)
        self._fingerprint = self._seeded = global_state.read_fingerprint()
        self.send(Reset(global_state.FRESH, seed, keeps_objects))

    @property
    def is_drawn(self) -> bool:
        """Whether global generators are elsewhere than where this test case was seeded, or were put back."""
        return left_behind.anything() or not global_state.are_generators_at(self._seeded)

    def _share_state(self, *, is_known: bool) -> None:
        """Begin without a change of the global state; where it is not known here, it is taken over."""
        self._fingerprint = global_state.read_fingerprint()
        self.send(Reset(None, 0, False))
        if is_known:
            return
        self._is_taking_over = True
        try:
            self._look(Names)
        finally:
            self._is_taking_over = False

    def settle(self) -> bool:
        """Tell the other side what a test case did since its last call; False where that did not succeed.

        Otherwise the next test case would find the notebook's objects as they were before.
        """
        try:
            self._look(Names)
        except (ObservationError, CallInterrupted):
            return False
        return True

    def end_case(self) -> None:
        """End a test case: the judge's global state is that of a fresh process again, generators apart."""
        self.before_call = None
        self._state.end_case()

    def close(self) -> None:
        """Let go of the sandboxed process, and of all that crossed.

        Stubs and histories lead back to the mirror, and the mirror to them: in a circle, which a collection
        alone would end, and the judge's collector is at rest.
        """
        self.channel.close()
        self._recent = RecentAttributes(0)
        self.forget()

    def get(self, names: Iterable[str]) -> dict[str, Any]:
        """The values of those `names` that the notebook defines.

        Raises ObservationError for a reply that is no such table, or a CallInterrupted where none comes.
        """
        wanted = tuple(names)
        found = self._look(lambda changes: Get(changes, wanted))
        if not isinstance(found, tuple) or len(found) != len(wanted) or not all(map(is_maybe, found)):
            raise ObservationError("a malformed namespace")
        values = {name: value[0] for name, value in zip(wanted, found, strict=True) if value}
        for name, value in values.items():
            if isinstance(value, Stub) and self._is_class(name):
                value._notegrad_asked = True
        return values

    def _is_class(self, name: str) -> bool:
        """Whether the test's author asks for a class, or an object of one, by this name of the notebook."""
        if self._classes is not None:
            return name in self._classes
        return _CAMEL_CASE.match(name) is not None

    def defined(self, names: Iterable[str]) -> frozenset[str]:
        """Those of `names` that the notebook defines."""
        return frozenset(names) & frozenset(self.names())

    def names(self) -> tuple[str, ...]:
        """The names that the notebook defines."""
        found = self._look(Names)
        return tuple(n for n in found if isinstance(n, str)) if isinstance(found, tuple) else ()

    def put(self, name: str, value: object) -> None:
        """Bind a name of the notebook to a value of the test's. Raises ObservationError as a call does."""
        sent = self.encode(value)
        self._look(lambda changes: Put(changes, name, sent))

    def remove(self, name: str) -> None:
        """Unbind a name of the notebook."""
        self._look(lambda changes: Put(changes, name, None, gone=True))

    def place_files(
        self, folders: Sequence[str], files: Sequence[tuple[str, bytes]], gone: Sequence[str]
    ) -> str:
        """Have files that the test made over there; the first that cannot be made, or "".

        Raises ObservationError where they cannot cross.
        """
        function = self.encode(place_files)
        args = tuple(self.encode(tuple(each)) for each in (folders, files, gone))
        failed = self._look(lambda changes: Call(changes, cast("Ref", function), "", args, (), False))
        return str(failed[0]) if isinstance(failed, tuple) and failed else ""

    def library_settings(self) -> Groups:
        """The settings of libraries over there, which are that process's word.

        Raises ObservationError for a reply of another form.
        """
        beyond = self.beyond
        function = self.encode(read_library_settings)
        self.beyond = beyond  # our own question is nothing that the test passed
        found = self._look(lambda changes: Call(changes, cast("Ref", function), "", (), (), False))
        if not are_pairs(found) or not all(are_pairs(settings) for _, settings in found):
            raise ObservationError("malformed settings of libraries")
        return cast("Groups", found)

    def run_case(self, source: str, function: str) -> tuple[bool, str, str]:
        """Run a test case in the notebook's process: whether it passed, a name replaced there, what it said.

        All of it is that process's word. Raises ObservationError for a reply of another form.
        """
        self._state.leave_to_other()
        found = self._look(lambda changes: RunCase(changes, source, function))
        match found:
            case (bool() as passed, str() as replaced, str() as said):
                return passed, replaced, said
        raise ObservationError("a malformed outcome of a test case")

    def _look(self, make: Callable[[Changes], Request]) -> Any:
        """The reply to a question that runs no function of the student's, so that no error can be theirs.

        Nor can a change of global state be: what a test draws is its own until it calls an answer.
        """
        self._is_looking = True
        try:
            value, _ = self.request(make)
        except ObservationError:
            raise
        except Exception as error:
            raise ObservationError(f"looking at the notebook's names raised {type(error).__name__}") from None
        finally:
            self._is_looking = False
        return value

    def request(self, make: Callable[[Changes], Request]) -> tuple[Any, Returned]:
        """As for both sides; then the global state is as before, unless it is kept as it was left.

        Mirrored while the call lasts, since its parts may run on both sides.
        """
        if self._nested:
            return super().request(make)
        sent: list[Request] = []

        def made(changes: Changes) -> Request:
            sent.append(make(changes))
            return sent[0]

        self._state.begin_call()
        is_asked = False
        try:
            value, reply = super().request(made)
            is_asked = asks_for_state(sent[0], reply)
        finally:
            if not is_asked:
                self._state.end_call(may_draw=bool(sent) and not isinstance(sent[0], (Get, Names, Put)))
        return value, reply

    # --- stubs (the protocol `stubs.Caller`) --------------------------------------------------

    def find_class(self, lineage: Lineage) -> Any:
        """The notebook's class with which a lineage begins, where it is known; None for any other."""
        number = lineage[0] if lineage else None
        found = self.registry.find(number) if isinstance(number, int) else None
        return found if isinstance(found, Stub) and found._notegrad_record.is_class else None

    def call(self, target: Id, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call an object of the sandbox, or one of its methods; calls of several threads one after the other.

        Raises what the student's code raised, ObservationError, or a CallInterrupted.
        """
        with self._turn:
            value, _ = self._call(target, method, args, kwargs, observed=False)
        if method == "__getattribute__" or (method == "__next__" and type(value) is torch.nn.Parameter):
            self._recent.hold(value)  # the model over there holds it, too
        return value

    def call_there(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a library's function in the sandbox, on objects of the notebook's. Raises as `call` does."""
        sent = self.encode(function)
        if not isinstance(sent, Ref):
            raise ObservationError("a function that cannot be passed")
        return self.call(sent.id, "", args, kwargs)

    def observe(self, target: Id, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Operations:
        """Call a function of the sandbox, and count what it did there.

        Raises as `call` does, and ObservationError where nothing was counted.
        """
        value, reply = self._call(target, "", args, kwargs, observed=True)
        if reply.operations is None:
            raise ObservationError("a call whose operations were not counted")
        counted = reply.operations
        return Operations(value, counted.names, counted.new_bytes, counted.lines, counted.disturbance)

    def seconds(self) -> float | None:
        """Processor time that the answering process has used until now; None where it cannot be had."""
        return self.channel.seconds_of_peer()

    def _call(
        self, target: Id, method: str, args: tuple[Any, ...], kwargs: dict[str, Any], *, observed: bool
    ) -> tuple[Any, Returned]:
        if self.before_call is not None:
            self.before_call((*args, *kwargs.values()))
        args = tuple(map(self.hand_out, args))
        kwargs = {name: self.hand_out(value) for name, value in kwargs.items()}
        self.note_passed((*args, *kwargs.values()))
        sent = tuple(self.encode(a) for a in args)
        named = tuple((name, self.encode(v)) for name, v in kwargs.items())
        if not method:
            self.tried = tried((*args, *kwargs.values()))
        called = self.registry.find(target)
        former, self._is_reached = self._is_reached, isinstance(called, Stub) and called._notegrad_asked
        self.message_number += 1
        try:
            return self.request(lambda changes: Call(changes, Ref(target), method, sent, named, observed))
        except StopIteration as error:
            if method == "__next__":
                raise
            # Let through, it would silently end a loop or a `map` of the test, which then checks nothing.
            self.refused = True
            raise as_student_error(error) from None
        finally:
            self._is_reached = former
            self.note_left()

    def apply(self, changes: Changes) -> None:
        """Take over what changed in the sandbox, unless the state left there would blind the test.

        No state is taken over with the notebook's names.

        Raises ObservationError: on the meta device any two tensors are equal, and so are most numbers in a
        dtype of few bits.
        """
        if self._is_looking and not self._is_taking_over and changes.state is not None:
            changes = msgspec.structs.replace(changes, state=None)
        left = changes.state
        if left is not None and left.default_device.startswith("meta"):
            raise ObservationError("the default device was left on 'meta'", "state")
        if left is not None and left.default_dtype not in _DEFAULT_DTYPES:
            raise ObservationError(f"the default dtype was left on {left.default_dtype[:40]!r}", "state")
        if left is not None:
            self._state.note_change()
        super().apply(changes)

    def apply_other(self, step: OtherRecord) -> None:
        """Make a stub of a function of the sandbox.

        Raises ObservationError where it ships one by value: the judge unpickles nothing.
        """
        if not isinstance(step, HandleRecord):
            raise ObservationError("the sandbox cannot ship functions")
        if step.id in self.registry:
            return
        self.note_handle(step, is_looking=self._is_looking)
        if is_exception(step):
            found = shared_exception(step) or student_exception(step, self.registry.find)
            self.registry.add(step.id, found, strong=True)
            return
        stub = Stub(self, step, is_asked=self._is_reached)
        self.registry.add(step.id, stub, strong=step.is_class)


def connect(sock: socket.socket, *, limits: Limits, pid: int = 0) -> Mirror:
    """The mirror of the process, `pid` if that is known, that serves at the other end of `sock`."""
    channel = Channel(sock, max_frame_bytes=limits.observation_bytes + FRAME_OVERHEAD_BYTES)
    mirror = Mirror(channel, max_bytes=limits.observation_bytes)
    mirror.pid = pid
    return mirror
