"""Tensors of the simulated accelerator (`probes.accelerator`) cross as tensors of their numbers.

What is mirrored is the tensor of their numbers: so identity, memory, views and what is written in place hold.
Their gradients cross as a function that the judge's backward pass calls. What does not cross: the gradient
that student code accumulated itself, a graph that is differentiated twice, and the version of a tensor that
is not returned.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import msgspec
import torch

from notegrad.mirror.memory.registry import Registry
from notegrad.mirror.objects.referring import Referring
from notegrad.mirror.wire.forms import Id, Ref, SimulatedValue, Value
from notegrad.mirror.wire.mirror_errors import ObservationError
from notegrad.probes import accelerator
from notegrad.probes.accelerator import SimulatedTensor

_set_version = torch._C._autograd._unsafe_set_version_counter


def simulated_value(tensor: SimulatedTensor, numbers: Id) -> SimulatedValue:
    """The wire form of a tensor whose numbers are the tensor `numbers`."""
    return SimulatedValue(numbers, tensor.requires_grad, tensor._version, None, ())


def with_product(value: Value, tensor: SimulatedTensor, registry: Registry, refer: Referring) -> Value:
    """The same with a function for its gradients with regard to every leaf that both sides know."""
    if not isinstance(value, SimulatedValue) or tensor.is_leaf:
        return value
    known = [registry.find(i) for i in registry]
    leaves = [
        leaf
        for numbers in known
        if isinstance(numbers, torch.Tensor)
        and isinstance(leaf := numbers.__dict__.get("on_device"), SimulatedTensor)
        and leaf.is_leaf
        and leaf.requires_grad
    ]

    def product(cotangent: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        return torch.autograd.grad(tensor, leaves, cotangent, retain_graph=True, allow_unused=True)

    product.__module__ = __name__
    inputs = tuple(refer.refer_tensor(leaf.on_cpu) for leaf in leaves)
    return msgspec.structs.replace(value, product=cast("Ref", refer.refer_other(product)), inputs=inputs)


def decode_simulated(value: SimulatedValue, resolve: Callable[[Id], object]) -> SimulatedTensor:
    """The tensor of the device over the mirrored tensor of its numbers.

    Raises ObservationError where there is none, or where it cannot lie on the device.
    """
    accelerator.register()
    tensor = SimulatedTensor.of(_numbers(value.tensor, resolve))
    if value.product is not None and not tensor.requires_grad:
        inputs = [SimulatedTensor.of(_numbers(i, resolve)) for i in value.inputs]
        with torch.enable_grad():
            _Remote.apply(resolve(value.product.id), [tensor], *inputs)  # type: ignore[no-untyped-call]
    elif tensor.is_leaf and tensor.requires_grad != value.requires_grad and value.product is None:
        tensor.requires_grad_(value.requires_grad)
    if tensor._version < value.version < 1 << 31:
        _set_version((tensor,), (value.version,))
    return tensor


def _numbers(tensor_id: Id, resolve: Callable[[Id], object]) -> torch.Tensor:
    numbers = resolve(tensor_id)
    if type(numbers) is not torch.Tensor or numbers.device.type != "cpu":
        raise ObservationError("a tensor of the simulated accelerator without numbers")
    return numbers


class _Remote(torch.autograd.Function):
    """A node whose backward asks the other side's function."""

    @staticmethod
    def forward(ctx: Any, product: Any, outputs: list[torch.Tensor], *inputs: torch.Tensor) -> torch.Tensor:
        """Return the output, the same object, linked to `inputs`."""
        ctx.product, ctx.count = product, len(inputs)
        return outputs[0]

    @staticmethod
    def backward(ctx: Any, cotangent: torch.Tensor) -> tuple[Any, ...]:
        """Ask for the gradients of the inputs."""
        gradients = ctx.product(cotangent.detach())
        if not isinstance(gradients, tuple) or len(gradients) != ctx.count:
            raise ObservationError("gradients that are no tensors")
        if not all(g is None or isinstance(g, SimulatedTensor) for g in gradients):
            raise ObservationError("gradients that are no tensors of the device")
        return (None, None, *gradients)
