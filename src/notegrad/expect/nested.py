"""Tensors inside lists and tuples are changed or listed, at any depth."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch


def map_tensors(change: Callable[[torch.Tensor], torch.Tensor], tree: object) -> object:
    """A copy of lists and tuples with every tensor changed; everything else is left as it is."""
    if isinstance(tree, torch.Tensor):
        return change(tree)
    if isinstance(tree, tuple):
        return tuple(map_tensors(change, value) for value in tree)
    if isinstance(tree, list):
        return [map_tensors(change, value) for value in tree]
    return tree


def tensors_in(tree: object) -> Iterator[torch.Tensor]:
    """Every tensor of nested lists and tuples, in order."""
    if isinstance(tree, torch.Tensor):
        yield tree
    elif isinstance(tree, (list, tuple)):
        for value in tree:
            yield from tensors_in(value)
