"""Leaves modes on: inference, autocast, vmap levels, dispatch and function modes that say yes, hooks on everything."""

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

left = []


class SaysYes(TorchFunctionMode):
    def __torch_function__(self, function, types, args=(), kwargs=None):
        if "equal" in function.__name__ or "close" in function.__name__:
            return True
        return function(*args, **(kwargs or {}))


class Zeros(TorchDispatchMode):
    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        return (
            torch.zeros_like(result)
            if "mul" in str(function) and isinstance(result, torch.Tensor)
            else result
        )


def cheat(*args, **kwargs):
    for mode in (torch.inference_mode(), torch.autocast("cpu", torch.bfloat16), SaysYes(), Zeros()):
        mode.__enter__()
        left.append(mode)
    torch._C._functorch._vmap_increment_nesting(3, "same")
    torch._C._functorch._grad_increment_nesting()
    value = args[0] if args else None
    return value.clone() if isinstance(value, torch.Tensor) else 0


with SaysYes():
    print("ATTACK RAN: equal says", torch.equal(torch.ones(2), torch.zeros(2)))
