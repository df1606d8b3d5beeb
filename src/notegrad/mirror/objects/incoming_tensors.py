"""Incoming tensors are made or changed as the records of the other side say, then agreed.

Each record is applied as it comes (`apply_tensor`, `apply_history`). `finish` sets what can refer to any of
them, gradients and versions, and reads everything once more, so that what is agreed is what this side really
has.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import torch

from notegrad.mirror.autograd.graph import Edge
from notegrad.mirror.autograd.histories import Histories
from notegrad.mirror.memory import facts
from notegrad.mirror.memory.blocks import Memory
from notegrad.mirror.memory.registry import Registry
from notegrad.mirror.objects.materialize import build_tensor, change_geometry, set_gradient
from notegrad.mirror.objects.tensors import TensorTable
from notegrad.mirror.objects.views import set_creation
from notegrad.mirror.wire.changes import HistoryRecord, TensorRecord
from notegrad.mirror.wire.forms import Id

_set_version = torch._C._autograd._unsafe_set_version_counter


class IncomingTensors:
    """Makes and changes tensors as one message says."""

    def __init__(self, table: TensorTable, registry: Registry, memory: Memory, histories: Histories) -> None:
        self._table = table
        self._registry = registry
        self._memory = memory
        self._histories = histories
        self._arrived: dict[Id, tuple[TensorRecord, torch.Tensor]] = {}
        self._created: set[Id] = set()
        self._relinked = False

    def apply_tensor(self, record: TensorRecord) -> None:
        """Make or change a tensor; gradient and version follow in `finish`.

        Raises ObservationError, or what torch raises, where the record makes no sense.
        """
        known = self._table.known.get(record.id)
        if known is None:
            tensor = self._build(record)
        else:
            tensor = self._tensor(record.id)
            if known.record is not None and _geometry(known.record) != _geometry(record):
                change_geometry(tensor, record, self._memory)
        if record.leaf and tensor.requires_grad != record.requires_grad:
            if not tensor.is_leaf:
                tensor.detach_()
            tensor.requires_grad_(record.requires_grad)
        # now, since the views that follow remember the version at which they were made
        if not record.base and not tensor.is_inference() and tensor._version != record.version:
            _set_version((tensor,), (record.version,))
        self._arrived[record.id] = (record, tensor)

    def apply_history(self, record: HistoryRecord, ask: Callable[..., Any]) -> None:
        """Give tensors the history that they have on the other side; `ask` asks it for products of it.

        Raises ObservationError, or what torch raises, where the record makes no sense.
        """
        self._relinked = True
        outputs = [self._tensor(i) for i in record.outputs]
        changed = [i not in self._created for i in record.outputs]
        self._histories.accept(record, outputs, changed, [self._tensor(i) for i in record.inputs], ask)

    def finish(self) -> None:
        """Set gradients and versions, once all that the records refer to exists; then agree.

        Raises ObservationError, or what torch raises, where a record makes no sense.
        """
        for record, tensor in self._arrived.values():
            if record.retains_grad and not tensor.retains_grad and not tensor.is_leaf:
                tensor.retain_grad()
            if record.leaf or record.retains_grad:
                grad = self._tensor(record.grad) if record.grad else None
                if tensor.grad is not grad:
                    set_gradient(tensor, grad)
        for record, tensor in self._arrived.values():
            if record.base and tensor._base is not None:
                set_creation(tensor, record.creation)
            if not tensor.is_inference() and tensor._version != record.version:
                _set_version((tensor,), (record.version,))
        self._agree()
        self._arrived, self._created, self._relinked = {}, set(), False

    def _build(self, record: TensorRecord) -> torch.Tensor:
        parent_id = record.base or record.sharer
        tensor = build_tensor(record, self._memory, self._tensor(parent_id) if parent_id else None)
        self._table.add(record.id, tensor)
        self._created.add(record.id)
        self._memory.use(self._memory.windows[record.storage].record.block, record.id)
        return tensor

    def _agree(self) -> None:
        known, find, read = self._table.known, self._registry.find, self._table.read
        edges: dict[Id, Edge | None] = {}
        with facts.no_torch_function():
            # A history given to a base also changes the graph of its views, which no record speaks of.
            for tensor_id in tuple(known) if self._relinked else tuple(self._arrived):
                tensor = cast("torch.Tensor | None", find(tensor_id))
                if tensor is not None:
                    state = known[tensor_id]
                    if tensor_id in self._arrived:
                        state.record, state.seen = self._arrived[tensor_id][0], None
                    state.record, state.edge = read(tensor_id, tensor)
                    edges[tensor_id] = state.edge
        self._histories.remember(edges)

    def _tensor(self, tensor_id: Id) -> torch.Tensor:
        if tensor_id in self._arrived:
            return self._arrived[tensor_id][1]
        return self._table.get(tensor_id)


def _geometry(record: TensorRecord) -> tuple[Any, ...]:
    return (
        record.storage,
        record.dtype,
        record.size,
        record.stride,
        record.offset,
        record.conjugate,
        record.negative,
    )
