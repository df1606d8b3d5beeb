"""Streams, buffers, arrays of objects, random generators and `nonlocal` names are mirrored as containers are.

Of a generator that a test made, this side takes over only that numbers were drawn from it: what a test draws
next stays what its own seed says.
"""

from __future__ import annotations

import io
import random
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from notegrad.mirror.globals import global_state
from notegrad.mirror.globals.generators import is_drawn_from_pcg
from notegrad.mirror.objects.by_value import object_array
from notegrad.mirror.wire.mirror_errors import ObservationError
from notegrad.records import Record

_get_torch_state = torch.Generator.get_state
_Contents = list[Any]


class Live(Record, frozen=True, kw_only=True):
    """How objects of one class are read, filled and made.

    `is_drawn`: whether drawing leads from one content to the other; None where any content may be given.
    """

    type: Any
    contents: Callable[[Any], _Contents]
    fill: Callable[..., None]
    make: Callable[[], Any]
    is_drawn: Callable[[_Contents, _Contents], bool] | None = None


def live_kind(value: object) -> str:
    """The kind of such an object that a value is; "" for none, for subclasses, and for the process's own."""
    name = _NAMES.get(type(value), "")
    if not name or any(value is each for each in _OF_PROCESS):
        return ""
    if isinstance(value, torch.Generator):
        return name if value.device.type == "cpu" else ""
    if isinstance(value, np.random.Generator):
        return name if type(value.bit_generator) is np.random.PCG64 else ""
    if type(value) is np.ndarray:
        return name if value.dtype == object else ""
    if isinstance(value, np.random.RandomState):
        return name if value.get_state(legacy=False)["bit_generator"] == "MT19937" else ""
    return name


def fill_live(value: Any, kind: str, items: _Contents, *, is_ours: bool) -> None:
    """Give an object what its twin holds.

    `is_ours`: it was made here, and what arrives is no more believed than that it was used.
    Raises ObservationError where that makes no sense.
    """
    live = LIVE[kind]
    try:
        is_used = not is_ours or live.is_drawn is None or live.is_drawn(live.contents(value), items)
        if is_used:
            live.fill(value, *items)
    except ObservationError:
        raise
    except Exception as error:
        raise ObservationError(f"a malformed {kind}: {error}") from None
    if not is_used:
        raise ObservationError("a generator of the test's was seeded anew")


# --- streams ----------------------------------------------------------------------------------------


def _stream_contents(value: Any) -> _Contents:
    if value.closed:
        return [None, 0]
    return [type(value).getvalue(value), type(value).tell(value)]


def _fill_stream(value: Any, data: Any, place: Any) -> None:
    if data is None:
        value.close()
        return
    value.seek(0)
    value.truncate()
    value.write(data)
    value.seek(place)


# --- what is changed in place ------------------------------------------------------------------------


def _fill_buffer(value: bytearray, data: Any) -> None:
    if type(data) is not bytes:
        raise ObservationError("a buffer without bytes")
    value[:] = data


def _array_contents(value: np.ndarray[Any, Any]) -> _Contents:
    return [tuple(value.shape), *value.ravel()]


def _fill_array(value: np.ndarray[Any, Any], shape: Any, *items: Any) -> None:
    filled = object_array(shape, items)
    if value.shape != filled.shape:
        value.resize(filled.shape, refcheck=False)
    value[...] = filled


# --- names that functions share -----------------------------------------------------------------------


def cell_contents(value: types.CellType) -> list[Any]:
    """What a cell holds, as a list of one; an empty list for a cell that nothing was put into yet."""
    try:
        return [value.cell_contents]
    except ValueError:  # empty
        return []


def _fill_cell(value: types.CellType, *contents: Any) -> None:
    if contents:
        (value.cell_contents,) = contents
    elif cell_contents(value):
        del value.cell_contents


# --- generators -------------------------------------------------------------------------------------


def _torch_contents(value: torch.Generator) -> _Contents:
    return [bytes(_get_torch_state(value).numpy().tobytes())]


def _fill_torch(value: torch.Generator, data: bytes) -> None:
    global_state.set_torch_state(value, data)


def _pcg_contents(value: np.random.Generator) -> _Contents:
    state: Any = value.bit_generator.state
    return [state["state"]["state"], state["state"]["inc"], state["has_uint32"], state["uinteger"]]


def _fill_pcg(value: np.random.Generator, state: int, increment: int, has_half: int, half: int) -> None:
    if not all(type(number) is int for number in (state, increment, has_half, half)) or not increment % 2:
        raise ObservationError("an impossible state of NumPy's generator")
    value.bit_generator.state = {
        "bit_generator": "PCG64",
        "state": {"state": state, "inc": increment},
        "has_uint32": has_half,
        "uinteger": half,
    }


def _is_drawn_from_pcg(before: _Contents, after: _Contents) -> bool:
    return before[1] == after[1] and is_drawn_from_pcg(before[0], after[0], before[1])


LIVE: dict[str, Live] = {
    "BytesIO": Live(type=io.BytesIO, contents=_stream_contents, fill=_fill_stream, make=io.BytesIO),
    "StringIO": Live(type=io.StringIO, contents=_stream_contents, fill=_fill_stream, make=io.StringIO),
    "bytearray": Live(
        type=bytearray,
        contents=lambda value: [bytes(value)],
        fill=_fill_buffer,
        make=bytearray,
    ),
    "object_array": Live(
        type=np.ndarray,
        contents=_array_contents,
        fill=_fill_array,
        make=lambda: np.empty(0, dtype=object),
    ),
    "cell": Live(type=types.CellType, contents=cell_contents, fill=_fill_cell, make=types.CellType),
    "torch.Generator": Live(
        type=torch.Generator,
        contents=_torch_contents,
        fill=_fill_torch,
        make=torch.Generator,
        is_drawn=lambda before, after: global_state.is_drawn_from_torch(before[0], after[0]),
    ),
    "numpy.Generator": Live(
        type=np.random.Generator,
        contents=_pcg_contents,
        fill=_fill_pcg,
        make=lambda: np.random.Generator(np.random.PCG64(0)),
        is_drawn=_is_drawn_from_pcg,
    ),
    "RandomState": Live(
        type=np.random.RandomState,
        contents=lambda value: [global_state.numpy_state(value)],
        fill=global_state.set_numpy_state,
        make=lambda: np.random.RandomState(0),
        is_drawn=lambda before, after: global_state.is_drawn_from_numpy(before[0], after[0]),
    ),
    "Random": Live(
        type=random.Random,
        contents=lambda value: [global_state.python_state(value)],
        fill=global_state.set_python_state,
        make=lambda: random.Random(0),  # noqa: S311 (a twin of the notebook's own)
        is_drawn=lambda before, after: global_state.is_drawn_from_python(before[0], after[0]),
    ),
}
_NAMES: dict[type, str] = {live.type: name for name, live in LIVE.items()}
_OF_PROCESS: tuple[object, ...] = (
    torch.default_generator,
    vars(np.random.mtrand)["_rand"],
    vars(random)["_inst"],
)
"""What `torch.manual_seed`, `np.random.seed` and `random.seed` seed: mirrored with the global state."""
