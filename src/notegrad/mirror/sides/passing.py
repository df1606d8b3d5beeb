"""Objects of a test's are passed to student code: functions by value, others shared where they can be."""

from __future__ import annotations

import functools
import operator
import pathlib
import re
import types
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, cast

import numpy as np

from notegrad.mirror.memory import facts
from notegrad.mirror.objects.containers import container_kind
from notegrad.mirror.objects.encoding import encode
from notegrad.mirror.objects.live_objects import cell_contents
from notegrad.mirror.sides.handing_out import HandedOut, is_handed_out, taken
from notegrad.mirror.sides.peer import Peer
from notegrad.mirror.sides.shared_state import (
    changes_beside,
    check_state,
    is_of_statement,
    is_shareable,
    keeps_globals,
    written_cells,
)
from notegrad.mirror.sides.shipping import Asked, captures_state, pack, surroundings
from notegrad.mirror.sides.stubs import Stub
from notegrad.mirror.wire.changes import SharedRecord, ShippedRecord
from notegrad.mirror.wire.forms import Id, Ref, Value
from notegrad.mirror.wire.mirror_errors import ObservationError

_BY_VALUE = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, type)
_UNCHANGING = (
    np.ufunc,
    pathlib.PurePath,
    re.Pattern,
    functools.partial,
    operator.itemgetter,
    operator.attrgetter,
)
_BOUND = (types.MethodType, types.BuiltinMethodType)
_VALUES = (str, bytes, int, float, complex, tuple, frozenset, range, type(None), types.ModuleType)
_WITH_VALUES = (list, dict, set, str, int, float)


class PassingPeer(Peer):
    """The part of the judge's side that gives numbers to what a test passes."""

    shipped: str = ""
    """The type of an object of the test's that went by value since the test case began."""
    asked = Asked()
    """What the test lets on about the functions that it passes."""

    def note_passed(self, values: Iterable[object]) -> None:
        """Take note of containers and plain values of a test's classes, which go as what they derive from."""
        self.shipped = next((type(value).__name__ for value in values if _is_of_test(value)), self.shipped)
        if any(_differ(then, surroundings(function)) for function, then in self._shipped):
            self.shipped = "function"  # its twin finds what was there when it went, as before `factor = 3`

    def note_class(self, kind: type) -> None:
        """Take note of a class of the test's, whose objects go as values, within a list as well."""
        if is_of_statement(kind):
            self.shipped = kind.__name__

    def refer_other(self, value: object) -> Value:
        """The number of a function of ours, which is shipped by value; stubs are known already.

        Raises ObservationError for a stub of another test case, or a function that cannot be shipped.
        """
        known = self.registry.id_of(value)
        if known is not None:
            return Ref(known)
        if isinstance(value, Stub):
            twin = self.registry.find(value._notegrad_id)
            if isinstance(twin, Stub) and twin._notegrad_record is value._notegrad_record:
                return Ref(value._notegrad_id)
            raise ObservationError("a function of another test case cannot be passed on")
        if isinstance(value, HandedOut):
            return self._hand_out(value, value)
        if is_handed_out(value):  # within a list or a dict, as the parameters of a group
            return self._hand_out(taken(cast("Iterator[object]", value)), value)
        if is_shareable(value):
            return self._share(value)
        is_plain = isinstance(value, (*_BY_VALUE, *_UNCHANGING)) or _is_builtin_error(value)
        is_plain |= type(value) is object  # which is nothing but itself
        if not is_plain or (
            isinstance(value, types.FunctionType) and (keeps_globals(value) or captures_state(value))
        ):
            self.shipped = type(value).__name__
        elif isinstance(value, _BOUND) and not _stays_the_same(value.__self__):
            self.shipped = type(value.__self__).__name__
        shipped_id = self.registry.next_id()
        self.registry.add(shipped_id, value, strong=True)
        if isinstance(value, types.FunctionType):
            self._shipped.append((value, surroundings(value)))
            self._changing += written_cells(value)
        self._others.append(ShippedRecord(shipped_id, pack(value, self._refer_captured, self.asked)))
        return Ref(shipped_id)

    def _check_cell(self, cell: types.CellType, items: list[Any]) -> None:
        """Refuse another value for a name of the test's to which none of its functions gives one.

        Raises ObservationError.
        """
        if not any(cell is each for each in self._changing) and _differ(cell_contents(cell), items):
            raise ObservationError("a name of the test's was given another value")

    def hand_out(self, value: object) -> object:
        """An iterator of the test's with all that it gives taken from it; any other value as it is."""
        known = self.registry.id_of(value)
        if known is not None or not is_handed_out(value):
            return value
        return taken(cast("Iterator[object]", value))

    def _hand_out(self, handed: HandedOut, known_as: object) -> Ref:
        self._handed_out.append(handed)
        shipped_id = self.registry.next_id()
        self.registry.add(shipped_id, known_as, strong=True)
        self.refer_container(handed.items, 0)
        self._others.append(ShippedRecord(shipped_id, pack(handed, self._refer_captured)))
        return Ref(shipped_id)

    def note_left(self) -> None:
        """Take note of an iterator of the test's of which the answer left something."""
        if any(each.is_own and each.items for each in self._handed_out):
            self.shipped = "generator"

    def forget(self) -> None:
        """Forget everything that crossed."""
        super().forget()
        self._handed_out: list[HandedOut] = []
        self._shipped: list[tuple[types.FunctionType, list[object]]] = []
        self._changing: list[types.CellType] = []

    def _share(self, value: Any) -> Ref:
        """The number of an object of the test's, whose class goes by value and whose state is mirrored."""
        kind, held = type(value), object.__getattribute__(value, "__dict__")
        if changes_beside(kind):
            self.shipped = kind.__name__
        shared_id = self.registry.next_id()
        self.registry.add(shared_id, value, strong=True)
        reference = self.refer_other(kind)
        state = self.refer_container(held, 0)
        self._containers.guard(
            state, lambda now: check_state(kind, held, dict(zip(now[::2], now[1::2], strict=False)))
        )
        if isinstance(reference, Ref):
            self._others.append(SharedRecord(shared_id, reference.id, state))
        return Ref(shared_id)

    def _refer_captured(self, value: object) -> Id:
        if isinstance(value, types.CellType):
            cell_id = self.refer_container(value, 0)
            self._containers.guard(cell_id, functools.partial(self._check_cell, value))
            return cell_id
        reference = encode(value, self)
        if not isinstance(reference, Ref):
            raise ObservationError("a captured value that cannot be referred to")
        return reference.id


def _differ(then: list[object], now: list[object]) -> bool:
    return len(then) != len(now) or any(a is not b for a, b in zip(then, now, strict=True))


def _stays_the_same(owner: object) -> bool:
    """Whether a method's object is, over there, what it is here after any call: shared, or unchanging."""
    is_memory = facts.is_tensor(owner) or facts.is_array(owner)
    is_plain = is_memory or isinstance(owner, (*_BY_VALUE, *_UNCHANGING, *_VALUES, Stub))
    return is_plain or container_kind(owner) is not None or is_shareable(owner)


def _is_builtin_error(value: object) -> bool:
    return isinstance(value, BaseException) and not is_of_statement(type(value))


def _is_of_test(value: object) -> bool:
    """Whether a container or a plain value is of a class of its own, which is not there on the other side."""
    kind = type(value)
    if isinstance(value, np.ndarray):
        return value.dtype.names is not None  # by value: what is written there, nobody sees
    return isinstance(value, _WITH_VALUES) and is_of_statement(kind) and kind is not Counter
