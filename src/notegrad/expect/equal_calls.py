"""A function is called again on equal input: what it gives must be what it gave."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

RELATIVE = 1e-3
"""Relative difference of two answers to equal input that is no difference: operations may round otherwise."""


class Generators:
    """The places of the three random generators, so that two calls draw the same numbers."""

    def __init__(self) -> None:
        self._states = torch.default_generator.get_state(), np.random.get_state(), random.getstate()

    def put_back(self) -> None:
        """Go on from there again."""
        torch.default_generator.set_state(self._states[0])
        np.random.set_state(self._states[1])
        random.setstate(self._states[2])


def twin(tree: Any) -> Any:
    """A copy of tensors and arrays, also in lists, tuples and dicts, in memory and layout of its own.

    Tensors in one storage share one again. What else there is, and tensors with a history, is left as it is.
    """
    return _twin(tree, {})


def _twin(tree: Any, storages: dict[int, torch.UntypedStorage]) -> Any:
    if type(tree) is torch.Tensor and tree.layout is torch.strided and tree.is_leaf and not tree.is_meta:
        storage = tree.untyped_storage()
        if storage.data_ptr() not in storages:
            storages[storage.data_ptr()] = storage.clone()  # type: ignore[no-untyped-call]
        storage = storages[storage.data_ptr()]
        copy = torch.empty(0, dtype=tree.dtype, device=tree.device)
        copy = copy.set_(storage, tree.storage_offset(), tree.size(), tree.stride())
        return copy.requires_grad_(tree.requires_grad)
    if type(tree) is np.ndarray:
        return tree.copy(order="K")
    if type(tree) in (list, tuple):
        return type(tree)(_twin(value, storages) for value in tree)
    if type(tree) is dict:
        return {key: _twin(value, storages) for key, value in tree.items()}
    return tree


def values(tree: Any) -> Any:
    """The values of a result as they are now, whatever happens to its memory later."""
    if isinstance(tree, torch.Tensor):
        return tree.detach().clone()
    if isinstance(tree, np.ndarray):
        return tree.copy()
    if isinstance(tree, (list, tuple)):
        return [values(value) for value in tree]
    if isinstance(tree, Mapping):
        return {key: values(value) for key, value in tree.items()}
    return tree


def are_alike(one: Any, other: Any) -> bool:
    """Whether two results that `values` gave are the same, but for rounding; what has no values is."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray) and one.dtype.kind in "biufc":
        if one.dtype != other.dtype:
            return False
        return are_alike(torch.from_numpy(np.array(one)), torch.from_numpy(np.array(other)))
    if isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor):
        return _are_tensors_alike(one, other)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(are_alike, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(are_alike(one[key], other[key]) for key in one)
    if isinstance(one, (float, complex)) and isinstance(other, (float, complex)):
        return bool(np.isclose(one, other, rtol=RELATIVE, equal_nan=True))
    if isinstance(one, _PLAIN) or isinstance(other, _PLAIN):
        return type(one) is type(other) and one == other
    return True


_PLAIN = (type(None), bool, int, float, complex, str, bytes, torch.Tensor, list, dict)


def _are_tensors_alike(one: torch.Tensor, other: torch.Tensor) -> bool:
    form = (one.shape, one.dtype, one.device, one.layout)
    if form != (other.shape, other.dtype, other.device, other.layout):
        return False
    if one.is_meta or one.layout is not torch.strided or not one.numel():
        return True
    if not (one.is_floating_point() or one.is_complex()):
        return torch.equal(one, other)
    wide = torch.complex128 if one.is_complex() else torch.float64
    one, other = one.to("cpu", wide), other.to("cpu", wide)
    largest = one.abs().nan_to_num(0.0, posinf=0.0).max().item()
    return torch.allclose(one, other, rtol=RELATIVE, atol=RELATIVE * largest, equal_nan=True)
