"""A simulated accelerator: tensors that hold real numbers on the CPU, and behave as those of another device do.

The device is called `sim` (one device, `sim:0`). Its tensors do not mix with those of the CPU, NumPy cannot see
them, and factory functions make them where `device="sim:0"` is said. So on a machine without a GPU a function can be
asked what it would do there. The numbers are the CPU's; speed, memory and asynchrony are not simulated.

The backend is PyTorch's PrivateUse1, set up in Python (`torch.utils.backend_registration`). The index has to be
said: autograd's engine knows no device without one. What changes a tensor's form in place (`resize_`, `t_`) is refused.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.utils import _pytree as pytree
from torch.utils import backend_registration

NAME = "sim"
DEVICE = "sim:0"

_OUT_OF_REACH = "Can't convert sim:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory first."
_MIXED = "Expected all tensors to be on the same device, but found at least two devices, sim:0 and cpu!"
_MAY_MIX = frozenset({"aten::copy_", "aten::_to_copy", "aten::index.Tensor", "aten::index_put_", "aten::_index_put_impl_"})
_is_registered = False
_library: torch.library.Library | None = None


class SimulatedTensor(torch.Tensor):
    """A tensor on the simulated accelerator; `on_cpu` holds its numbers."""

    on_cpu: torch.Tensor

    @staticmethod
    def __new__(cls, on_cpu: torch.Tensor) -> SimulatedTensor:
        """A tensor of that form, on `sim:0`."""
        made: SimulatedTensor = torch.Tensor._make_wrapper_subclass(  # type: ignore[attr-defined]
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

    def __repr__(self, **_: Any) -> str:
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
        """Where its numbers lie."""
        return self.on_cpu.data_ptr()

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Compute on the CPU's numbers, once all operands are found to be on one device."""
        return compute(func, args, kwargs or {})


def compute(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """An operation as the device does it: operands of the device in, results on the device out.

    Raises RuntimeError where tensors of the CPU take part, in PyTorch's words for a GPU.
    """
    flat, form = pytree.tree_flatten((args, kwargs))
    name = func._schema.name
    if func._schema.name.partition("::")[2] not in _MAY_MIX_NAMES:
        for value in flat:
            if isinstance(value, torch.Tensor) and value.device.type == "cpu" and value.dim() > 0:
                raise RuntimeError(_MIXED)
    target = kwargs.get("device")
    args, kwargs = pytree.tree_unflatten([_to_cpu(value) for value in flat], form)
    result = func(*args, **kwargs)
    stays = target is None or torch.device(target).type == NAME
    if not stays:
        return result
    held = {id(value.on_cpu): value for value in flat if isinstance(value, SimulatedTensor)}
    wrapped = pytree.tree_map(lambda value: _to_device(value, held), result)
    if name.endswith("_") and any(isinstance(v, SimulatedTensor) and _changed_form(v) for v in flat):
        raise NotImplementedError(f"{name} changes a tensor's form in place: the simulated accelerator cannot")
    return wrapped


_MAY_MIX_NAMES = frozenset(name.partition("::")[2].partition(".")[0] for name in _MAY_MIX)


def _to_cpu(value: Any) -> Any:
    if isinstance(value, SimulatedTensor):
        return value.on_cpu
    if isinstance(value, torch.device) and value.type == NAME:
        return torch.device("cpu")
    return value


def _to_device(value: Any, held: dict[int, SimulatedTensor]) -> Any:
    if not isinstance(value, torch.Tensor) or isinstance(value, SimulatedTensor):
        return value
    known = held.get(id(value))
    return SimulatedTensor(value) if known is None else known


def _changed_form(tensor: SimulatedTensor) -> bool:
    return tensor.on_cpu.shape != tensor.shape or tensor.on_cpu.stride() != tensor.stride()


def _factory(func: Any, *args: Any, **kwargs: Any) -> Any:
    return compute(func, args, kwargs)


def register() -> None:
    """Make the device known to torch in this process; once is enough, and there is no way back."""
    global _is_registered, _library  # noqa: PLW0603 - torch's registry is one per process
    if _is_registered:
        return
    backend_registration._setup_privateuseone_for_python_backend(NAME)  # noqa: SLF001
    _library = torch.library.Library("_", "IMPL")
    _library.fallback(_factory, "PrivateUse1")  # type: ignore[no-untyped-call]
    _is_registered = True
