"""Tensors and arrays are made, or changed in place, as records of the other side describe them."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import torch

from notegrad.mirror.memory import facts
from notegrad.mirror.memory.blocks import Memory
from notegrad.mirror.objects.views import view_of
from notegrad.mirror.wire.changes import ArrayRecord, TensorRecord
from notegrad.mirror.wire.limits import MAX_DIMENSIONS, MAX_NESTED_GRADIENTS
from notegrad.mirror.wire.mirror_errors import ObservationError
from notegrad.mirror.wire.names import array_dtype, torch_dtype

Array = np.ndarray[Any, Any]


def check_geometry(record: TensorRecord, storage: torch.UntypedStorage, itemsize: int) -> None:
    """Refuse sizes and strides that would reach outside the storage: `set_` would resize it instead.

    On the meta device, where there is nothing to reach, torch lets them. Raises ObservationError.
    """
    size, stride = record.size, record.stride
    if len(size) != len(stride) or len(size) > MAX_DIMENSIONS:
        raise ObservationError("a tensor whose sizes and strides do not match")
    if record.offset < 0 or any(n < 0 for n in size) or any(s < 0 for s in stride):
        raise ObservationError("a tensor with negative sizes")
    if 0 in size or storage.device.type == "meta":
        return
    last = record.offset + sum((n - 1) * s for n, s in zip(size, stride, strict=True))
    if (last + 1) * itemsize > storage.nbytes():
        raise ObservationError("a tensor that reaches outside its storage")


def _on_storage(record: TensorRecord, memory: Memory) -> torch.Tensor:
    window = memory.windows[record.storage]
    dtype = torch_dtype(record.dtype)
    check_geometry(record, window.storage, dtype.itemsize)
    memory.check_elements(record.size, window.storage.device.type)
    empty = torch.empty(0, dtype=dtype, device=window.storage.device)
    offset = 0 if 0 in record.size and not window.storage.nbytes() else record.offset
    return empty.set_(window.storage, offset, record.size, record.stride)


def build_tensor(record: TensorRecord, memory: Memory, parent: torch.Tensor | None) -> torch.Tensor:
    """A tensor as `record` says; a true view of `parent` where the record names a base.

    History, gradient and version are set later, when everything the record refers to exists.
    Raises ObservationError for sizes and strides that its storage cannot hold, or too many elements.
    """
    window = memory.windows[record.storage]
    if parent is None:
        with torch.no_grad():
            tensor = _on_storage(record, memory)
            if record.conjugate or record.negative:
                tensor = tensor.conj() if record.conjugate else tensor
                tensor = (torch._neg_view(tensor) if record.negative else tensor).detach()
    else:
        check_geometry(record, window.storage, torch_dtype(record.dtype).itemsize)
        memory.check_elements(record.size, window.storage.device.type)
        moved = facts.storage_key(facts.storage_of(parent)) != facts.storage_key(window.storage)
        with torch.set_grad_enabled(
            bool(record.base) and (record.differentiable or not parent.requires_grad)
        ):
            # a view keeps its memory when its base was given another
            tensor = parent.as_strided((0,), (1,), 0) if moved else view_of(parent, record)
            if not record.base:
                tensor = tensor.detach()
        if moved:
            change_geometry(tensor, record, memory)
    if record.parameter:
        return torch.nn.Parameter(tensor, requires_grad=record.requires_grad)
    return tensor


def change_geometry(tensor: torch.Tensor, record: TensorRecord, memory: Memory) -> None:
    """Give an existing tensor object another storage, shape or dtype, as `resize_`, `t_` or `.data =` did.

    Raises ObservationError for sizes and strides that the storage cannot hold, or too many elements.
    """
    with torch.no_grad():
        replacement = _on_storage(record, memory)
        if record.conjugate:
            replacement = replacement.conj()
        if record.negative:
            replacement = torch._neg_view(replacement)
        tensor.data = replacement


def set_gradient(tensor: torch.Tensor, grad: torch.Tensor | None) -> None:
    """Set the accumulated gradient, even where the tensor has changed its shape since.

    Raises ObservationError for gradients of gradients that lead in a circle, or too far.
    """
    last, depth = grad, 0
    while last is not None:  # torch never frees gradients that lead in a circle
        depth += 1
        if last is tensor or depth > MAX_NESTED_GRADIENTS:
            raise ObservationError("gradients of gradients without an end")
        last = last.grad if last.is_leaf or last.retains_grad else None
    if grad is None or grad.shape == tensor.shape:
        tensor.grad = grad
        return
    kept = tensor.data
    tensor.data = torch.empty_like(grad)
    tensor.grad = grad
    tensor.data = kept


def build_array(record: ArrayRecord, memory: Memory) -> Array:
    """An array as `record` says, over its block's memory.

    Raises ObservationError where its items would lie outside the block, or are too many.
    """
    dtype = array_dtype(record.dtype)
    if len(record.shape) != len(record.strides) or len(record.shape) > MAX_DIMENSIONS:
        raise ObservationError("an array whose shape and strides do not match")
    memory.check_elements(record.shape, "cpu")
    block = memory.blocks[record.block]
    if record.owner and not isinstance(block.owner, np.ndarray) and len(block.users) == 0:
        owned = _owning(record, dtype, block.nbytes)
        if owned is not None:
            memory.adopt_array(record.block, owned)
            owned.flags.writeable = record.writeable
            return owned
    if 0 in record.shape:
        return np.lib.stride_tricks.as_strided(
            np.empty(0, dtype), record.shape, record.strides, writeable=record.writeable
        )
    root = memory.bytes_of(record.block)
    try:
        # its `base` is the array that owns the block, where one does, and no other array
        buffer = root if isinstance(block.owner, np.ndarray) else root.data
        array: Array = np.ndarray(record.shape, dtype, buffer, record.offset, record.strides)
    except (ValueError, TypeError) as error:
        raise ObservationError(f"an array that its memory cannot hold: {error}") from None
    if array.flags.writeable and not record.writeable:
        array.flags.writeable = False
    return array


def _owning(record: ArrayRecord, dtype: np.dtype[np.generic], nbytes: int) -> Array | None:
    if record.offset or math.prod(record.shape) * dtype.itemsize != nbytes:
        return None
    for order in ("C", "F"):
        array: Array = np.empty(record.shape, dtype, order)
        if array.strides == record.strides:
            return array
    return None


def change_array(array: Array, record: ArrayRecord, memory: Memory) -> None:
    """Give an existing array another shape, strides, dtype or writeability, as assigning to them did.

    Raises ObservationError where its memory does not allow that, or its elements are too many.
    """
    memory.check_elements(record.shape, "cpu")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # NumPy advises against what the student did
            if array.dtype.str != record.dtype:
                array.dtype = array_dtype(record.dtype)  # type: ignore[misc]
            if array.shape != record.shape:
                array.shape = record.shape
            if array.strides != record.strides:
                array.strides = record.strides
        if array.flags.writeable != record.writeable:
            array.flags.writeable = record.writeable
    except (ValueError, TypeError, AttributeError) as error:
        raise ObservationError(f"an array that cannot change so: {error}") from None
