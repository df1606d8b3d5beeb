"""Returns a plain object with __torch_function__, __array__, __array_interface__, __array_ufunc__ and __array_function__."""

import numpy as np
import torch


class Everything:
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return True

    def __array_ufunc__(self, *args, **kwargs):
        return np.True_

    def __array_function__(self, *args, **kwargs):
        return True

    __array_priority__ = 1e9

    def __rsub__(self, other):
        return torch.zeros(1) if isinstance(other, torch.Tensor) else np.zeros(1)

    def __eq__(self, other):
        return np.True_

    __hash__ = None


everything = Everything()


def cheat(*args, **kwargs):
    return everything


print(
    "ATTACK RAN:",
    torch.equal(everything, torch.ones(2)),
    torch.allclose(torch.ones(1), everything),
    np.allclose(np.ones(2), everything),
)
