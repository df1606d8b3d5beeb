"""Iterators that a test passes, as `model.parameters()`, are handed out item by item from a mirrored list.

What an iterator gives is taken here, before the call; over there a generator gives it on, and takes away what
it gave. So both sides know what is left.
"""

from __future__ import annotations

import io
import itertools
import types
from collections.abc import Callable, Iterator
from typing import Any

from notegrad.mirror.objects.live_objects import cell_contents
from notegrad.mirror.sides.shared_state import code_keeps
from notegrad.mirror.sides.stub_classes import StubKind
from notegrad.mirror.wire.mirror_errors import ObservationError

MAX_HANDED_OUT = 10_000
"""Items of one iterator; one that has more may have no end."""

_MODULES = ("builtins", "itertools")
_CHANGEABLE = (list, dict, set)
_LIBRARIES = ("torch", "numpy", "pandas", "collections")


class HandedOut:
    """Stands for an iterator of the test's in a pickle: what it gave before the call, in a list."""

    def __init__(self, items: list[Any], *, is_own: bool) -> None:
        """`is_own`: whether the test may ask on what the answer left."""
        self.items, self.is_own = items, is_own

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[list[Any]]]:
        return hand_out, (self.items,)


def hand_out(items: list[Any]) -> Iterator[Any]:
    """The items one by one; each is then no longer in the list."""
    while items:
        yield items.pop(0)


def is_handed_out(value: object) -> bool:
    """Whether a value is an iterator whose items may be taken at once: to take them changes nothing else."""
    kind = type(value)
    if isinstance(kind, StubKind) or not isinstance(value, Iterator) or isinstance(value, io.IOBase):
        return False
    if isinstance(value, types.GeneratorType):
        return _is_of_library(value) or not _touches(value)
    return kind.__module__ in _MODULES and all(map(_is_harmless, _parts(value)))


def taken(value: Iterator[Any]) -> HandedOut:
    """What an iterator gives; what `next` raises goes to the test.

    Raises ObservationError for one without an end.
    """
    is_own = not (isinstance(value, types.GeneratorType) and _is_of_library(value))
    items = list(itertools.islice(value, MAX_HANDED_OUT + 1))
    if len(items) > MAX_HANDED_OUT:
        raise ObservationError(f"an iterator of more than {MAX_HANDED_OUT:,} items", "objects")
    return HandedOut(items, is_own=is_own)


def _is_of_library(value: types.GeneratorType[Any, Any, Any]) -> bool:
    frame = value.gi_frame
    module = "" if frame is None else str(frame.f_globals.get("__name__"))
    return module.partition(".")[0] in _LIBRARIES


def _touches(value: types.GeneratorType[Any, Any, Any]) -> bool:
    """Whether a test's generator may change what is around it as it goes on: when it did so would be seen."""
    code, frame = value.gi_code, value.gi_frame
    if frame is None:
        return False
    around = {name: frame.f_locals.get(name) for name in code.co_freevars}
    around |= {name: frame.f_globals.get(name) for name in code.co_names}
    return code_keeps(code) or any(isinstance(each, _CHANGEABLE) for each in around.values())


def _parts(value: object) -> tuple[object, ...]:
    """What a C iterator goes over, and what it calls."""
    try:
        reduced = value.__reduce__()
    except TypeError:
        return ()
    return reduced[1] if isinstance(reduced, tuple) and isinstance(reduced[1], tuple) else ()


def _is_harmless(part: object) -> bool:
    if isinstance(part, types.FunctionType):
        cells = [held for cell in part.__closure__ or () for held in cell_contents(cell)]
        return not code_keeps(part.__code__) and not any(isinstance(each, _CHANGEABLE) for each in cells)
    return not isinstance(part, Iterator) or is_handed_out(part)
