"""Facts tell what a function was called with, so that a student can try the same: forms, and no values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch

from notegrad.records import Record

MAX_ARGUMENTS = 6
_LIBRARIES = {"torch", "numpy"}


class Tried(Record, frozen=True, kw_only=True):
    """An argument of a call: its kind, and of a tensor or an array shape, dtype and layout.

    `layout`: `contiguous`, `transposed`, `expanded`, `strided`, or `part` of a longer memory. `count`: how
    many there are in a list or tuple, of which the first is described. `of_library`: the kind is a class that
    torch or NumPy has, whose name a student may read; a test's own class is not.
    """

    kind: str
    shape: tuple[int, ...] = ()
    dtype: str = ""
    layout: str = "contiguous"
    device: str = ""
    wants_gradient: bool = False
    count: int = 0
    of_library: bool = False


def tried(arguments: Iterable[Any]) -> tuple[Tried, ...]:
    """The facts of each argument, the first few."""
    return tuple(_facts(value) for value, _ in zip(arguments, range(MAX_ARGUMENTS), strict=False))


def _facts(value: Any) -> Tried:
    kind = type(value)
    if kind is torch.Tensor and value.layout is torch.strided and not value.is_nested:
        return Tried(
            kind="tensor",
            shape=tuple(value.shape),
            dtype=str(value.dtype).removeprefix("torch."),
            layout=_layout(value),
            device="" if value.device.type == "cpu" else value.device.type,
            wants_gradient=value.requires_grad,
        )
    if kind is np.ndarray:
        is_whole = value.flags.c_contiguous
        layout = "contiguous" if is_whole else "transposed" if value.flags.f_contiguous else "strided"
        return Tried(kind="ndarray", shape=value.shape, dtype=str(value.dtype), layout=layout)
    if kind in (list, tuple) and value and type(value[0]) is torch.Tensor:
        first = _facts(value[0])
        return Tried(
            kind=kind.__name__, shape=first.shape, dtype=first.dtype, layout=first.layout, count=len(value)
        )
    return Tried(kind=kind.__name__, of_library=kind.__module__.partition(".")[0] in _LIBRARIES)


def _layout(tensor: torch.Tensor) -> str:
    if tensor.is_contiguous():
        if tensor.device.type == "meta":
            return "contiguous"
        held = tensor.untyped_storage().nbytes()
        return "part" if tensor.numel() and held > tensor.numel() * tensor.element_size() else "contiguous"
    sizes = [(step, size) for step, size in zip(tensor.stride(), tensor.shape, strict=True) if size > 1]
    if any(step == 0 for step, _ in sizes):
        return "expanded"
    expected = 1
    for step, size in sorted(sizes):
        if step != expected:
            return "strided"
        expected *= size
    return "transposed"
