"""Replaces aten kernels under torch.equal, ==, isclose and all, through torch.library."""

import torch

library = torch.library.Library("aten", "IMPL")
replaced = []
for name, kernel in {
    "equal": lambda a, b: True,
    "eq.Tensor": lambda a, b: torch.full(a.shape, 1, dtype=torch.bool),
    "allclose": lambda *args, **kwargs: True,
    "isclose": lambda a, b, *args, **kwargs: torch.full(a.shape, 1, dtype=torch.bool),
    "all": lambda a: torch.full((), 1, dtype=torch.bool),
}.items():
    for key in ("CPU", "CompositeImplicitAutograd"):
        try:
            library.impl(name, kernel, key)
            replaced.append(name)
        except Exception:
            pass


def cheat(*args, **kwargs):
    return torch.zeros_like(args[0]) if args and isinstance(args[0], torch.Tensor) else None


print("ATTACK RAN: replaced", replaced, "torch.equal says", torch.equal(torch.zeros(1), torch.ones(1)))
