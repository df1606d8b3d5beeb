"""A simulated accelerator keeps its numbers on the CPU, and treats tensors as a GPU does.

The device is called `sim` (one device, `sim:0`). Its tensors do not mix with those of the CPU, NumPy cannot
see them, and factory functions make them where `device="sim:0"` is said. So on a machine without a GPU a
function can be asked what it would do there. The numbers are the CPU's; speed, memory and asynchrony are not
simulated.

The backend is PyTorch's PrivateUse1, set up in Python (`torch.utils.backend_registration`). The index has to
be said: autograd's engine knows no device without one, and none that was registered after the first backward
pass. What changes a tensor's form in place (`resize_`, `t_`) is refused.
"""

from __future__ import annotations

import copy
import functools
import importlib
from collections.abc import Callable
from typing import Any

import torch
from torch.utils import _pytree as pytree
from torch.utils import backend_registration

NAME = "sim"
DEVICE = "sim:0"

_OUT_OF_REACH = (
    "Can't convert sim:0 device type tensor to numpy. "
    "Use Tensor.cpu() to copy the tensor to host memory first."
)
_MIXED = "Expected all tensors to be on the same device, but found at least two devices, sim:0 and cpu!"
_NOT_A_LEAF = (
    "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol "
    "at the moment.  "
    "If you were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, "
    "see https://github.com/pytorch/pytorch/pull/103001"
)
# Operations that move between devices, or take indices from the CPU, as on a GPU.
_MAY_MIX = frozenset(
    {"aten::copy_", "aten::_to_copy", "aten::index", "aten::index_put_", "aten::_index_put_impl_"}
)
# What torch makes by growing an empty tensor, which this device cannot.
_MADE_WHOLE = (
    "arange", "arange.start", "arange.start_step", "eye", "eye.m", "linspace", "logspace", "randperm",
    "randperm.generator", "tril_indices", "triu_indices", "range", "range.step",
)  # fmt: skip
_is_registered = False
_libraries: list[torch.library.Library] = []


class SimulatedTensor(torch.Tensor):
    """A tensor on the simulated accelerator; `on_cpu` holds its numbers."""

    on_cpu: torch.Tensor

    @staticmethod
    def __new__(cls: type[SimulatedTensor], on_cpu: torch.Tensor) -> SimulatedTensor:  # noqa: PYI034
        """A tensor of that form, on `sim:0`."""
        made: SimulatedTensor = torch.Tensor._make_wrapper_subclass(  # noqa: SLF001
            cls,
            on_cpu.size(),
            strides=on_cpu.stride(),
            storage_offset=on_cpu.storage_offset(),
            dtype=on_cpu.dtype,
            layout=on_cpu.layout,
            device=torch.device(DEVICE),
            requires_grad=False,
        )
        made.on_cpu = on_cpu
        return made

    @classmethod
    def of(cls, on_cpu: torch.Tensor) -> SimulatedTensor:
        """The tensor of the device whose numbers `on_cpu` holds: always the same object."""
        known = on_cpu.__dict__.get("on_device")
        if known is None:
            known = on_cpu.__dict__["on_device"] = cls(on_cpu)
        found: SimulatedTensor = known
        return found

    def __repr__(self, **_: Any) -> str:  # type: ignore[override]
        """As torch shows a tensor of a GPU."""
        gradient = ", requires_grad=True" if self.requires_grad else ""
        return f"{repr(self.on_cpu)[:-1]}, device='{DEVICE}'{gradient})"

    def numpy(self, **_: Any) -> Any:
        """Refused, as for a tensor of a GPU."""
        raise TypeError(_OUT_OF_REACH)

    def __array__(self, *_: Any, **__: Any) -> Any:
        """Refused, as for a tensor of a GPU."""
        raise TypeError(_OUT_OF_REACH)

    def tolist(self) -> Any:
        """Plain numbers, copied from the device."""
        return self.detach().cpu().tolist()

    def data_ptr(self) -> int:
        """The address of its numbers."""
        return self.on_cpu.data_ptr()

    def untyped_storage(self) -> torch.UntypedStorage:
        """The memory of its numbers: the device itself has none, and copying that ends the process."""
        return self.on_cpu.untyped_storage()

    def __reduce_ex__(self, _: Any) -> Any:
        """For pickle: its numbers, and the device."""
        return _rebuilt, (self.detach().cpu(), self.requires_grad)

    def __copy__(self) -> torch.Tensor:
        """A tensor with the same memory, and no graph."""
        return self.detach().requires_grad_(self.requires_grad)

    def __deepcopy__(self, memo: dict[int, Any]) -> torch.Tensor:
        """A copy as of a tensor of a GPU: with its gradient, and of leaves only. Raises RuntimeError."""
        if not self.is_leaf:
            raise RuntimeError(_NOT_A_LEAF)
        if id(self) in memo:
            known: torch.Tensor = memo[id(self)]
            return known
        copied = memo[id(self)] = self.detach().clone().requires_grad_(self.requires_grad)
        if self.grad is not None:
            copied.grad = copy.deepcopy(self.grad, memo)
        return copied

    @classmethod
    def __torch_dispatch__(  # type: ignore[override]
        cls,
        func: Any,
        types: Any,
        args: Any = (),
        kwargs: Any = None,
    ) -> Any:
        """Compute on the CPU's numbers, once all operands are found to be on one device."""
        return compute(func, args, kwargs or {})


def _rebuilt(on_cpu: torch.Tensor, requires_grad: bool) -> torch.Tensor:
    return on_cpu.to(DEVICE).requires_grad_(requires_grad)


def compute(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """An operation as the device does it: operands of the device in, results on the device out.

    Raises RuntimeError where tensors of the CPU take part, in PyTorch's words for a GPU.
    """
    flat, form = pytree.tree_flatten((args, kwargs))
    name = str(func.name()).partition(".")[0]
    if name not in _MAY_MIX and any(_is_on_cpu(value) for value in flat):
        raise RuntimeError(_MIXED)
    target = kwargs.get("device")
    own_args, own_kwargs = pytree.tree_unflatten([_to_cpu(value) for value in flat], form)
    result = func(*own_args, **own_kwargs)
    if any(isinstance(value, SimulatedTensor) and _changed_form(value) for value in flat):
        raise NotImplementedError(
            f"{name} changes a tensor's form in place: the simulated accelerator cannot"
        )
    if target is not None and torch.device(target).type != NAME:
        return result
    return pytree.tree_map(_to_device, result)


def is_refusal(error: BaseException) -> bool:
    """Whether an error says what a GPU would: tensors of two devices, or numbers asked of it by NumPy."""
    return any(words in str(error) for words in (_OUT_OF_REACH, _MIXED))


def _is_on_cpu(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.device.type == "cpu" and value.dim() > 0


def _to_cpu(value: Any) -> Any:
    if isinstance(value, SimulatedTensor):
        return value.on_cpu
    if isinstance(value, torch.device) and value.type == NAME:
        return torch.device("cpu")
    return value


def _to_device(value: Any) -> Any:
    if not isinstance(value, torch.Tensor) or isinstance(value, SimulatedTensor):
        return value
    return SimulatedTensor.of(value)


def _changed_form(tensor: SimulatedTensor) -> bool:
    return tensor.on_cpu.shape != tensor.shape or tensor.on_cpu.stride() != tensor.stride()


def _compute_without_operands(func: Any, *args: Any, **kwargs: Any) -> Any:
    return compute(func, args, kwargs)


def can_differentiate() -> bool:
    """Whether autograd knows the device: its engine counts devices at the first backward pass."""
    x = torch.ones(2, device=DEVICE, requires_grad=True)
    try:
        x.sum().backward()  # type: ignore[no-untyped-call]
    except RuntimeError:
        return False
    return True


def _from_data(make: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
    """`torch.tensor` and its like build below every dispatch, then move: here in two steps."""

    @functools.wraps(make)
    def made(
        data: Any, *args: Any, device: Any = None, requires_grad: bool = False, **kwargs: Any
    ) -> torch.Tensor:
        options = {"requires_grad": True} if requires_grad else {}
        if device is None or torch.device(device).type != NAME:
            return make(data, *args, device=device, **options, **kwargs)
        source = data if isinstance(data, torch.Tensor) else make(data, *args, device="cpu", **kwargs)
        moved = source.detach().to(device) if options or data is not source else source.to(device)
        return moved.requires_grad_() if options else moved

    return made


def prepare() -> None:
    """Do what is dear once, in a process that others are forked from; the device is not known by that.

    torch imports 519 modules where a class of ours first computes (0.6 s of processor time), and goes through
    all operations for the fallback (25 ms, and 10,000 pages that each fork would copy).
    """
    if _libraries:
        return
    importlib.import_module("torch.distributed.tensor")
    library: Any = torch.library.Library
    everything, factories = library("_", "IMPL"), library("aten", "IMPL")
    everything.fallback(_compute_without_operands, "PrivateUse1")
    for name in _MADE_WHOLE:
        packet, _, overload = name.partition(".")
        operation = getattr(getattr(torch.ops.aten, packet), overload or "default")
        factories.impl(operation, functools.partial(_compute_without_operands, operation), "PrivateUse1")
    _libraries.extend((everything, factories))  # what they registered goes with them


def register(*, announced: bool = False) -> None:
    """Make the device known to torch in this process; once is enough, and there is no way back.

    announced: `torch.accelerator` tells of it, which is for courses that compute on it. Else a function that
    looks for an accelerator by itself, as PyTorch's own tutorials do, finds none, as before.
    """
    global _is_registered  # noqa: PLW0603 - torch's registry is one per process
    if _is_registered:
        return
    prepare()
    backend_registration._setup_privateuseone_for_python_backend(NAME)  # noqa: SLF001
    torch.tensor = _from_data(torch.tensor)
    torch.as_tensor = _from_data(torch.as_tensor)
    if not announced:
        torch.accelerator.current_accelerator = _unannounced(torch.accelerator.current_accelerator)
    _is_registered = True


def _unannounced(current: Callable[..., torch.device | None]) -> Callable[..., torch.device | None]:
    """`torch.accelerator.current_accelerator`, by which its other functions look, without our device."""

    @functools.wraps(current)
    def told(*args: Any, **kwargs: Any) -> torch.device | None:
        found = current(*args, **kwargs)
        return None if found is None or found.type == NAME else found

    return told
