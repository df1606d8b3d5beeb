"""Wire forms become ordinary Python values again, once they are found to be well formed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from notegrad.mirror.objects.by_value import decode_library
from notegrad.mirror.objects.hashes import check_hashes
from notegrad.mirror.objects.named_tuples import made
from notegrad.mirror.objects.simulated import decode_simulated
from notegrad.mirror.wire.forms import (
    BigInteger,
    BytesValue,
    ComplexNumber,
    Constant,
    FrozenSetValue,
    Id,
    LibraryValue,
    NamedTupleValue,
    RangeValue,
    Ref,
    ScalarValue,
    SimulatedValue,
    SizeValue,
    SliceValue,
    Text,
    TupleValue,
    Value,
)
from notegrad.mirror.wire.limits import (
    MAX_INTEGER_BITS,
    MAX_ITEMS,
    MAX_TEXT_BYTES,
)
from notegrad.mirror.wire.mirror_errors import ObservationError
from notegrad.mirror.wire.names import SHARED_TYPES, array_dtype, shared_module, torch_dtype

LENGTH_BEYOND_MEMORY = 1 << 40
_LAYOUTS: dict[str, object] = {str(v): v for v in vars(torch).values() if isinstance(v, torch.layout)}
_FORMATS: dict[str, object] = {str(v): v for v in vars(torch).values() if isinstance(v, torch.memory_format)}


def decode(value: Value, resolve: Callable[[Id], object]) -> object:
    """The value of a wire form; `resolve` gives the object of a number.

    Raises ObservationError where it is malformed.
    """
    if isinstance(value, Ref):
        return resolve(value.id)
    decoder = _DECODERS.get(type(value))
    return value if decoder is None else decoder(value, resolve)


def _items(items: tuple[Value, ...], resolve: Callable[[Id], object]) -> list[Any]:
    return [decode(item, resolve) for item in items]


def _decode_frozenset(value: FrozenSetValue, resolve: Callable[[Id], object]) -> frozenset[Any]:
    items = _items(value.items, resolve)
    check_hashes(items)
    return frozenset(items)


def _decode_integer(value: BigInteger, _: object) -> int:
    if len(value.text) > MAX_INTEGER_BITS // 4 + 4:
        raise ObservationError(f"an integer of more than {MAX_INTEGER_BITS:,} bits", "integer")
    try:
        return int(value.text, 16)
    except ValueError:
        raise ObservationError("a malformed integer") from None


def _decode_range(value: RangeValue, resolve: Callable[[Id], object]) -> object:
    parts = _items((value.start, value.stop, value.step), resolve)
    try:
        found = range(*parts)
    except (TypeError, ValueError):
        raise ObservationError("a malformed range") from None
    # A test that makes a list of it would take all memory; of one that is longer still, Python makes none.
    if found[MAX_ITEMS:] and not found[LENGTH_BEYOND_MEMORY:]:
        raise ObservationError(f"a range of more than {MAX_ITEMS:,} numbers", "objects")
    return found


def _decode_scalar(value: ScalarValue, _: object) -> object:
    dtype = array_dtype(value.dtype)
    if len(value.data) != dtype.itemsize:
        raise ObservationError("a malformed NumPy scalar")
    return np.frombuffer(value.data, dtype)[0]


def _decode_plain_text(value: str, _: object) -> str:
    if len(value) > MAX_TEXT_BYTES:
        raise ObservationError(f"a text of more than {MAX_TEXT_BYTES:,} characters", "text")
    return value


def _decode_text(value: Text, _: object) -> str:
    if len(value.data) > 3 * MAX_TEXT_BYTES:  # a lone surrogate takes three bytes
        raise ObservationError(f"a text of more than {MAX_TEXT_BYTES:,} characters", "text")
    try:
        return value.data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        raise ObservationError("a malformed text") from None


def _decode_bytes(value: BytesValue, _: object) -> bytes | bytearray:
    if len(value.data) > MAX_TEXT_BYTES:
        raise ObservationError(f"more than {MAX_TEXT_BYTES:,} bytes", "size")
    return bytearray(value.data) if value.mutable else value.data


def _decode_constant(value: Constant, _: object) -> object:
    try:
        if value.kind == "dtype":
            return torch_dtype(value.name)
        if value.kind == "device":
            return torch.device(value.name)
        if value.kind == "module":
            return shared_module(value.name)
        if value.kind == "array_dtype":
            return array_dtype(value.name)
        return _CONSTANTS[value.kind][value.name]
    except (KeyError, RuntimeError):
        raise ObservationError(f"there is no {value.kind[:40]} {value.name[:80]!r}") from None


_CONSTANTS: dict[str, dict[str, object]] = {
    "type": dict(SHARED_TYPES),
    "layout": _LAYOUTS,
    "memory_format": _FORMATS,
    "ufunc": {name: value for name, value in vars(np).items() if isinstance(value, np.ufunc)},
    "singleton": {"Ellipsis": Ellipsis, "NotImplemented": NotImplemented},
}
_DECODERS: dict[type, Callable[[Any, Callable[[Id], object]], object]] = {
    BigInteger: _decode_integer,
    str: _decode_plain_text,
    Text: _decode_text,
    BytesValue: _decode_bytes,
    ComplexNumber: lambda value, _: complex(value.real, value.imag),
    TupleValue: lambda value, resolve: tuple(_items(value.items, resolve)),
    NamedTupleValue: lambda value, resolve: made(value.name, value.fields, _items(value.items, resolve)),
    FrozenSetValue: _decode_frozenset,
    SliceValue: lambda value, resolve: slice(*_items((value.start, value.stop, value.step), resolve)),
    RangeValue: _decode_range,
    SizeValue: lambda value, _: torch.Size(value.sizes),
    ScalarValue: _decode_scalar,
    Constant: _decode_constant,
    SimulatedValue: decode_simulated,
    LibraryValue: lambda value, resolve: decode_library(value, lambda part: decode(part, resolve)),
}
