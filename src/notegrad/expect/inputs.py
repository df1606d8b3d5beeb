"""Random inputs for hidden tests leave no room for accident, and lie in every layout of memory.

Drawn from torch's generator, which the harness seeds; nothing here seeds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

QUARTER = 0.25
BEYOND_FLOAT32 = 2.0**-35
"""Added to floats: exact in binary, so sums stay exact, and a detour through integers shows."""


def numbers(
    shape: Sequence[int], dtype: torch.dtype = torch.float32, *, positive: bool = False
) -> torch.Tensor:
    """A contiguous tensor of distinct numbers in random order, around zero or all above it.

    Floats are whole numbers and a quarter, hence never zero; float64 has a bit more, which float32 would
    lose. Sums of a few are exact. bool gives random truth values.
    """
    count = 1
    for size in shape:
        count *= size
    if dtype == torch.bool:
        return torch.randint(0, 2, tuple(shape)).bool()
    values = torch.randperm(count) + (1 if positive else -(count // 2))
    exact = dtype.is_floating_point or dtype.is_complex
    more = QUARTER + BEYOND_FLOAT32 if dtype == torch.float64 else QUARTER
    return (values.to(dtype) + more if exact else values.to(dtype)).reshape(tuple(shape))


def layouts(values: torch.Tensor) -> Iterator[torch.Tensor]:
    """Tensors with these very values: contiguous, a slice of longer memory, transposed, every other cell.

    Each lies in memory of its own; cells outside of it are ones. Transposed memory needs two axes of more
    than one cell, every other cell one axis of any length.
    """
    yield values.clone(memory_format=torch.contiguous_format)
    longer = torch.ones(values.numel() + 3, dtype=values.dtype, device=values.device)
    yield _filled(longer[2 : 2 + values.numel()].view(values.shape), values)
    if values.ndim >= 2:
        axes = tuple(reversed(range(values.ndim)))
        memory = torch.ones([values.shape[axis] for axis in axes], dtype=values.dtype, device=values.device)
        yield _filled(memory.permute(axes), values)
    if values.ndim >= 1:
        wide = torch.ones(
            (*values.shape[:-1], 2 * values.shape[-1]), dtype=values.dtype, device=values.device
        )
        yield _filled(wide[..., ::2], values)


def _filled(view: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    view.copy_(values)
    return view
