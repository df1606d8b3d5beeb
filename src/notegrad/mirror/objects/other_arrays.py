"""Arrays of NumPy that are more than their numbers cross by value: masked ones, matrices, tables of records.

What a masked array or a matrix lies over is an array that both sides know, so what is written there is seen.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from notegrad.mirror.wire.limits import MAX_DEPTH, MAX_ELEMENTS, MAX_TEXT_BYTES
from notegrad.mirror.wire.mirror_errors import ObservationError
from notegrad.mirror.wire.names import array_dtype

_MAX_FIELDS = 1_000


def is_other_array(value: object) -> bool:
    """Whether a value is such an array, or a record of one; not of a subclass of a notebook's."""
    if type(value) in (np.ma.MaskedArray, np.matrix) or value is np.ma.masked:
        return True
    return type(value) in (np.ndarray, np.void) and _is_structured(value.dtype)  # type: ignore[attr-defined]


def other_array_parts(value: Any) -> tuple[str, tuple[Any, ...]]:
    """The kind of such an array, and what it is made of."""
    if value is np.ma.masked:
        return "masked", ()
    if type(value) is np.ma.MaskedArray:
        mask = np.ma.getmaskarray(value)
        return "masked_array", (value.view(np.ndarray), mask, value.fill_value, value.mask is np.ma.nomask)
    if type(value) is np.matrix:
        return "matrix", (value.view(np.ndarray),)
    form = _form(np.lib.format.dtype_to_descr(value.dtype), 0)
    data = np.asarray(value).tobytes()
    return "records", (form, tuple(value.shape), data, type(value) is np.void)


def _is_structured(dtype: Any) -> bool:
    return dtype.names is not None and not dtype.hasobject


def _form(part: Any, depth: int) -> Any:
    """A description of fields, of tuples and texts only."""
    if depth > MAX_DEPTH:
        raise ObservationError(f"values nested more than {MAX_DEPTH} deep", "deep")
    return tuple(_form(each, depth + 1) for each in part) if isinstance(part, (list, tuple)) else part


def masked_array(data: Any, mask: Any, fill_value: Any, is_unmasked: Any) -> object:
    """The masked array of its parts; as for all that follow, a malformed one is told by who asks."""
    made: Any = np.ma.MaskedArray(data, mask=np.ma.nomask if is_unmasked is True else mask)
    made.fill_value = fill_value
    return made


def matrix(data: Any) -> object:
    """The matrix over an array."""
    return data.view(np.matrix)


def records(form: Any, shape: Any, data: Any, is_one: Any) -> object:
    """The table of records, or the one record, of its bytes.

    Raises ObservationError where they do not fit.
    """
    dtype = np.dtype(_fields(form))
    count = int(np.prod([1, *shape]))
    if not 0 <= count <= MAX_ELEMENTS or len(data) > MAX_TEXT_BYTES or len(data) != count * dtype.itemsize:
        raise ObservationError("records that do not fit their fields")
    made = np.frombuffer(data, dtype).copy().reshape(shape)
    return made[()] if is_one is True else made


def _fields(form: Any) -> list[Any]:
    if not isinstance(form, tuple) or len(form) > _MAX_FIELDS:
        raise ObservationError("records of too many fields")
    found: list[Any] = []
    for name, kind, *shape in form:
        inner = _fields(kind) if isinstance(kind, tuple) else array_dtype(kind) if kind[:2] != "|V" else kind
        found.append((tuple(name) if isinstance(name, tuple) else name, inner, *shape))
    return found
