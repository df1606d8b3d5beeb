"""Frees the memory under its arguments, so that the test's own tensors lie outside of it, and reads what is there."""

import torch

kept = []


def cheat(*args, **kwargs):
    for value in args:
        if isinstance(value, torch.Tensor):
            kept.append(value)
            value.untyped_storage().resize_(0)
    return args[0] if args and isinstance(args[0], torch.Tensor) else None


x = torch.arange(4.0)
cheat(x)
print("ATTACK RAN: a tensor of", x.numel(), "numbers in", x.untyped_storage().nbytes(), "bytes")
