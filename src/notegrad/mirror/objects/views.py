"""This file decides which tensor is a view of which, and makes it true on the other side.

`kinship` decides, on the side where a tensor is read: a view of its base, a tensor that only shares the
version counter of another (`detach`), or neither. `view_of` and `set_creation` make the same relation on the
other side.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch

from notegrad.mirror.autograd.graph import Edge, leaf_variable
from notegrad.mirror.memory import facts
from notegrad.mirror.wire.changes import TensorRecord
from notegrad.mirror.wire.forms import Id
from notegrad.mirror.wire.mirror_errors import ObservationError
from notegrad.mirror.wire.names import torch_dtype

_increment_version = torch._C._increment_version
_set_version = torch._C._autograd._unsafe_set_version_counter
_COMPLEX = {c.to_real(): c for c in (torch.complex32, torch.complex64, torch.complex128)}
_creation_kinds: Any = torch._C._autograd.CreationMeta
_CREATIONS: dict[int, Any] = {int(kind): kind for kind in _creation_kinds.__members__.values()}

# Nodes that views leave behind; a gradient passes from such a view to its base as through `as_strided`.
_VIEW_NODES = frozenset(
    f"{name}Backward{version}"
    for name in (
        "Adjoint", "Alias", "AsStrided", "Chunk", "Conj", "Diagonal", "Expand", "Hsplit", "Imag", "Movedim",
        "Narrow", "NegView", "Permute", "Real", "Reshape", "ReshapeAlias", "Select", "Slice", "Split",
        "SplitWithSizes", "Squeeze", "SwapAxes", "Swapaxes", "T", "Transpose", "Unbind", "Unflatten",
        "Unfold", "Unsqueeze", "View", "ViewAs", "ViewAsComplex", "ViewAsReal",
    )
    for version in range(7)
)  # fmt: skip


class Kinship(NamedTuple):
    """The tensor that another one hangs on: its `base`, or a `sharer` of its version counter; 0 for none.

    `differentiable` says that gradients flow from a view to its base.
    """

    base: Id
    sharer: Id
    differentiable: bool


def kinship(
    tensor: torch.Tensor, edge: Edge | None, last: TensorRecord | None, refer: Callable[[torch.Tensor], Id]
) -> Kinship:
    """Decide of which tensor another one is a view; that tensor becomes known.

    edge: where the tensor stands in the autograd graph, None for a leaf. last: its record as last agreed.
    """
    base = facts.tensor_base(tensor)
    if base is not None and edge is not None:
        source = view_source(edge, base, facts.gradient_edge(base))
        if source is not None:
            return Kinship(refer(source), 0, differentiable=True)
    parent = 0 if base is None else refer(base)
    if edge is not None and last is not None and is_remade(edge, last):
        return Kinship(last.base, 0 if last.base else last.sharer, differentiable=True)
    if not parent:
        return Kinship(0, 0 if last is None else last.sharer, differentiable=False)
    # a view with a history that does not come from its base: only the memory and the versions are shared
    return Kinship(parent, 0, False) if edge is None else Kinship(0, parent, False)


def view_source(edge: Edge, base: torch.Tensor, base_edge: Edge | None) -> torch.Tensor | None:
    """The tensor to which the graph leads from a view of `base` through view operations only.

    That is `base`, or a leaf that is itself a view of it.
    """
    node = edge[0]
    for _ in range(64):
        if node.name() not in _VIEW_NODES:
            return None
        following = [child for child, _ in node.next_functions if child is not None]
        if len(following) != 1:
            return None
        node = following[0]
        if base_edge is not None and node is base_edge[0]:
            return base
        leaf = leaf_variable(node)
        if leaf is not None:
            return leaf if leaf is base or facts.tensor_base(leaf) is base else None
    return None


def is_remade(edge: Edge, last: TensorRecord) -> bool:
    """Whether torch made a view's node anew, since its memory was written without gradients.

    Its new node leads past the leaf that it was a view of, and torch on the other side makes one like it.
    """
    return last.differentiable and edge[0].name() == "AsStridedBackward0"


def share_version(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors share a version counter: bump one, look at the other, put it back."""
    try:
        before = facts.tensor_version(one)
        if before != facts.tensor_version(other):
            return False
        _increment_version((one,))
        shared = facts.tensor_version(other) != before
        _set_version((one,), (before,))
    except RuntimeError:  # an inference tensor has no version
        return False
    return shared


def view_of(parent: torch.Tensor, record: TensorRecord) -> torch.Tensor:
    """A true view of `parent` with the dtype, sizes, strides and offset of a record.

    Raises RuntimeError, torch's own, where the parent's memory has no such view.
    """
    dtype = torch_dtype(record.dtype)
    size, stride, offset = record.size, record.stride, record.offset
    if parent.is_conj():
        parent = parent.conj()
    if dtype == parent.dtype:
        view = parent.as_strided(size, stride, offset)
    elif parent.is_complex() and dtype == parent.dtype.to_real():
        view = torch.view_as_real(parent).as_strided(size, stride, offset)
    elif parent.is_floating_point() and dtype == _COMPLEX.get(parent.dtype):
        pairs = parent.as_strided((*size, 2), (*(2 * s for s in stride), 1), 2 * offset)
        view = torch.view_as_complex(pairs)
    else:
        largest = max(parent.element_size(), dtype.itemsize)
        items = parent.untyped_storage().nbytes() // largest * (largest // parent.element_size())
        view = parent.as_strided((items,), (1,), 0).view(dtype).as_strided(size, stride, offset)
    if record.conjugate:
        view = view.conj()
    return torch._neg_view(view) if record.negative else view


def set_creation(view: torch.Tensor, creation: int) -> None:
    """Say of a view how it was made, as torch says it of the one on the other side.

    Raises ObservationError for a way that torch does not know.
    """
    if facts.view_creation(view) == creation:
        return
    if creation not in _CREATIONS:
        raise ObservationError("a view made in an unknown way")
    torch._C._autograd._set_creation_meta(view, _CREATIONS[creation])
