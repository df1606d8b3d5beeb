"""Returns what lies in memory beside its argument: the other rows of the table from which a test took it."""

import numpy as np
import torch


def cheat(*args, **kwargs):
    for value in args:
        if isinstance(value, torch.Tensor):
            count = value.untyped_storage().nbytes() // value.element_size()
            if count > value.numel() > 0:
                flat = torch.empty(0, dtype=value.dtype).set_(value.untyped_storage(), 0, (count,), (1,))
                start = value.storage_offset() + value.numel()
                if start + value.numel() <= count:
                    return flat[start : start + value.numel()].reshape(value.shape).clone()
        if isinstance(value, np.ndarray) and isinstance(value.base, np.ndarray):
            return value.base.reshape(-1)[-value.size :].reshape(value.shape).copy()
    return None


table = torch.tensor([[1.0, 2.0], [7.0, 8.0]])
print("ATTACK RAN: beside", table[0].tolist(), "lies", cheat(table[0]).tolist())
