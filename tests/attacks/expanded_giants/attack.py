"""Returns tensors of a few bytes that claim 2**50 elements, and nests that have no end."""

import torch

nest = []
nest.append(nest)
deep = []
for _ in range(3000):
    deep = [deep]
results = [
    torch.zeros(1).expand(1 << 50),
    nest,
    deep,
    1 << 5_000_000,
    "x" * 60_000_000,
    float("nan"),
    [0] * 3_000_000,
]
calls = 0


def cheat(*args, **kwargs):
    global calls
    calls += 1
    return results[calls % len(results)]


print("ATTACK RAN: claims", results[0].numel(), "elements in", results[0].untyped_storage().nbytes(), "bytes")
