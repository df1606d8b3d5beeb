"""A probe counts what a call does: aten operations, lines of Python, bytes; never its time."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

REMOTE_ATTRIBUTE = "__notegrad_operations__"
"""A stub of a function that lives elsewhere counts there: `(args, kwargs) -> Operations`."""

_LIFT = "aten.lift_fresh"

_LIBRARIES = (
    *{sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")},
    str(Path(__file__).parents[1]),
    "<frozen",
)


@dataclass(frozen=True)
class Operations:
    """Holds what one call did.

    Attributes:
        result: The result of the call.
        ops: The names of the aten operations that ran, in order, such as `aten.mul.Tensor`.
        new_bytes: The bytes of tensor memory that were newly allocated.
        lines: The calls and lines of Python that were executed outside of libraries.
        cost: `lines` and the number of `ops` together, which grows with the input where a loop runs over it.

    Example:
        >>> done = expect.operations(torch.Tensor.mul_, torch.ones(3), 2)
        >>> done.ops, done.new_bytes, done.cost
        (('aten.mul_.Tensor',), 0, 1)
    """

    result: object
    ops: tuple[str, ...]
    new_bytes: int
    lines: int

    @property
    def cost(self) -> int:
        """Lines and operations together: what grows with the size of the input where a loop runs over it."""
        return self.lines + len(self.ops)


def operations(f: Callable[..., object], *args: object, **kwargs: object) -> Operations:
    """Calls a function and counts the operations, bytes and lines of the call, where the function lives.

    `new_bytes` adds up the storages of results that alias no input of their operation, and the growth of
    resized ones; memory that NumPy or Python allocates by itself is not tensor memory and is not seen.
    `lines` counts calls and lines outside of libraries, once each time they run; a loop inside a builtin that
    calls builtins only, such as `list(map(math.exp, values))`, is not seen.

    Args:
        f: The function; one of the student's is counted in the sandbox.
        *args: Its arguments.
        **kwargs: Its named arguments.

    Returns:
        The result with the counts.

    Raises:
        Exception: Whatever `f` raises.

    Example:
        >>> done = expect.operations(lambda x: (x * 2).sum(), torch.ones(4))
        >>> done.result, done.ops
        (tensor(8.), ('aten.mul.Tensor', 'aten.sum.default'))
        >>> done.new_bytes  # four floats, and one
        20
    """
    remote = getattr(f, REMOTE_ATTRIBUTE, None)
    if remote is not None:
        done: Operations = remote(args, kwargs)
        return done
    return count_operations(lambda: f(*args, **kwargs))


def allocated_bytes(f: Callable[..., object], *args: object, **kwargs: object) -> int:
    """Counts the bytes of tensor memory that a call allocates; see `operations`.

    Args:
        f: The function; one of the student's is counted in the sandbox.
        *args: Its arguments.
        **kwargs: Its named arguments.

    Returns:
        The number of bytes.

    Raises:
        Exception: Whatever `f` raises.

    Example:
        >>> x = torch.ones(1000)
        >>> expect.allocated_bytes(torch.add, x, 1), expect.allocated_bytes(x.add_, 1)
        (4000, 0)
    """
    return operations(f, *args, **kwargs).new_bytes


def count_operations(call: Callable[[], object]) -> Operations:
    """Runs a function in this process, and counts what it did here; see `operations`.

    A student's function is not seen by it, since it runs in the sandbox: for that, use `operations`.

    Args:
        call: A function without parameters.

    Returns:
        Its result with the counts.

    Raises:
        Exception: Whatever `call` raises.

    Example:
        >>> expect.count_operations(lambda: torch.ones(2).tolist()).result
        [1.0, 1.0]
    """
    with _Counter() as counter, _traced(counter.trace):
        result = call()
    return Operations(result, tuple(counter.ops), counter.new_bytes, counter.lines)


@contextmanager
def _traced(trace: Any) -> Iterator[None]:
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


class _Counter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.ops: list[str] = []
        self.new_bytes = 0
        self.lines = 0
        # kept alive while counting, so that the identity of a freed storage is not taken for a new one
        self._seen: dict[int, torch.UntypedStorage] = {}

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """False: else the first use imports torch's compiler, 1 s in every fork that counts."""
        return False

    def trace(self, frame: FrameType, event: str, arg: object) -> Any:  # noqa: ARG002 (CPython's signature)
        """Count a call or a line; what libraries execute is not the student's loop."""
        if _is_a_library_s(frame):
            return None
        self.lines += event in ("call", "line")
        return self.trace

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        name = str(func)
        self.ops.append(name)
        given = {_identity(s): (s, s.nbytes()) for s in _storages((args, kwargs or {}))}
        if name.startswith(_LIFT):
            self._count_lifted(args)
        self._seen.update((key, storage) for key, (storage, _) in given.items())
        result = func(*args, **(kwargs or {}))
        for storage, nbytes in given.values():
            self.new_bytes += max(0, storage.nbytes() - nbytes)
        for storage in _storages(result):
            key = _identity(storage)
            if key not in given and key not in self._seen:
                self.new_bytes += storage.nbytes()
                self._seen[key] = storage
        return result

    def _count_lifted(self, args: tuple[Any, ...]) -> None:
        # torch.tensor([...]) fills its memory unseen and shows it here first; a Python number wrapped in a
        # tensor without axes is no allocation worth a mark, and memory lent by NumPy cannot be resized
        for tensor in _tensors(args):
            storage = tensor.untyped_storage()
            if tensor.ndim and storage.resizable() and _identity(storage) not in self._seen:
                self.new_bytes += storage.nbytes()


def _is_a_library_s(frame: FrameType) -> bool:
    """Also of code that a library generates, which an import in the middle of a call runs by the thousand."""
    caller: FrameType | None = frame
    while (
        caller is not None
        and caller.f_code.co_filename == "<string>"
        and caller.f_globals.get("__name__", "__main__") != "__main__"  # what a notebook generates counts
    ):
        caller = caller.f_back
    return caller is not None and caller.f_code.co_filename.startswith(_LIBRARIES)


def _identity(storage: torch.UntypedStorage) -> int:
    return int(storage._cdata)  # noqa: SLF001 (addresses are reused, and 0 for all that is empty)


def _tensors(tree: object) -> Iterator[torch.Tensor]:
    if isinstance(tree, torch.Tensor):
        yield tree
    elif isinstance(tree, Mapping):
        for value in tree.values():
            yield from _tensors(value)
    elif isinstance(tree, (list, tuple)):
        for value in tree:
            yield from _tensors(value)


def _storages(tree: object) -> Iterator[torch.UntypedStorage]:
    for tensor in _tensors(tree):
        if tensor.layout is torch.strided:
            yield tensor.untyped_storage()
