"""Ordinary Python values, to and from the wire."""

from __future__ import annotations

import types
from collections import Counter, deque, namedtuple
from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
import torch

from notegrad.mirror.memory import facts
from notegrad.mirror.objects.referring import Referring
from notegrad.mirror.objects.simulated import decode_simulated
from notegrad.mirror.wire.format import (
    BigInteger,
    BytesValue,
    ComplexNumber,
    Constant,
    FrozenSetValue,
    Id,
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
    MAX_DEPTH,
    MAX_EQUAL_HASHES,
    MAX_INTEGER_BITS,
    MAX_ITEMS,
    MAX_NAMED_TUPLE_FIELDS,
    MAX_NAMED_TUPLES,
    MAX_TEXT_BYTES,
)
from notegrad.mirror.wire.mirror_errors import ObservationError
from notegrad.mirror.wire.names import (
    SHARED_TYPES,
    TYPE_NAMES,
    array_dtype,
    dtype_name,
    module_name,
    shared_module,
    torch_dtype,
)
from notegrad.probes.accelerator import SimulatedTensor

_SMALL = 1 << 63
LENGTH_BEYOND_MEMORY = 1 << 40
_mro = type.__dict__["__mro__"].__get__
_LAYOUTS: dict[str, object] = {str(v): v for v in vars(torch).values() if isinstance(v, torch.layout)}
_FORMATS: dict[str, object] = {str(v): v for v in vars(torch).values() if isinstance(v, torch.memory_format)}


def encode(value: object, refer: Referring, depth: int = 0) -> Value:
    """The wire form of a value.

    Raises ObservationError where it is too large or too deep.
    """
    if value is None or value is True or value is False:
        return cast("Value", value)
    kind = type(value)
    if kind is int or kind is float or kind is str:
        return _encode_plain(value)
    if depth > MAX_DEPTH:
        raise ObservationError(f"values nested more than {MAX_DEPTH} deep")
    if kind is SimulatedTensor:
        return refer.refer_simulated(cast("SimulatedTensor", value))
    if facts.is_tensor(value):
        return Ref(refer.refer_tensor(cast("torch.Tensor", value)))
    lineage = _mro(kind)
    if np.ndarray in lineage:
        return Ref(refer.refer_array(cast("np.ndarray[Any, Any]", value)))
    for base in lineage:
        encoder = _ENCODERS.get(base)
        if encoder is not None:
            return encoder(value, refer, depth)
    return refer.refer_other(value)


def _encode_plain(value: object, *_: object) -> Value:
    if isinstance(value, int):
        number = int.__index__(value)
        if -_SMALL <= number < _SMALL:
            return number
        if number.bit_length() > MAX_INTEGER_BITS:
            raise ObservationError(f"an integer of more than {MAX_INTEGER_BITS:,} bits")
        return BigInteger(hex(number))
    if isinstance(value, float):
        return float.__float__(value)
    text = str.__str__(cast("str", value))
    if len(text) > MAX_TEXT_BYTES:
        raise ObservationError(f"a text of more than {MAX_TEXT_BYTES:,} characters")
    try:
        text.encode()
    except UnicodeEncodeError:
        return Text(text.encode("utf-8", "surrogatepass"))
    return text


def _encode_bytes(value: Any, *_: object) -> Value:
    if len(value) > MAX_TEXT_BYTES:
        raise ObservationError(f"more than {MAX_TEXT_BYTES:,} bytes")
    return BytesValue(bytes(value), isinstance(value, bytearray))


def _encode_items(items: Any, refer: Referring, depth: int) -> tuple[Value, ...]:
    if len(items) > MAX_ITEMS:
        raise ObservationError(f"more than {MAX_ITEMS:,} items")
    return tuple(encode(item, refer, depth + 1) for item in items)


def _encode_tuple(value: Any, refer: Referring, depth: int) -> Value:
    items = _encode_items(tuple.__getitem__(value, slice(None)), refer, depth)
    kind = type(value)
    if kind is tuple:
        return TupleValue(items)
    fields = kind.__dict__.get("_fields")
    if type(fields) is tuple and len(fields) == len(items) and all(type(f) is str for f in fields):
        return NamedTupleValue(kind.__name__, fields, items)
    if kind.__module__ == "torch.return_types":
        return NamedTupleValue(kind.__name__, (), items)
    return TupleValue(items)


def _encode_frozenset(value: Any, refer: Referring, depth: int) -> Value:
    return FrozenSetValue(_encode_items(list(frozenset.__iter__(value)), refer, depth))


def _encode_slice(value: Any, refer: Referring, depth: int) -> Value:
    parts = (encode(part, refer, depth + 1) for part in (value.start, value.stop, value.step))
    return SliceValue(*parts)


def _encode_range(value: Any, refer: Referring, depth: int) -> Value:
    parts = (encode(part, refer, depth + 1) for part in (value.start, value.stop, value.step))
    return RangeValue(*parts)


def _encode_scalar(value: Any, refer: Referring, _: int) -> Value:
    text = np.dtype(type(value)).str if not isinstance(value, (np.str_, np.bytes_)) else value.dtype.str
    try:
        array_dtype(text)
    except ObservationError:
        return refer.refer_other(value)
    return ScalarValue(text, value.tobytes())


def _encode_module(value: Any, refer: Referring, _: int) -> Value:
    name = module_name(value)
    return Constant("module", name) if name is not None else refer.refer_other(value)


def _encode_type(value: Any, refer: Referring, _: int) -> Value:
    name = TYPE_NAMES.get(value)
    return Constant("type", name) if name is not None else refer.refer_other(value)


def _encode_container(value: Any, refer: Referring, depth: int) -> Value:
    return Ref(refer.refer_container(value, depth))


_Encoder = Callable[[Any, Referring, int], Value]
_ENCODERS: dict[type, _Encoder] = {
    bool: lambda value, *_: bool(value),
    np.generic: _encode_scalar,
    int: _encode_plain,
    float: _encode_plain,
    str: _encode_plain,
    bytes: _encode_bytes,
    bytearray: _encode_bytes,
    complex: lambda value, *_: ComplexNumber(value.real, value.imag),
    torch.Size: lambda value, *_: SizeValue(tuple(int(n) for n in value)),
    tuple: _encode_tuple,
    list: _encode_container,
    dict: _encode_container,
    set: _encode_container,
    deque: _encode_container,
    frozenset: _encode_frozenset,
    slice: _encode_slice,
    range: _encode_range,
    torch.dtype: lambda value, *_: Constant("dtype", dtype_name(value)),
    torch.device: lambda value, *_: Constant("device", str(value)),
    torch.layout: lambda value, *_: Constant("layout", str(value)),
    torch.memory_format: lambda value, *_: Constant("memory_format", str(value)),
    np.dtype: lambda value, *_: Constant("array_dtype", value.str),
    type(Ellipsis): lambda *_: Constant("singleton", "Ellipsis"),
    type(NotImplemented): lambda *_: Constant("singleton", "NotImplemented"),
    types.ModuleType: _encode_module,
    type: _encode_type,
}


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


def check_hashes(keys: Sequence[object]) -> None:
    """Refuse keys that were made to have one hash.

    Raises ObservationError, or TypeError for what has no hash.
    """
    if len(keys) > MAX_EQUAL_HASHES and max(Counter(map(hash, keys)).values()) > MAX_EQUAL_HASHES:
        raise ObservationError(f"more than {MAX_EQUAL_HASHES:,} keys with the same hash")


def _decode_frozenset(value: FrozenSetValue, resolve: Callable[[Id], object]) -> frozenset[Any]:
    items = _items(value.items, resolve)
    check_hashes(items)
    return frozenset(items)


def _decode_integer(value: BigInteger, _: object) -> int:
    if len(value.text) > MAX_INTEGER_BITS // 4 + 4:
        raise ObservationError(f"an integer of more than {MAX_INTEGER_BITS:,} bits")
    try:
        return int(value.text, 16)
    except ValueError:
        raise ObservationError("a malformed integer") from None


def _decode_named_tuple(value: NamedTupleValue, resolve: Callable[[Id], object]) -> object:
    items = _items(value.items, resolve)
    if not value.fields:
        kind = getattr(torch.return_types, value.name, None)
        if isinstance(kind, type) and issubclass(kind, tuple):
            return kind(items)
        return tuple(items)
    try:
        return _named_tuple(value.name, value.fields)(*items)
    except (ValueError, TypeError):
        return tuple(items)


_named_tuples: dict[tuple[str, tuple[str, ...]], type[Any]] = {}


def forget_named_tuples() -> None:
    """Forget the kinds of named tuples that crossed: a new test case begins."""
    _named_tuples.clear()


def _named_tuple(name: str, fields: tuple[str, ...]) -> type[Any]:
    kind = _named_tuples.get((name, fields))
    if kind is None:
        if len(fields) > MAX_NAMED_TUPLE_FIELDS or len(_named_tuples) >= MAX_NAMED_TUPLES:
            raise ObservationError(
                f"more than {MAX_NAMED_TUPLES:,} kinds of named tuples, or one of more than "
                f"{MAX_NAMED_TUPLE_FIELDS:,} fields"
            )
        kind = _named_tuples[name, fields] = namedtuple(name, fields)  # noqa: PYI024 - its fields come by wire
    return kind


def _decode_range(value: RangeValue, resolve: Callable[[Id], object]) -> object:
    parts = _items((value.start, value.stop, value.step), resolve)
    try:
        found = range(*parts)
    except (TypeError, ValueError):
        raise ObservationError("a malformed range") from None
    # A test that makes a list of it would take all memory; of one that is longer still, Python makes none.
    if found[MAX_ITEMS:] and not found[LENGTH_BEYOND_MEMORY:]:
        raise ObservationError(f"a range of more than {MAX_ITEMS:,} numbers")
    return found


def _decode_scalar(value: ScalarValue, _: object) -> object:
    dtype = array_dtype(value.dtype)
    if len(value.data) != dtype.itemsize:
        raise ObservationError("a malformed NumPy scalar")
    return np.frombuffer(value.data, dtype)[0]


def _decode_text(value: Text, _: object) -> str:
    try:
        return value.data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        raise ObservationError("a malformed text") from None


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
    "singleton": {"Ellipsis": Ellipsis, "NotImplemented": NotImplemented},
}
_DECODERS: dict[type, Callable[[Any, Callable[[Id], object]], object]] = {
    BigInteger: _decode_integer,
    Text: _decode_text,
    BytesValue: lambda value, _: bytearray(value.data) if value.mutable else value.data,
    ComplexNumber: lambda value, _: complex(value.real, value.imag),
    TupleValue: lambda value, resolve: tuple(_items(value.items, resolve)),
    NamedTupleValue: _decode_named_tuple,
    FrozenSetValue: _decode_frozenset,
    SliceValue: lambda value, resolve: slice(*_items((value.start, value.stop, value.step), resolve)),
    RangeValue: _decode_range,
    SizeValue: lambda value, _: torch.Size(value.sizes),
    ScalarValue: _decode_scalar,
    Constant: _decode_constant,
    SimulatedValue: decode_simulated,
}
