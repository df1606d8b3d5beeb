"""The wire format: strict, typed, length-limited messages, encoded with msgspec's MessagePack.

Nothing here is ever evaluated or unpickled by the judge. Each struct is an array with its tag first.
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
    | None
)


class BlockRecord(Wire, frozen=True, array_like=True, tag="B"):
    """Memory that both sides hold; sent when new, when resized (same id) and when bytes changed.

    `data` is None for memory without bytes (device `meta`).
    """

    id: Id
    nbytes: int
    device: str
    data: bytes | None


class StorageRecord(Wire, frozen=True, array_like=True, tag="S"):
    """A torch storage: a window of `nbytes` from byte `start` of a block.

    `resizable` is False for one that shares its memory with NumPy.
    """

    id: Id
    block: Id
    start: int
    nbytes: int
    whole: bool
    resizable: bool


class TensorRecord(Wire, frozen=True, array_like=True, tag="T"):
    """A tensor as it stands; sizes, strides and offset count elements.

    `base` is the tensor it is a view of (0: none); `sharer` a tensor whose version counter it shares
    without being a view of it (`detach`); `differentiable` says that gradients flow to `base`; `creation` how
    torch says that a view was made, which decides whether it may be written in place.
    """

    id: Id
    storage: Id
    dtype: str
    size: tuple[int, ...]
    stride: tuple[int, ...]
    offset: int
    base: Id
    sharer: Id
    differentiable: bool
    parameter: bool
    conjugate: bool
    negative: bool
    requires_grad: bool
    leaf: bool
    retains_grad: bool
    version: int
    grad: Id
    creation: int


class ArrayRecord(Wire, frozen=True, array_like=True, tag="A"):
    """A NumPy array: `strides` and `offset` count bytes from the start of its block."""

    id: Id
    block: Id
    dtype: str
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int
    writeable: bool
    owner: bool


class ContainerRecord(Wire, frozen=True, array_like=True, tag="C"):
    """A list, set or dict (keys and values alternate) and all that it holds now."""

    id: Id
    kind: str
    items: tuple[Value, ...]


class HandleRecord(Wire, frozen=True, array_like=True, tag="H"):
    """A function (or other object) of the sandbox, known to the judge only by number."""

    id: Id
    name: str
    doc: str | None
    function: bool
    parameters: tuple[tuple[str, int, bool], ...] | None


class ShippedRecord(Wire, frozen=True, array_like=True, tag="P"):
    """A function of the judge's, shipped by value; only ever sent towards the sandbox."""

    id: Id
    pickle: bytes


class HistoryRecord(Wire, frozen=True, array_like=True, tag="G"):
    """Autograd history: `outputs` were computed, over there, from `inputs`."""

    id: Id
    outputs: tuple[Id, ...]
    inputs: tuple[Id, ...]


Step = (
    BlockRecord
    | StorageRecord
    | TensorRecord
    | ArrayRecord
    | ContainerRecord
    | HandleRecord
    | ShippedRecord
    | HistoryRecord
)


class StateRecord(Wire, frozen=True, array_like=True, tag="E"):
    """Global state of torch, NumPy and Python; a generator's state is None where it did not change."""

    grad_enabled: bool
    default_dtype: str
    default_device: str
    torch_rng: bytes | None
    numpy_rng: bytes | None
    python_rng: bytes | None
    gpu_rng: bytes | None = None


class Changes(Wire, frozen=True, array_like=True, tag="D"):
    """All that changed on one side since its last message, in an order that can be applied."""

    steps: tuple[Step, ...] = ()
    state: StateRecord | None = None
    released: tuple[Id, ...] = ()
    released_histories: tuple[Id, ...] = ()


class Get(Wire, frozen=True, array_like=True, tag="get"):
    """Ask for names of the student's namespace."""

    changes: Changes
    names: tuple[str, ...]


class Names(Wire, frozen=True, array_like=True, tag="names"):
    """Ask which names the student's namespace defines."""

    changes: Changes


class Call(Wire, frozen=True, array_like=True, tag="call"):
    """Call `target`, or its method `method`; `observed` asks for the operations that ran."""

    changes: Changes
    target: Value
    method: str
    args: tuple[Value, ...]
    kwargs: tuple[tuple[str, Value], ...]
    observed: bool


class VectorJacobian(Wire, frozen=True, array_like=True, tag="vjp"):
    """Ask for the vector-Jacobian product of a history; one cotangent (or None) per output.

    `task` is the same for all products of one backward pass.
    """

    changes: Changes
    history: Id
    cotangents: tuple[Value, ...]
    create_graph: bool
    keep_graph: bool
    task: int


class Reset(Wire, frozen=True, array_like=True, tag="reset"):
    """Forget everything that crossed and take this global state: a new test case begins."""

    state: StateRecord


class OperationCounts(Wire, frozen=True, array_like=True, tag="ops"):
    """Which aten operations a call ran, how many bytes of new storage they made, lines of Python executed."""

    names: tuple[str, ...]
    new_bytes: int
    lines: int


class Returned(Wire, frozen=True, array_like=True, tag="ret"):
    """A reply: the value, and what the call printed."""

    changes: Changes
    value: Value
    printed: str = ""
    operations: OperationCounts | None = None


class Failure(Wire, frozen=True, array_like=True, tag="fail"):
    """An exception: the names of its types from its own up to BaseException, and its message."""

    types: tuple[tuple[str, str], ...]
    message: str
    args: tuple[Value, ...] | None
    where: str = ""


class Raised(Wire, frozen=True, array_like=True, tag="err"):
    """A reply: student code raised."""

    changes: Changes
    failure: Failure
    printed: str = ""


Request = Get | Names | Call | VectorJacobian | Reset
Message = Request | Returned | Raised

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)


def encode_message(message: Message) -> bytes:
    """Bytes of a message."""
    return _encoder.encode(message)


def decode_message(data: bytes | bytearray | memoryview) -> Message:
    """The message in `data`.

    Raises msgspec.DecodeError (or RecursionError, for nesting beyond any limit) where it is malformed.
    """
    return _decoder.decode(data)
