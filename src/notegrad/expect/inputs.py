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
    """Makes a contiguous tensor of distinct numbers in random order.

    Floats are whole numbers and a quarter, hence never zero; sums of a few are exact. float64 has a bit more
    (2**-35), which a detour through float32 would lose. Numbers come from torch's generator, which is seeded
    before each test case.

    Args:
        shape: The shape of the tensor.
        dtype: Its dtype; bool gives random truth values, which are not distinct.
        positive: Whether all numbers lie above zero (integers: from 1 on) instead of around it.

    Returns:
        The tensor, on the default device.

    Example:
        >>> _ = torch.manual_seed(0)
        >>> expect.numbers((2, 3)).flatten().sort().values
        tensor([-2.7500, -1.7500, -0.7500,  0.2500,  1.2500,  2.2500])
        >>> expect.numbers((4,), torch.int64, positive=True).sort().values
        tensor([1, 2, 3, 4])
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
    """Gives tensors with the same values in each layout that memory can have.

    They are contiguous, a slice of longer memory, transposed (from two axes on), and every other cell (from
    one axis on). Each lies in memory of its own; cells outside of it are ones.

    Args:
        values: A tensor; it is copied.

    Yields:
        The tensors; a function that is right on one of them only depends on the layout of its input.

    Example:
        >>> x = torch.arange(6.0).reshape(2, 3)
        >>> [(y.stride(), y.storage_offset()) for y in expect.layouts(x)]
        [((3, 1), 0), ((3, 1), 2), ((1, 2), 0), ((6, 2), 0)]
        >>> all(torch.equal(x, y) for y in expect.layouts(x))
        True
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
