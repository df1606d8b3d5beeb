"""Expectations on values check type, shape, dtype and numbers.

Stricter than `torch.allclose`, which broadcasts, and than `torch.equal`, which ignores dtypes; never stricter
than the arithmetic allows: the tolerance comes from the dtype and from the number of terms added up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import torch

from notegrad.expect import sentences

Array: TypeAlias = "np.ndarray[Any, Any]"
Value: TypeAlias = "torch.Tensor | Array"

ROUNDINGS = 8.0
"""Rounding errors of one machine epsilon each that any reasonable order of operations stays within."""


def tolerance(dtype: torch.dtype, terms: int = 1) -> float:
    """The largest relative error that correct code of this dtype can make.

    terms: how many products or summands make up one value. Exact dtypes (integers, bool) give 0.
    """
    if not (dtype.is_floating_point or dtype.is_complex):
        return 0.0
    return ROUNDINGS * float(torch.finfo(dtype).eps) * math.sqrt(max(terms, 1))


def assert_form(
    actual: object,
    shape: Sequence[int],
    dtype: torch.dtype,
    *,
    device: torch.device | str | None = None,
    name: str = "Le résultat",
) -> torch.Tensor:
    """Expect a tensor of this shape and dtype (and device, where one is given); returns it.

    Raises AssertionError.
    """
    if not isinstance(actual, torch.Tensor):
        sentences.fail(sentences.type_message(name, type(actual), "Tensor"))
    if tuple(actual.shape) != tuple(shape):
        sentences.fail(sentences.shape_message(name, tuple(actual.shape), tuple(shape)))
    if actual.dtype != dtype:
        sentences.fail(sentences.dtype_message(name, actual.dtype, dtype))
    if device is not None and actual.device.type != torch.device(device).type:
        sentences.fail(sentences.device_message(name, actual.device.type, torch.device(device).type))
    return actual


def assert_values(
    actual: object,
    expected: Value,
    *,
    dtype: torch.dtype | None = None,
    exact: bool = False,
    terms: int = 1,
    name: str = "Le résultat",
) -> None:
    """Expect `actual` to be a tensor (or an array, where `expected` is one) with these values.

    dtype: the dtype wanted, where `expected` was computed in a wider one; by default that of `expected`.
    exact: no tolerance, for what needs no arithmetic. terms: see `tolerance`. NaN equals NaN.
    Raises AssertionError: type, then shape, then dtype, then the first wrong cell with both values.
    """
    if isinstance(expected, np.ndarray):
        actual_tensor = _array_form(actual, expected, name)
        wanted = _as_tensor(expected)
    else:
        wanted = expected.detach()
        checked = assert_form(actual, wanted.shape, dtype or wanted.dtype, device=wanted.device, name=name)
        actual_tensor = checked.detach()
    if wanted.device.type == "meta":
        return
    difference = first_difference(
        actual_tensor, wanted, 0.0 if exact else tolerance(actual_tensor.dtype, terms)
    )
    if difference is not None:
        index, wrong, total = difference
        sentences.fail(
            sentences.value_message(
                name, index, actual_tensor[index].item(), wanted[index].item(), wrong=wrong, total=total
            )
        )


def first_difference(
    actual: torch.Tensor, expected: torch.Tensor, relative: float
) -> tuple[tuple[int, ...], int, int] | None:
    """Index of the first differing cell, how many differ, and of how many; None where all agree.

    Both have one shape. `relative` counts against the cell's own value and the largest finite one, so that
    cancellation near zero is no error.
    """
    with torch.no_grad():
        if relative == 0.0:
            same = (actual == expected) | (torch.isnan(actual) & torch.isnan(expected))
        else:
            wide = torch.complex128 if expected.is_complex() or actual.is_complex() else torch.float64
            left, right = actual.to(wide), expected.to(wide)
            finite = right.abs()[torch.isfinite(right)]
            scale = float(finite.max()) if finite.numel() else 0.0
            same = torch.isclose(left, right, rtol=relative, atol=relative * scale, equal_nan=True)
        wrong = torch.nonzero(~same)
    if wrong.shape[0] == 0:
        return None
    return tuple(int(i) for i in wrong[0]), int(wrong.shape[0]), same.numel()


def _array_form(actual: object, expected: Array, name: str) -> torch.Tensor:
    if not isinstance(actual, np.ndarray):
        sentences.fail(sentences.type_message(name, type(actual), "ndarray"))
    if actual.shape != expected.shape:
        sentences.fail(sentences.shape_message(name, actual.shape, expected.shape))
    if actual.dtype != expected.dtype:
        sentences.fail(sentences.dtype_message(name, actual.dtype, expected.dtype))
    return _as_tensor(actual)


def _as_tensor(array: Array) -> torch.Tensor:
    return torch.from_numpy(np.array(array, order="C", copy=True))
