"""Which aten operations a call runs and how many bytes of tensor it allocates: counted, never timed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

REMOTE_ATTRIBUTE = "__notegrad_operations__"
"""A stub of a function that lives elsewhere counts there: `(args, kwargs) -> (result, ops, new_bytes)`."""

_LIFT = "aten.lift_fresh"


@dataclass(frozen=True)
class Operations:
    """What one call did: its result, the aten operations in order, the bytes newly allocated by them."""

    result: object
    ops: tuple[str, ...]
    new_bytes: int


def operations(f: Callable[..., object], *args: object, **kwargs: object) -> Operations:
    """Call `f` and count. What `f` raises comes through.

    new_bytes adds up the storages of results that alias no input of their operation, and the growth of
    resized ones; memory that NumPy or Python allocates by itself is not tensor memory and is not seen.
    """
    remote = getattr(f, REMOTE_ATTRIBUTE, None)
    if remote is not None:
        result, ops, new_bytes = remote(args, kwargs)
    else:
        result, ops, new_bytes = count_operations(lambda: f(*args, **kwargs))
    return Operations(result, tuple(ops), int(new_bytes))


def allocated_bytes(f: Callable[..., object], *args: object, **kwargs: object) -> int:
    """Bytes of tensor memory that the call `f(*args, **kwargs)` allocates; see `operations`."""
    return operations(f, *args, **kwargs).new_bytes


def count_operations(call: Callable[[], object]) -> tuple[object, tuple[str, ...], int]:
    """Run `call` in this process: its result, the aten operations it ran, the bytes newly allocated."""
    with _Counter() as counter:
        result = call()
    return result, tuple(counter.ops), counter.new_bytes


class _Counter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.ops: list[str] = []
        self.new_bytes = 0
        # kept alive while counting, so that the identity of a freed storage is not taken for a new one
        self._seen: dict[int, torch.UntypedStorage] = {}

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
