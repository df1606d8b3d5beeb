"""Objects of libraries that cross by value: dates, exact numbers, tensors without a storage of their own.

Of such an object both sides have one of their own: what either does to it afterwards, the other does not see.
"""

from __future__ import annotations

import datetime as dt
import decimal
import fractions
import math
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from notegrad.mirror.memory import facts
from notegrad.mirror.objects.other_arrays import (
    is_other_array,
    masked_array,
    matrix,
    other_array_parts,
    records,
)
from notegrad.mirror.objects.referring import Referring
from notegrad.mirror.objects.tables import made_by_value
from notegrad.mirror.wire.forms import LibraryValue, Value
from notegrad.mirror.wire.limits import (
    MAX_DECIMAL_DIGITS,
    MAX_DIMENSIONS,
    MAX_ELEMENTS,
    MAX_ITEMS,
    MAX_TEXT_BYTES,
)
from notegrad.mirror.wire.mirror_errors import ObservationError

Encode = Callable[[object, Referring, int], Value]
_LAYOUTS = {"sparse_csr": torch.sparse_csr, "sparse_csc": torch.sparse_csc}
_numerator = fractions.Fraction.__dict__["_numerator"].__get__
_denominator = fractions.Fraction.__dict__["_denominator"].__get__
_days = dt.timedelta.__dict__["days"].__get__
_seconds = dt.timedelta.__dict__["seconds"].__get__
_microseconds = dt.timedelta.__dict__["microseconds"].__get__


def is_by_value(value: object) -> bool:
    """Whether a tensor or an array has no storage that both sides could hold, but may cross by value."""
    if facts.is_tensor(value):
        return not facts.has_storage(value)
    if isinstance(value, np.ndarray) and value.dtype == object:
        return True
    return is_other_array(value)


def encode_by_value(value: Any, refer: Referring, depth: int, encode: Encode) -> Value:
    """The wire form of what `is_by_value`, or of an object of one of `PLAIN`.

    Raises ObservationError where it cannot cross.
    """
    for kind, (name, take) in PLAIN.items():
        if isinstance(value, kind):
            parts = take(value)
            return refer.refer_other(value) if parts is None else _made(name, parts, refer, depth, encode)
    if is_other_array(value):
        return _made(*other_array_parts(value), refer, depth, encode)
    if isinstance(value, np.ndarray):
        return _made("object_array", (tuple(value.shape), tuple(value.ravel())), refer, depth, encode)
    with facts.no_torch_function(), torch.no_grad():
        name, parts = _tensor_parts(value)
        own = tuple(map(_own, parts))  # parts are views of what has no storage
    return _made(name, own, refer, depth, encode)


def _own(part: Any) -> Any:
    if isinstance(part, tuple):
        return tuple(map(_own, part))
    return part.detach().clone() if facts.is_tensor(part) else part


def _made(name: str, parts: tuple[Any, ...], refer: Referring, depth: int, encode: Encode) -> LibraryValue:
    return LibraryValue(name, tuple(encode(part, refer, depth + 1) for part in parts))


def _tensor_parts(value: torch.Tensor) -> tuple[str, tuple[Any, ...]]:
    if value.requires_grad:
        raise ObservationError(f"tensors of layout {value.layout} with gradients cannot cross")
    if value.is_quantized:
        if value.qscheme() is not torch.per_tensor_affine:
            raise ObservationError(f"tensors quantised as {value.qscheme()} cannot cross")
        return "quantized", (value.int_repr(), value.q_scale(), value.q_zero_point())
    if value.is_nested:
        return "nested", (tuple(value.unbind()), value.layout)
    if value.layout is torch.sparse_coo:
        parts = (value._indices(), value._values(), tuple(value.shape), value.is_coalesced())
        return "sparse_coo", parts
    if value.layout is torch.sparse_csr:
        return "sparse_csr", (value.crow_indices(), value.col_indices(), value.values(), tuple(value.shape))
    if value.layout is torch.sparse_csc:
        return "sparse_csc", (value.ccol_indices(), value.row_indices(), value.values(), tuple(value.shape))
    raise ObservationError(f"tensors of layout {value.layout} cannot cross")


def _date_time(value: dt.datetime) -> tuple[Any, ...] | None:
    zone = value.tzinfo
    if zone is not None and type(zone) is not dt.timezone:
        return None
    return (dt.datetime.isoformat(value), value.fold)


def _time(value: dt.time) -> tuple[Any, ...] | None:
    zone = value.tzinfo
    if zone is not None and type(zone) is not dt.timezone:
        return None
    return (dt.time.isoformat(value), value.fold)


PLAIN: dict[type, tuple[str, Callable[[Any], tuple[Any, ...] | None]]] = {
    dt.datetime: ("datetime", _date_time),
    dt.date: ("date", lambda value: (dt.date.isoformat(value),)),
    dt.time: ("time", _time),
    dt.timedelta: ("timedelta", lambda value: (_days(value), _seconds(value), _microseconds(value))),
    decimal.Decimal: ("Decimal", lambda value: (decimal.Decimal.__str__(value),)),
    weakref.ref: ("weakref", lambda value: None if value() is None else (value(),)),
    fractions.Fraction: ("Fraction", lambda value: (_numerator(value), _denominator(value))),
}
"""Classes whose objects are values, with what each is made of; None: it has parts that cannot cross."""


def decode_library(value: LibraryValue, decode: Callable[[Value], object]) -> object:
    """The object of a wire form; `decode` gives its parts.

    Raises ObservationError where it is malformed.
    """
    maker = _MAKERS.get(value.kind)
    if maker is None:
        raise ObservationError(f"there is no value of kind {value.kind[:40]!r}")
    parts = [decode(part) for part in value.parts]
    try:
        with torch.no_grad():
            return maker(*parts)
    except ObservationError:
        raise
    except Exception as error:
        raise ObservationError(f"a malformed {value.kind[:40]}: {error}") from None


def _text(kind: Any) -> Callable[[object], object]:
    def made(text: object, fold: int = 0) -> object:
        if not isinstance(text, str) or len(text) > MAX_TEXT_BYTES:
            raise ObservationError("a malformed date")
        found = kind.fromisoformat(text)
        return found.replace(fold=1) if fold == 1 else found

    return made


def _decimal(text: object) -> object:
    if not isinstance(text, str) or len(text) > MAX_DECIMAL_DIGITS:
        raise ObservationError(f"a decimal number of more than {MAX_DECIMAL_DIGITS:,} digits", "integer")
    made = decimal.Decimal(text)
    if made.is_finite() and abs(made.adjusted()) > MAX_DECIMAL_DIGITS:
        raise ObservationError(f"a decimal number of more than {MAX_DECIMAL_DIGITS:,} digits", "integer")
    return made


def _whole(*numbers: object) -> None:
    if not all(type(number) is int for number in numbers):
        raise ObservationError("a number that is none")


def _fraction(numerator: Any, denominator: Any) -> object:
    _whole(numerator, denominator)
    return fractions.Fraction(numerator, denominator)


def _duration(days: Any, seconds: Any, microseconds: Any) -> object:
    _whole(days, seconds, microseconds)
    return dt.timedelta(days, seconds, microseconds)


def _check_size(size: Any) -> None:
    _whole(*size)
    if len(size) > MAX_DIMENSIONS or min((0, *size)) < 0 or math.prod(size) > MAX_ELEMENTS:
        raise ObservationError(f"a tensor of more than {MAX_ELEMENTS:,} elements", "size")


def _coo(indices: Any, values: Any, size: Any, is_coalesced: Any) -> object:
    _check_size(size)
    return torch.sparse_coo_tensor(
        indices, values, size, is_coalesced=is_coalesced is True, check_invariants=True
    )


def _compressed(layout: str) -> Callable[..., object]:
    def made(outer: Any, inner: Any, values: Any, size: Any) -> object:
        _check_size(size)
        return torch.sparse_compressed_tensor(
            outer, inner, values, size, layout=_LAYOUTS[layout], check_invariants=True
        )

    return made


def _quantized(numbers: Any, scale: Any, zero: Any) -> object:
    return torch._make_per_tensor_quantized_tensor(numbers, float(scale), int(zero))


def _nested(parts: Any, layout: Any) -> object:
    if not isinstance(parts, tuple) or not all(isinstance(part, torch.Tensor) for part in parts):
        raise ObservationError("a nested tensor of what is none")
    return torch.nested.nested_tensor(list(parts), layout=layout)


def object_array(shape: Any, items: Any) -> np.ndarray[Any, Any]:
    """A new array of objects.

    Raises ObservationError where the shape is none, or is not that of so many items.
    """
    _check_size(shape)
    if len(items) != math.prod(shape) or len(items) > MAX_ITEMS:
        raise ObservationError("an array whose shape does not match its items")
    made = np.empty(len(items), dtype=object)
    for number, item in enumerate(items):
        made[number] = item
    return made.reshape(shape)


def _of_pandas(kind: str) -> Callable[..., object]:
    return lambda *parts: made_by_value(kind, parts)


_MAKERS: dict[str, Callable[..., object]] = {
    "datetime": _text(dt.datetime),
    "date": _text(dt.date),
    "time": _text(dt.time),
    "timedelta": _duration,
    "Decimal": _decimal,
    "Fraction": _fraction,
    "weakref": weakref.ref,
    "sparse_coo": _coo,
    "sparse_csr": _compressed("sparse_csr"),
    "sparse_csc": _compressed("sparse_csc"),
    "quantized": _quantized,
    "nested": _nested,
    "object_array": object_array,
    "masked": lambda: np.ma.masked,
    "masked_array": masked_array,
    "matrix": matrix,
    "records": records,
    **{f"pandas {kind}": _of_pandas(kind) for kind in ("Index", "Timestamp", "Timedelta", "NaT", "NA")},
}
