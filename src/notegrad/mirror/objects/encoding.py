"""Ordinary Python values become wire forms."""

from __future__ import annotations

import types
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Any, cast

import numpy as np
import torch

from notegrad.mirror.memory import facts
from notegrad.mirror.objects.by_value import PLAIN, encode_by_value, is_by_value
from notegrad.mirror.objects.live_objects import LIVE, live_kind
from notegrad.mirror.objects.named_tuples import fields_of, is_bare_tuple, library_name
from notegrad.mirror.objects.referring import Referring
from notegrad.mirror.objects.tables import is_table, pandas_kind, parts_by_value
from notegrad.mirror.wire.forms import (
    BigInteger,
    BytesValue,
    ComplexNumber,
    Constant,
    FrozenSetValue,
    LibraryValue,
    NamedTupleValue,
    RangeValue,
    Ref,
    ScalarValue,
    SizeValue,
    SliceValue,
    Text,
    TupleValue,
    Value,
)
from notegrad.mirror.wire.limits import ITEM_BYTES, MAX_DEPTH, MAX_INTEGER_BITS, MAX_ITEMS, MAX_TEXT_BYTES
from notegrad.mirror.wire.mirror_errors import ObservationError
from notegrad.mirror.wire.names import TYPE_NAMES, array_dtype, dtype_name, module_name
from notegrad.probes.accelerator import SimulatedTensor

_SMALL = 1 << 63
_mro = type.__dict__["__mro__"].__get__


def encode(value: object, refer: Referring, depth: int = 0) -> Value:
    """The wire form of a value.

    Raises ObservationError where it is too large or too deep.
    """
    if value is None or value is True or value is False:
        return cast("Value", value)
    kind = type(value)
    if kind is int or kind is float or kind is str:
        return _encode_plain(value, refer)
    if depth > MAX_DEPTH:
        raise ObservationError(f"values nested more than {MAX_DEPTH} deep", "deep")
    if kind is SimulatedTensor:
        return refer.refer_simulated(cast("SimulatedTensor", value))
    lineage = _mro(kind)
    if facts.is_tensor(value) or facts.is_array(value):
        return _encode_memory(value, refer, depth)
    if name := pandas_kind(lineage):
        return _encode_pandas(value, name, refer, depth)
    for base in (np.generic,) if np.generic in lineage else lineage:  # of which `str_` is a str first
        encoder = _ENCODERS.get(base)
        if encoder is not None:
            if base is not kind and not _is_all(kind, base):
                refer.note_class(kind)
            return encoder(value, refer, depth)
    return refer.refer_other(value)


def _is_all(kind: type, base: type) -> bool:
    """Whether what goes as a value of `base` is all that objects of a class derived from it are."""
    if base not in _GO_AS_VALUES:
        return kind.__module__ != "__main__"
    is_known = kind in _KNOWN_DICTS or is_bare_tuple(kind) or library_name(kind) != ""
    return is_known or kind.__module__ == "torch.return_types"


def _encode_memory(value: object, refer: Referring, depth: int) -> Value:
    """The number of a tensor or an array; the form of one that has no memory which both sides could hold."""
    if live_kind(value):
        return _encode_container(value, refer, depth)
    if is_by_value(value):
        return encode_by_value(value, refer, depth, encode)
    if facts.is_tensor(value):
        if facts.is_wrapped(cast("torch.Tensor", value)):
            raise ObservationError("tensors inside a transform of torch.func cannot cross", "transform")
        return Ref(refer.refer_tensor(cast("torch.Tensor", value)))
    return Ref(refer.refer_array(cast("np.ndarray[Any, Any]", value)))


def _encode_pandas(value: object, name: str, refer: Referring, depth: int) -> Value:
    if type(value).__module__ == "__main__":
        refer.note_class(type(value))
    if is_table(name):
        return _encode_container(value, refer, depth)
    parts = (encode(part, refer, depth + 1) for part in parts_by_value(value, name))
    return LibraryValue(f"pandas {name}", tuple(parts))


def _encode_plain(value: object, refer: Referring, *_: object) -> Value:
    if isinstance(value, int):
        number = int.__index__(value)
        if -_SMALL <= number < _SMALL:
            return number
        if number.bit_length() > MAX_INTEGER_BITS:
            raise ObservationError(f"an integer of more than {MAX_INTEGER_BITS:,} bits", "integer")
        refer.count_bytes(number.bit_length() // 4)
        return BigInteger(hex(number))
    if isinstance(value, float):
        return float.__float__(value)
    text = str.__str__(cast("str", value))
    if len(text) > MAX_TEXT_BYTES:
        raise ObservationError(f"a text of more than {MAX_TEXT_BYTES:,} characters", "text")
    try:
        refer.count_bytes(len(text) if text.isascii() else len(text.encode()))
    except UnicodeEncodeError:
        encoded = text.encode("utf-8", "surrogatepass")
        refer.count_bytes(len(encoded))
        return Text(encoded)
    return text


def _encode_buffer(value: Any, refer: Referring, depth: int) -> Value:
    """The number of a buffer, which either side may change; of a class that derives from it, its bytes."""
    return _encode_container(value, refer, depth) if live_kind(value) else _encode_bytes(value, refer)


def _encode_bytes(value: Any, refer: Referring, *_: object) -> Value:
    if len(value) > MAX_TEXT_BYTES:
        raise ObservationError(f"more than {MAX_TEXT_BYTES:,} bytes", "size")
    refer.count_bytes(len(value))
    return BytesValue(bytes(value), isinstance(value, bytearray))


def _encode_items(items: Any, refer: Referring, depth: int) -> tuple[Value, ...]:
    if len(items) > MAX_ITEMS:
        raise ObservationError(f"more than {MAX_ITEMS:,} items", "objects")
    refer.count_bytes(ITEM_BYTES * len(items))
    return tuple(encode(item, refer, depth + 1) for item in items)


def _encode_tuple(value: Any, refer: Referring, depth: int) -> Value:
    items = _encode_items(tuple.__getitem__(value, slice(None)), refer, depth)
    kind = type(value)
    if kind is tuple:
        return TupleValue(items)
    fields = fields_of(kind)
    if fields is not None and len(fields) == len(items):
        return NamedTupleValue(library_name(kind) or kind.__name__, fields, items)
    if kind.__module__ == "torch.return_types":
        return NamedTupleValue(kind.__name__, (), items)
    return TupleValue(items)


def _encode_size(value: Any, refer: Referring, _: int) -> Value:
    refer.count_bytes(ITEM_BYTES * len(value))
    return SizeValue(tuple(int(n) for n in value))


def _encode_frozenset(value: Any, refer: Referring, depth: int) -> Value:
    return FrozenSetValue(_encode_items(list(frozenset.__iter__(value)), refer, depth))


def _encode_slice(value: Any, refer: Referring, depth: int) -> Value:
    parts = (encode(part, refer, depth + 1) for part in (value.start, value.stop, value.step))
    return SliceValue(*parts)


def _encode_range(value: Any, refer: Referring, depth: int) -> Value:
    parts = (encode(part, refer, depth + 1) for part in (value.start, value.stop, value.step))
    return RangeValue(*parts)


def _encode_scalar(value: Any, refer: Referring, depth: int) -> Value:
    if is_by_value(value):
        return encode_by_value(value, refer, depth, encode)
    text = np.dtype(type(value)).str if not isinstance(value, (np.str_, np.bytes_)) else value.dtype.str
    try:
        array_dtype(text)
    except ObservationError:
        return refer.refer_other(value)
    refer.count_bytes(value.nbytes)
    return ScalarValue(text, value.tobytes())


def _encode_module(value: Any, refer: Referring, _: int) -> Value:
    name = module_name(value)
    return Constant("module", name) if name is not None else refer.refer_other(value)


def _encode_type(value: Any, refer: Referring, _: int) -> Value:
    name = TYPE_NAMES.get(value)
    return Constant("type", name) if name is not None else refer.refer_other(value)


def _encode_ufunc(value: Any, refer: Referring, _: int) -> Value:
    is_numpys = vars(np).get(value.__name__) is value
    return Constant("ufunc", value.__name__) if is_numpys else refer.refer_other(value)


def _encode_container(value: Any, refer: Referring, depth: int) -> Value:
    return Ref(refer.refer_container(value, depth))


def _encode_live(value: Any, refer: Referring, depth: int) -> Value:
    """The number of a stream or a generator; of one that is mirrored otherwise, that of a handle."""
    return _encode_container(value, refer, depth) if live_kind(value) else refer.refer_other(value)


_GO_AS_VALUES = frozenset({
    *(int, float, complex, str, bytes, bytearray, tuple, list, dict, set, deque, frozenset),
})  # fmt: skip
_KNOWN_DICTS = (OrderedDict, defaultdict, Counter)

_Encoder = Callable[[Any, Referring, int], Value]
_ENCODERS: dict[type, _Encoder] = {
    bool: lambda value, *_: bool(value),
    np.generic: _encode_scalar,
    int: _encode_plain,
    float: _encode_plain,
    str: _encode_plain,
    bytes: _encode_bytes,
    complex: lambda value, *_: ComplexNumber(value.real, value.imag),
    torch.Size: _encode_size,
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
    np.ufunc: _encode_ufunc,
    types.ModuleType: _encode_module,
    type: _encode_type,
    **{live.type: _encode_live for live in LIVE.values()},
    bytearray: _encode_buffer,  # a live one, but for classes that derive from it
    **dict.fromkeys(PLAIN, lambda value, refer, depth: encode_by_value(value, refer, depth, encode)),
}
