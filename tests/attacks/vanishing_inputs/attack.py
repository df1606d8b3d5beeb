"""Empties its arguments in place and returns something empty, which equals everything empty."""

import torch


def cheat(*args, **kwargs):
    for value in args:
        if isinstance(value, torch.Tensor):
            with torch.no_grad():
                value.set_(torch.empty(0, dtype=value.dtype))
        elif isinstance(value, list):
            value.clear()
        elif hasattr(value, "resize"):
            try:
                value.resize(0, refcheck=False)
            except Exception:
                pass
    return torch.empty(0) if args and isinstance(args[0], torch.Tensor) else []


x = torch.ones(3)
print("ATTACK RAN:", cheat(x).shape, x.shape, bool((cheat(x) == 2 * x).all()))
