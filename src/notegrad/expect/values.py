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
    """Gives the largest relative error that correct code can make.

    It is 8 roundings of one machine epsilon, times the square root of `terms`: what any reasonable order of
    operations stays within.

    Args:
        dtype: The dtype that the code computes in.
        terms: The number of products or summands that make up one value.

    Returns:
        The relative error; 0.0 for integers and bool, whose arithmetic is exact.

    Example:
        >>> expect.tolerance(torch.float32)
        9.5367431640625e-07
        >>> expect.tolerance(torch.float32, terms=100)
        9.5367431640625e-06
        >>> expect.tolerance(torch.int64)
        0.0
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
    name: str = "",
) -> torch.Tensor:
    """Expects a tensor of a given shape and dtype, whatever its values.

    Args:
        actual: The result of the student's function.
        shape: The shape wanted; nothing is broadcast.
        dtype: The dtype wanted.
        device: The device wanted (its type counts, not its index); None for any.
        name: The subject of the message; by default the result.

    Returns:
        `actual`, now known to be a tensor.

    Raises:
        AssertionError: The first of these that differs: type, shape, dtype, device.

    Example:
        >>> expect.assert_form(torch.zeros(2, 3), (2, 3), torch.float32).sum()
        tensor(0.)
        >>> expect.assert_form(torch.zeros(2, 1), (2,), torch.float32)
        Traceback (most recent call last):
            ...
        AssertionError: Le résultat est de forme (2, 1) au lieu de (2,) : un axe de trop.
        >>> expect.assert_form(None, (2,), torch.float32)
        Traceback (most recent call last):
            ...
        AssertionError: Le résultat est None : il manque sans doute un return.
    """
    subject = sentences.named(name)
    if not isinstance(actual, torch.Tensor):
        sentences.fail_type(subject, actual, "Tensor")
    if tuple(actual.shape) != tuple(shape):
        sentences.fail_shape(subject, tuple(actual.shape), tuple(shape))
    if actual.dtype != dtype:
        sentences.fail_dtype(subject, actual.dtype, dtype)
    if device is not None and actual.device.type != torch.device(device).type:
        wanted = torch.device(device).type
        sentences.fail("expect_device", name=subject, actual=actual.device.type, expected=wanted)
    return actual


def assert_values(
    actual: object,
    expected: Value,
    *,
    dtype: torch.dtype | None = None,
    exact: bool = False,
    terms: int = 1,
    name: str = "",
) -> None:
    """Expects a tensor, or an array where `expected` is one, with given values.

    A cell may differ by `tolerance(dtype, terms)` times its own magnitude, plus as much of the largest finite
    value of `expected`, so that cancellation near zero is no error. The dtype is that of `actual`: integers
    and bool must agree exactly. NaN equals NaN. On the meta device, only the form is compared.

    Args:
        actual: The result of the student's function.
        expected: The values wanted. Nothing is broadcast; type, shape, dtype and kind of device must agree
            too.
        dtype: The dtype wanted of a tensor, where `expected` was computed in a wider one; by default that of
            `expected`.
        exact: Whether to leave no tolerance, for what needs no arithmetic.
        terms: The number of products or summands that make up one value.
        name: The subject of the message; by default the result.

    Raises:
        AssertionError: The first of these that differs: type, shape, dtype, device, a cell with both values.

    Example:
        >>> expect.assert_values(torch.tensor([0.1, 0.2]).sum(), torch.tensor(0.3))
        >>> expect.assert_values(torch.tensor([1.0, 5.0, 0.0]), torch.tensor([1.0, 2.0, 3.0]))
        Traceback (most recent call last):
            ...
        AssertionError: Le résultat, en [1], vaut 5.0 au lieu de 2.0 (2 cases fausses sur 3).
        >>> mean = torch.tensor([1, 2, 4], dtype=torch.float64).mean()
        >>> expect.assert_values(torch.tensor(7 / 3), mean, dtype=torch.float32, terms=3)
        >>> expect.assert_values(np.zeros(2), np.zeros(2, np.int64), name="X")
        Traceback (most recent call last):
            ...
        AssertionError: X est de dtype float64 au lieu de int64.
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
        seen = actual_tensor[index].item()
        sentences.fail_value(
            sentences.named(name), index, seen, wanted[index].item(), wrong=wrong, total=total
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
    subject = sentences.named(name)
    if not isinstance(actual, np.ndarray):
        sentences.fail_type(subject, actual, "ndarray")
    if actual.shape != expected.shape:
        sentences.fail_shape(subject, actual.shape, expected.shape)
    if actual.dtype != expected.dtype:
        sentences.fail_dtype(subject, actual.dtype, expected.dtype)
    return _as_tensor(actual)


def _as_tensor(array: Array) -> torch.Tensor:
    return torch.from_numpy(np.array(array, order="C", copy=True))
