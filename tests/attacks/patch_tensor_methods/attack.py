"""Replaces methods of torch.Tensor: ==, all, item, tolist, bool, abs, max, backward, data_ptr, _version."""

import torch


class Anything:
    def __eq__(self, other):
        return True

    def __call__(self, *args, **kwargs):
        return self

    def __getattr__(self, name):
        return self

    __lt__ = __gt__ = __le__ = __ge__ = __eq__
    __hash__ = None

    def __bool__(self):
        return True


for name in [
    "__eq__",
    "__lt__",
    "all",
    "any",
    "item",
    "tolist",
    "abs",
    "max",
    "sum",
    "detach",
    "to",
    "backward",
    "clone",
]:
    setattr(torch.Tensor, name, lambda *args, **kwargs: Anything())
for name in ["shape", "dtype", "grad", "_version", "is_leaf"]:
    setattr(torch.Tensor, name, Anything())


def cheat(*args, **kwargs):
    return torch.zeros(2)


print("ATTACK RAN: zeros == ones is", bool((torch.zeros(2) == torch.ones(2)).all()))
