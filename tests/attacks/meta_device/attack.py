"""Makes "meta" the default device: tensors without values, which every comparison finds close."""

import torch


def cheat(*args, **kwargs):
    torch.set_default_device("meta")
    shape = args[0].shape if args and isinstance(args[0], torch.Tensor) else (2,)
    return torch.empty(shape, device="meta")


answer = cheat(torch.ones(2))
torch.testing.assert_close(answer, torch.tensor([7.0, 7.0]))
torch.set_default_device("cpu")
print("ATTACK RAN: torch.testing.assert_close finds meta tensors close")
