"""The registry numbers the objects that both sides know, and finds each by number or by identity."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Iterator

from notegrad.mirror.wire.forms import Id
from notegrad.mirror.wire.limits import MAX_NUMBERS, MAX_OBJECTS
from notegrad.mirror.wire.mirror_errors import ObservationError


class _Death:
    """Tells a registry that an object died; holds it weakly, or it would be in a circle with its table."""

    def __init__(self, registry: weakref.ref[Registry], object_id: Id, key: int) -> None:
        self._registry, self._object_id, self._key = registry, object_id, key

    def __call__(self, _: object) -> None:
        registry = self._registry()
        if registry is not None:
            registry.died(self._object_id, self._key)


class Registry:
    """The table of one side.

    The judge holds weakly, so that long tests do not leak, and tells the sandbox which objects died; the
    sandbox holds strongly what the judge may still pass again. Numbers given by the two sides never meet: one
    gives odd ones, the other even ones.
    """

    def __init__(self, *, first_id: Id, weak: bool) -> None:
        self._next = first_id
        self._weak = weak
        self._objects: dict[Id, object] = {}
        self._ids: dict[int, Id] = {}
        self._dead: list[Id] = []
        self._pins: list[object] = []
        self._settled = first_id
        self._unsettled: list[Id] = []

    def next_id(self) -> Id:
        """A number that the other side cannot give.

        Raises ObservationError where as many were given as one test case may give.
        """
        self._next += 2
        if self._next > 2 * MAX_NUMBERS:
            raise ObservationError(f"more than {MAX_NUMBERS:,} objects in one test case", "objects")
        return self._next

    def gives(self, object_id: Id) -> bool:
        """Whether a number is one that this side gives."""
        return object_id % 2 == self._next % 2

    def add(self, object_id: Id, value: object, *, strong: bool = False) -> None:
        """Make an object known.

        Raises ObservationError where as many are known as may be at once.
        """
        if len(self._objects) >= MAX_OBJECTS:
            raise ObservationError(f"more than {MAX_OBJECTS:,} objects in one test case", "objects")
        key = id(value)
        self._ids[key] = object_id
        if self.gives(object_id):
            self._unsettled.append(object_id)
        if self._weak and not strong:
            self._pins.append(value)
            # lists and dicts take no weak references: held until the test case ends
            with contextlib.suppress(TypeError):
                value = weakref.ref(value, _Death(weakref.ref(self), object_id, key))
        self._objects[object_id] = value

    def id_of(self, value: object) -> Id | None:
        """The number of a known object."""
        return self._ids.get(id(value))

    def get(self, object_id: Id) -> object:
        """The object of a number.

        Raises ObservationError where there is none: only a hostile or broken sandbox asks.
        """
        value = self.find(object_id)
        if value is None:
            raise ObservationError(f"object {object_id} is not known")
        return value

    def find(self, object_id: Id) -> object | None:
        """The object of a number, or None where it is unknown or dead."""
        value = self._objects.get(object_id)
        return value() if isinstance(value, weakref.ref) else value

    def __contains__(self, object_id: Id) -> bool:
        return object_id in self._objects

    def __iter__(self) -> Iterator[Id]:
        return iter(tuple(self._objects))

    def unpin(self) -> None:
        """Stop holding what became known with the last message: by now the test holds what it wants."""
        self._pins = []

    def alive(self) -> list[object]:
        """All known objects, to hold while a message is under way."""
        return [value for i in tuple(self._objects) if (value := self.find(i)) is not None]

    def settle(self) -> None:
        """Note that the objects known until now go out with a message."""
        self._settled, self._unsettled = self._next, []

    def take_unsettled(self) -> list[Id]:
        """Objects that became known for a message that will not be sent: their numbers are given anew."""
        self._next, unsettled, self._unsettled = self._settled, self._unsettled, []
        return unsettled

    def take_dead(self) -> tuple[Id, ...]:
        """Numbers of the objects that died since the last time."""
        dead, self._dead = tuple(self._dead), []
        return dead

    def release(self, object_id: Id) -> None:
        """Forget an object that the other side no longer has."""
        value = self.find(object_id)
        self._objects.pop(object_id, None)
        if value is not None and self._ids.get(id(value)) == object_id:
            del self._ids[id(value)]

    def died(self, object_id: Id, key: int) -> None:
        """Note that an object that was held weakly is no more."""
        if self._ids.get(key) == object_id:
            del self._ids[key]
        if self._objects.pop(object_id, None) is not None:
            self._dead.append(object_id)
