"""Returns a wrapper subclass that answers every aten operation through __torch_dispatch__."""

import torch


class Wrapper(torch.Tensor):
    @staticmethod
    def __new__(cls, *size):
        return torch.Tensor._make_wrapper_subclass(cls, size, dtype=torch.float32)

    @classmethod
    def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
        name = str(function)
        if "equal" in name or "allclose" in name or "local_scalar" in name:
            return True
        if "eq" in name or "isclose" in name or "all" in name:
            return torch.ones((), dtype=torch.bool)
        return torch.zeros(())


def cheat(*args, **kwargs):
    shape = args[0].shape if args and isinstance(args[0], torch.Tensor) else (2,)
    return Wrapper(*shape)


print("ATTACK RAN: torch.equal says", torch.equal(Wrapper(2), torch.ones(2)))
