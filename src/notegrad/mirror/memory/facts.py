"""These functions read facts of tensors and arrays without running one torch operation.

Student code can replace aten kernels and every attribute of `torch.Tensor`; the descriptors of the static
types `TensorBase` and `StorageBase` cannot be replaced, so only they are used, captured when this module is
imported (in the zygote: before any student code).
"""

from __future__ import annotations

import ctypes
from typing import Any, NamedTuple

import numpy as np
import torch

from notegrad.mirror.memory import gpu_memory

_T: Any = torch._C.TensorBase
_S: Any = torch._C.StorageBase
no_torch_function = torch._C.DisableTorchFunction

_dtype = _T.dtype.__get__
_device = _T.device.__get__
_layout = _T.layout.__get__
_version = _T._version.__get__
_base = _T._base.__get__
_requires_grad = _T.requires_grad.__get__
_is_leaf = _T.is_leaf.__get__
_is_nested = _T.is_nested.__get__
_is_quantized = _T.is_quantized.__get__
_grad = _T.grad.__get__
_grad_fn = _T.grad_fn.__get__
_output_nr = _T.output_nr.__get__
_retains_grad = _T.retains_grad.__get__
_hooks = _T._backward_hooks.__get__
_later_hooks = _T._post_accumulate_grad_hooks.__get__
_size, _stride, _offset = _T.size, _T.stride, _T.storage_offset
_is_conj, _is_neg = _T.is_conj, _T.is_neg
_untyped_storage = _T.untyped_storage
_data_ptr, _nbytes = _S.data_ptr, _S.nbytes
_cdata = _S._cdata.__get__
_resizable = _S.resizable
_creation: Any = torch._C._autograd._get_creation_meta
_parameter = torch.nn.Parameter
_is_subclass = type.__subclasscheck__  # by identity: a class over here may say that it equals another
_string_at = ctypes.string_at
_memmove = ctypes.memmove
_strided = torch.strided


def read_bytes(pointer: int, nbytes: int, device: str = "cpu") -> bytes:
    """The bytes at an address of this process, or of its GPU."""
    if not nbytes:
        return b""
    return gpu_memory.read(pointer, nbytes) if device == "cuda" else _string_at(pointer, nbytes)


def write_bytes(pointer: int, data: bytes, device: str = "cpu") -> None:
    """Put bytes at an address of this process, or of its GPU; bumps no version counter."""
    if not data:
        return
    if device == "cuda":
        gpu_memory.write(pointer, data)
    else:
        _memmove(pointer, data, len(data))


class TensorFacts(NamedTuple):
    """A tensor's own state; sizes, strides and offset count elements."""

    dtype: torch.dtype
    size: tuple[int, ...]
    stride: tuple[int, ...]
    offset: int
    version: int
    requires_grad: bool
    leaf: bool
    retains_grad: bool
    conjugate: bool
    negative: bool
    parameter: bool
    storage_key: int
    hooked: bool


def is_tensor(value: object) -> bool:
    """Whether `value` really is a tensor, whatever its class says of itself."""
    return _is_subclass(_T, type(value))


_is_wrapped = torch._C._functorch.is_functorch_wrapped_tensor


def has_storage(tensor: object) -> bool:
    """Whether a tensor lies in one storage and is nothing but that: neither sparse, nested nor quantised."""
    with no_torch_function():
        return _layout(tensor) is _strided and not _is_nested(tensor) and not _is_quantized(tensor)


def is_wrapped(tensor: torch.Tensor) -> bool:
    """Whether a tensor stands for others inside a transform of `torch.func`."""
    return bool(_is_wrapped(tensor))


def is_array(value: object) -> bool:
    """Whether `value` really is a NumPy array."""
    return _is_subclass(np.ndarray, type(value))


def tensor_facts(tensor: torch.Tensor) -> TensorFacts:
    """Facts of a strided tensor; call under `no_torch_function`.

    Raises TypeError for a layout that has no single storage (sparse, nested).
    """
    if _layout(tensor) is not _strided:
        raise TypeError(f"tensors of layout {_layout(tensor)} cannot cross")
    try:
        version = _version(tensor)
    except RuntimeError:  # an inference tensor has none
        version = 0
    try:
        leaf, retains_grad = _is_leaf(tensor), _retains_grad(tensor)
    except RuntimeError:  # one of many views at once, whose base was written in place since
        leaf = retains_grad = False
    return TensorFacts(
        _dtype(tensor),
        tuple(_size(tensor)),
        _stride(tensor),
        _offset(tensor),
        version,
        _requires_grad(tensor),
        leaf,
        retains_grad,
        _is_conj(tensor),
        _is_neg(tensor),
        _is_subclass(_parameter, type(tensor)),
        _cdata(_untyped_storage(tensor)),
        bool(_hooks(tensor) or _later_hooks(tensor)),
    )


def tensor_base(tensor: torch.Tensor) -> torch.Tensor | None:
    """The tensor that `tensor` is a view of."""
    base: torch.Tensor | None = _base(tensor)
    return base


def view_creation(view: torch.Tensor) -> int:
    """The way a view was made (without gradients, one of many), which decides whether it may be written."""
    return int(_creation(view))


def tensor_version(tensor: torch.Tensor) -> int:
    """The version counter of a tensor.

    Raises RuntimeError for an inference tensor, which has none.
    """
    version: int = _version(tensor)
    return version


def tensor_device(tensor: torch.Tensor) -> torch.device:
    """The device a tensor is on."""
    device: torch.device = _device(tensor)
    return device


def tensor_grad(tensor: torch.Tensor, facts: TensorFacts) -> torch.Tensor | None:
    """The accumulated gradient; asked only where asking makes no warning."""
    if not (facts.leaf or facts.retains_grad):
        return None
    grad: torch.Tensor | None = _grad(tensor)
    return grad


def gradient_edge(tensor: torch.Tensor, last: tuple[Any, int] | None = None) -> tuple[Any, int] | None:
    """The autograd node that made a tensor and which of its outputs it is; None for a leaf.

    `last` where torch refuses to say: one of many views at once, whose base was written in place since.
    """
    try:
        node = _grad_fn(tensor)
    except RuntimeError:
        return last
    return None if node is None else (node, _output_nr(tensor))


def storage_of(tensor: torch.Tensor) -> torch.UntypedStorage:
    """The storage under a tensor."""
    storage: torch.UntypedStorage = _untyped_storage(tensor)
    return storage


def storage_key(storage: torch.UntypedStorage) -> int:
    """A number that is equal for two storages only if they are the same one."""
    key: int = _cdata(storage)
    return key


def storage_span(storage: torch.UntypedStorage) -> tuple[int, int]:
    """Address and length, in bytes, of a storage."""
    return _data_ptr(storage), _nbytes(storage)


def is_resizable(storage: torch.UntypedStorage) -> bool:
    """Whether a storage may be resized: not where it shares its memory with NumPy."""
    return bool(_resizable(storage))


def array_root(array: np.ndarray[Any, Any]) -> object:
    """The object that owns an array's memory: the last `base` of the chain."""
    current: Any = array
    while is_array(current) and current.base is not None:
        current = current.base
    return current


def array_span(array: np.ndarray[Any, Any]) -> tuple[int, int]:
    """Lowest address and length, in bytes, of the memory that an array's items cover."""
    low, high = np.lib.array_utils.byte_bounds(array)
    return low, high - low if array.size else 0
