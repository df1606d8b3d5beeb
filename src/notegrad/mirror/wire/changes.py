"""Records say what changed on one side: memory, objects, histories and global state."""

from __future__ import annotations

from notegrad.mirror.wire.forms import Id, Value, Wire


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
    torch says that a view was made, which decides whether it may be written in place; `hooked` that gradients
    which the other side computes for it pass by hooks on this one.
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
    hooked: bool = False


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
    """A function (or other object) of the sandbox, known to the judge only by number.

    `abilities`: the special methods of its type, without underscores, of those that a stub forwards. `kind`:
    the name of its type. `lineage`: the classes of that, or of a class itself, from there up: names (module,
    class) of a library's, numbers of the notebook's. `fields`: of a dataclass, or of its objects.
    `defaults`: of the parameters that have a plain value as default.
    """

    id: Id
    name: str
    doc: str | None
    function: bool
    parameters: tuple[tuple[str, int, bool], ...] | None
    abilities: tuple[str, ...] = ()
    kind: str = ""
    lineage: tuple[tuple[str, str] | Id, ...] = ()
    is_class: bool = False
    fields: tuple[str, ...] | None = None
    defaults: tuple[tuple[str, Value], ...] = ()


class ShippedRecord(Wire, frozen=True, array_like=True, tag="P"):
    """A function of the judge's, shipped by value; only ever sent towards the sandbox."""

    id: Id
    pickle: bytes


class SharedRecord(Wire, frozen=True, array_like=True, tag="O"):
    """An object of the judge's: its class, and the dict that is its state; only sent towards the sandbox."""

    id: Id
    kind: Id
    state: Id


class HistoryRecord(Wire, frozen=True, array_like=True, tag="G"):
    """Autograd history: `outputs` were computed, over there, from `inputs`, last by a node of this `name`."""

    id: Id
    outputs: tuple[Id, ...]
    inputs: tuple[Id, ...]
    name: str = ""


OtherRecord = HandleRecord | ShippedRecord | SharedRecord
Step = (
    BlockRecord
    | StorageRecord
    | TensorRecord
    | ArrayRecord
    | ContainerRecord
    | HandleRecord
    | ShippedRecord
    | SharedRecord
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
    """The changes of one side since its last message, in an order that can be applied."""

    steps: tuple[Step, ...] = ()
    state: StateRecord | None = None
    released: tuple[Id, ...] = ()
    released_histories: tuple[Id, ...] = ()
