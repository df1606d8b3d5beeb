"""Each kind of value that may cross has a wire form: a strict, typed record.

Nothing here is ever evaluated or unpickled by the judge. Each record is an array with its tag first.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

Id = int


class Wire(msgspec.Struct, frozen=True, array_like=True):
    """Base of all that travels."""


class Ref(Wire, frozen=True, array_like=True, tag="r"):
    """An object that both sides know by number."""

    id: Id


class BigInteger(Wire, frozen=True, array_like=True, tag="i"):
    """An integer outside 64 bits, in hexadecimal."""

    text: str


class Text(Wire, frozen=True, array_like=True, tag="s"):
    """A string that is not valid UTF-8 (lone surrogates), as `surrogatepass` bytes."""

    data: bytes


class BytesValue(Wire, frozen=True, array_like=True, tag="b"):
    """`bytes` or, where `mutable`, a copy of a `bytearray`."""

    data: bytes
    mutable: bool


class ComplexNumber(Wire, frozen=True, array_like=True, tag="c"):
    """A complex number."""

    real: float
    imag: float


class TupleValue(Wire, frozen=True, array_like=True, tag="t"):
    """A plain tuple."""

    items: tuple[Value, ...]


class NamedTupleValue(Wire, frozen=True, array_like=True, tag="n"):
    """A named tuple; `name` may be that of one of `torch.return_types`."""

    name: str
    fields: tuple[str, ...]
    items: tuple[Value, ...]


class FrozenSetValue(Wire, frozen=True, array_like=True, tag="f"):
    """A frozen set."""

    items: tuple[Value, ...]


class SliceValue(Wire, frozen=True, array_like=True, tag="l"):
    """A slice."""

    start: Value
    stop: Value
    step: Value


class RangeValue(Wire, frozen=True, array_like=True, tag="g"):
    """A range; its ends may be big."""

    start: Value
    stop: Value
    step: Value


class SizeValue(Wire, frozen=True, array_like=True, tag="z"):
    """A `torch.Size`."""

    sizes: tuple[int, ...]


class ScalarValue(Wire, frozen=True, array_like=True, tag="y"):
    """A NumPy scalar: its dtype string and its bytes."""

    dtype: str
    data: bytes


class Constant(Wire, frozen=True, array_like=True, tag="k"):
    """Something both sides have under the same name: a dtype, a device, a module, a type."""

    kind: str
    name: str


class SimulatedValue(Wire, frozen=True, array_like=True, tag="m"):
    """A tensor of the simulated accelerator: the tensor of its numbers, and what autograd knows of it.

    `product`: a function that gives the gradients of `inputs`; None for a tensor without a history.
    """

    tensor: Id
    requires_grad: bool
    version: int
    product: Ref | None
    inputs: tuple[Id, ...]


class LibraryValue(Wire, frozen=True, array_like=True, tag="o"):
    """An object of a library that crosses by value: a date, a fraction, a sparse tensor."""

    kind: str
    parts: tuple[Value, ...]


Value: TypeAlias = (
    bool
    | int
    | float
    | str
    | Ref
    | BigInteger
    | Text
    | BytesValue
    | ComplexNumber
    | TupleValue
    | NamedTupleValue
    | FrozenSetValue
    | SliceValue
    | RangeValue
    | SizeValue
    | ScalarValue
    | Constant
    | SimulatedValue
    | LibraryValue
    | None
)
