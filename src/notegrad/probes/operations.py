"""A probe counts what a call does: aten operations, lines of Python, bytes; never its time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from notegrad.probes.library_code import (
    is_a_library_s,
    is_generated_by_a_library,
    is_in_an_import,
    remember,
)
from notegrad.probes.watch import Disturbance, Watch

REMOTE_ATTRIBUTE = "__notegrad_operations__"
"""A stub of a function that lives elsewhere counts there: `(args, kwargs) -> Operations`."""

_LIFT = "aten.lift_fresh"
_ON_THE_WAY = (
    "_collections_abc", "abc", "contextlib", "notegrad.mirror.sides.sandbox_side",
    "notegrad.probes.operations", "notegrad.probes.watch", "torch._library.effects",
    "torch._library.fake_impl", "torch._library.simple_registry", "torch._library.utils", "torch._ops",
    "torch._tensor",
)  # fmt: skip
"""Modules whose code runs whenever something is counted."""


@dataclass(frozen=True)
class Operations:
    """Holds what one call did.

    Attributes:
        result: The result of the call.
        ops: The names of the aten operations that ran, in order, such as `aten.mul.Tensor`.
        new_bytes: The bytes of tensor memory that were newly allocated.
        lines: The calls and lines of Python that were executed outside of libraries.
        cost: `lines` and the number of `ops` together, which grows with the input where a loop runs over it.
        disturbance: One word on what kept the call from being counted; empty where nothing did.

    Example:
        >>> done = expect.operations(torch.Tensor.mul_, torch.ones(3), 2)
        >>> done.ops, done.new_bytes, done.cost
        (('aten.mul_.Tensor',), 0, 1)
    """

    result: object
    ops: tuple[str, ...]
    new_bytes: int
    lines: int
    disturbance: Disturbance = ""

    @property
    def cost(self) -> int:
        """Lines and operations together: what grows with the size of the input where a loop runs over it."""
        return self.lines + len(self.ops)


def prepare() -> None:
    """Read what each count would read of libraries' files, 10 ms, where others are forked from."""
    remember(_ON_THE_WAY)


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
    with _Counter() as counter:
        watch = counter.watch = Watch(counter)
        with watch.watching(counter.trace):
            result = call()
    return Operations(result, tuple(counter.ops), counter.new_bytes, counter.lines, watch.disturbance)


class _Counter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.ops: list[str] = []
        self.new_bytes = 0
        self.lines = 0
        # kept alive while counting, so that the identity of a freed storage is not taken for a new one
        self._seen: dict[int, torch.UntypedStorage] = {}
        self._generated: dict[int, tuple[CodeType, set[int]]] = {}
        self.watch: Watch
        # one object each: a bound method is made anew whenever it is asked for
        self.trace, self._trace_line = self._call, self._line

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """False: else the first use imports torch's compiler, 1 s in every fork that counts."""
        return False

    def _call(self, frame: FrameType, event: str, arg: object) -> Any:  # noqa: ARG002 (CPython's)
        """Count a call; what libraries execute is not the student's loop."""
        if is_a_library_s(frame.f_code):
            return None
        if is_generated_by_a_library(frame):
            return self._trace_repeated(frame)
        self.lines += 1
        frame.f_trace_opcodes = True  # torch's mode may be gone within one line only
        return self._trace_line

    def _line(self, frame: FrameType, event: str, arg: object) -> Any:  # noqa: ARG002 (CPython's signature)
        self.lines += event == "line"
        self.watch.look(frame)
        return self._trace_line

    def _trace_repeated(self, frame: FrameType) -> Any:
        """Count what runs again of code that a library generated; an import runs much of it, but no loops."""
        _, seen = self._generated.setdefault(id(frame.f_code), (frame.f_code, set()))
        if is_in_an_import(frame):
            seen = set()

        def trace(frame: FrameType, event: str, arg: object) -> Any:  # noqa: ARG001 (CPython's signature)
            if event in ("call", "line"):
                place = frame.f_lineno if event == "line" else 0
                self.lines += place in seen
                seen.add(place)
            return trace

        return trace(frame, "call", None)

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        name = str(func)
        self.ops.append(name)
        given = {_identity(s): (s, s.nbytes()) for s in _storages((args, kwargs or {}))}
        if name.startswith(_LIFT):
            self._count_lifted(args)
        self._seen.update((key, storage) for key, (storage, _) in given.items())
        self.watch.is_inside += 1
        try:
            result = func(*args, **(kwargs or {}))
        finally:
            self.watch.is_inside -= 1
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
