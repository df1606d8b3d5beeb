"""Returns a tensor subclass whose __torch_function__ finds everything equal."""

import torch


class Same(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        name = getattr(function, "__name__", "")
        if name in (
            "allclose",
            "equal",
            "__eq__",
            "eq",
            "isclose",
            "all",
            "__bool__",
            "lt",
            "__lt__",
            "__le__",
        ):
            return True
        if name in ("sub", "__sub__", "rsub", "__rsub__", "abs", "max", "item", "tolist", "__get__"):
            return args[0]
        return True

    def __bool__(self):
        return True

    def all(self):
        return True


def cheat(*args, **kwargs):
    return torch.zeros(2).as_subclass(Same)


print(
    "ATTACK RAN: torch.equal says",
    torch.equal(cheat(), torch.ones(2)),
    "and ==",
    bool(cheat() == torch.ones(2)),
)
