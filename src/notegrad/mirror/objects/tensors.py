"""The table of known tensors: what changed here since the last message, and what changed there."""

from __future__ import annotations

from collections.abc import Callable
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple, cast

import torch

from notegrad.mirror.autograd.graph import Cut, Edge, is_remade, view_source
from notegrad.mirror.autograd.histories import Histories
from notegrad.mirror.memory import facts
from notegrad.mirror.memory.blocks import Memory
from notegrad.mirror.memory.registry import Registry
from notegrad.mirror.objects.materialize import build_tensor, change_geometry, set_creation, set_gradient
from notegrad.mirror.wire.changes import HistoryRecord, StorageRecord, TensorRecord
from notegrad.mirror.wire.forms import Id
from notegrad.mirror.wire.mirror_errors import ObservationError
from notegrad.mirror.wire.names import dtype_name

_increment_version = torch._C._increment_version
_set_version = torch._C._autograd._unsafe_set_version_counter


class Known:
    """What was last agreed about one tensor, as this side sees it."""

    __slots__ = ("edge", "record", "seen")

    def __init__(self) -> None:
        self.record: TensorRecord | None = None
        self.edge: Edge | None = None
        self.seen: facts.TensorFacts | None = None


class _Look(NamedTuple):
    """What one look at all known tensors found."""

    records: dict[Id, TensorRecord]
    edges: dict[Id, Edge | None]
    cuts: dict[Id, Cut]
    batches: list[tuple[Id, ...]]


class TensorTable:
    """The tensors that both sides know."""

    def __init__(self, registry: Registry, memory: Memory, histories: Histories) -> None:
        self._registry = registry
        self._memory = memory
        self._histories = histories
        self._known: dict[Id, Known] = {}
        self._storages: list[StorageRecord] = []
        self._arrived: dict[Id, tuple[TensorRecord, torch.Tensor]] = {}
        self._created: set[Id] = set()
        self._relinked = False
        self._seen = _Look({}, {}, {}, [])

    # --- this side's changes -------------------------------------------------------------------

    def refer(self, tensor: torch.Tensor) -> Id:
        """The number of a tensor, known from now on."""
        tensor_id = self._registry.id_of(tensor)
        if tensor_id is None:
            tensor_id = self._registry.next_id()
            self._registry.add(tensor_id, tensor)
            self._known[tensor_id] = Known()
        return tensor_id

    def look(self) -> None:
        """Read all known tensors; what they were computed from becomes known.

        Raises ObservationError for a tensor that cannot cross.
        """
        with facts.no_torch_function():
            records: dict[Id, TensorRecord] = {}
            edges: dict[Id, Edge | None] = {}
            cuts: dict[Id, Cut] = {}
            while pending := [i for i in self._known if i not in records]:
                self._observe(pending, records, edges)
                for tensor_id in pending:
                    edge = edges[tensor_id]
                    if edge in (None, self._known[tensor_id].edge) or records[tensor_id].differentiable:
                        continue
                    cuts[tensor_id] = self._histories.cut(edge, edges, self.refer)
        self._seen = _Look(records, edges, cuts, self._order(cuts, records))

    def take(self) -> tuple[list[StorageRecord], list[TensorRecord | HistoryRecord]]:
        """Records of storages, tensors and histories that are new or changed, in order of application."""
        records, edges, cuts, batches = self._seen
        steps = self._steps(records, batches, cuts)
        for tensor_id, record in records.items():
            known = self._known[tensor_id]
            known.record, known.edge = record, edges.get(tensor_id)
        self._histories.remember(edges)
        storages, self._storages = self._storages, []
        self._seen = _Look({}, {}, {}, [])
        return storages, steps

    def undo(self) -> None:
        """The message that spoke of new tensors will not be sent."""
        self._storages = []
        self._seen = _Look({}, {}, {}, [])

    def _observe(
        self, pending: list[Id], records: dict[Id, TensorRecord], edges: dict[Id, Edge | None]
    ) -> None:
        for tensor_id in pending:
            tensor = cast("torch.Tensor", self._registry.get(tensor_id))
            records[tensor_id], edges[tensor_id] = self._read(tensor_id, tensor)

    def _read(self, tensor_id: Id, tensor: torch.Tensor) -> tuple[TensorRecord, Edge | None]:
        try:
            seen = facts.tensor_facts(tensor)
        except TypeError as error:
            raise ObservationError(str(error)) from None
        known = self._known[tensor_id]
        grad = facts.tensor_grad(tensor, seen)
        grad_id = self.refer(grad) if grad is not None else 0
        record = known.record
        has_history = seen.requires_grad and not seen.leaf
        if record is not None and seen == known.seen and grad_id == record.grad and not has_history:
            return record, None
        known.seen = seen
        window, new = self._memory.window_of(tensor, self._registry.next_id)
        self._storages += new
        self._memory.use(self._memory.windows[window].record.block, tensor_id)
        edge = facts.gradient_edge(tensor, known.edge) if has_history else None
        base = facts.tensor_base(tensor)
        source = None
        if base is not None and edge is not None:
            source = view_source(edge, base, facts.gradient_edge(base))
        parent_id = 0 if base is None else self.refer(source if source is not None else base)
        differentiable = source is not None
        if source is None and edge is not None and record is not None and is_remade(edge, record):
            parent_id, differentiable = record.base, True
        base_id, sharer = parent_id, 0
        if parent_id and edge is not None and not differentiable:
            base_id, sharer = 0, parent_id
        elif not parent_id:
            sharer = record.sharer if record is not None else self._sharer(tensor, tensor_id, window)
        record = TensorRecord(
            id=tensor_id,
            storage=window,
            dtype=dtype_name(seen.dtype),
            size=seen.size,
            stride=seen.stride,
            offset=seen.offset,
            base=base_id,
            sharer=sharer,
            differentiable=differentiable,
            parameter=seen.parameter,
            conjugate=seen.conjugate,
            negative=seen.negative,
            requires_grad=seen.requires_grad,
            leaf=seen.leaf,
            retains_grad=seen.retains_grad,
            version=seen.version,
            grad=grad_id,
            creation=facts.view_creation(tensor) if base_id else 0,
        )
        return record, edge

    def _sharer(self, tensor: torch.Tensor, tensor_id: Id, window: Id) -> Id:
        block = self._memory.blocks[self._memory.windows[window].record.block]
        for other_id in sorted(block.users):
            other = self._registry.find(other_id)
            if other_id == tensor_id or not isinstance(other, torch.Tensor):
                continue
            is_earlier = self._known[other_id].record is not None or other_id < tensor_id
            if is_earlier and facts.tensor_base(other) is None and _share_version(tensor, other):
                return other_id
        return 0

    def _order(self, cuts: dict[Id, Cut], records: dict[Id, TensorRecord]) -> list[tuple[Id, ...]]:
        sorter: TopologicalSorter[Id] = TopologicalSorter(dict.fromkeys(cuts, ()))
        for tensor_id, cut in cuts.items():
            for input_id in cut.inputs:
                source = records[input_id].base if records[input_id].differentiable else input_id
                if source in cuts and source != tensor_id:
                    if self._histories.is_former(source, input_id, cut):
                        sorter.add(source, tensor_id)
                    else:
                        sorter.add(tensor_id, source)
        batches: list[tuple[Id, ...]] = []
        try:
            sorter.prepare()
        except CycleError:
            raise ObservationError("tensors whose histories depend on each other") from None
        while sorter.is_active():
            ready = tuple(sorted(sorter.get_ready()))
            batches.append(ready)
            sorter.done(*ready)
        return batches

    def _steps(
        self, records: dict[Id, TensorRecord], batches: list[tuple[Id, ...]], cuts: dict[Id, Cut]
    ) -> list[TensorRecord | HistoryRecord]:
        steps: list[TensorRecord | HistoryRecord] = []
        waiting: dict[Id, list[TensorRecord]] = {}
        emitted: set[Id] = set()

        def emit(record: TensorRecord) -> None:
            if record.id in emitted or record == self._known[record.id].record:
                return
            emitted.add(record.id)
            for parent in (record.base, record.sharer):
                # A sharer of a tensor that was sent before may have died since.
                if parent in self._known and self._known[parent].record is None:
                    emit(records[parent])
            steps.append(record)

        for record in records.values():
            if record.differentiable and record.base in cuts and self._known[record.id].record is None:
                waiting.setdefault(record.base, []).append(record)
            else:
                emit(record)
        for batch in batches:
            steps.append(self._histories.offer(batch, cuts, self._registry))
            for tensor_id in batch:
                for record in waiting.pop(tensor_id, ()):
                    emit(record)
        return steps

    # --- the other side's changes --------------------------------------------------------------

    def apply_tensor(self, record: TensorRecord) -> None:
        """Make or change a tensor; gradient and version follow in `finish`."""
        known = self._known.get(record.id)
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

    def _build(self, record: TensorRecord) -> torch.Tensor:
        parent_id = record.base or record.sharer
        tensor = build_tensor(record, self._memory, self._tensor(parent_id) if parent_id else None)
        self._registry.add(record.id, tensor)
        self._known[record.id] = Known()
        self._created.add(record.id)
        self._memory.use(self._memory.windows[record.storage].record.block, record.id)
        return tensor

    def apply_history(self, record: HistoryRecord, ask: Callable[..., Any]) -> None:
        """Give tensors the history that they have on the other side."""
        self._relinked = True
        outputs = [self._tensor(i) for i in record.outputs]
        changed = [i not in self._created for i in record.outputs]
        self._histories.accept(record, outputs, changed, [self._tensor(i) for i in record.inputs], ask)

    def finish(self) -> None:
        """Set gradients and versions, once all that the records refer to exists; then take that as agreed."""
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

    def _agree(self) -> None:
        edges: dict[Id, Edge | None] = {}
        with facts.no_torch_function():
            # A history given to a base also changes the graph of its views, which no record speaks of.
            for tensor_id in tuple(self._known) if self._relinked else tuple(self._arrived):
                tensor = cast("torch.Tensor", self._registry.find(tensor_id))
                known = self._known[tensor_id]
                if tensor is not None:
                    if tensor_id in self._arrived:
                        known.record, known.seen = self._arrived[tensor_id][0], None
                    known.record, known.edge = self._read(tensor_id, tensor)
                    edges[tensor_id] = known.edge
        self._histories.remember(edges)

    def release(self, tensor_id: Id) -> None:
        """Forget a tensor."""
        if self._known.pop(tensor_id, None) is not None:
            self._histories.forget(tensor_id)
            for block in [b.id for b in self._memory.blocks.values() if tensor_id in b.users]:
                self._memory.release(block, tensor_id)

    def _tensor(self, tensor_id: Id) -> torch.Tensor:
        if tensor_id in self._arrived:
            return self._arrived[tensor_id][1]
        tensor = self._registry.get(tensor_id)
        if not isinstance(tensor, torch.Tensor):
            raise ObservationError(f"object {tensor_id} is not a tensor")
        return tensor


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


def _share_version(one: torch.Tensor, other: torch.Tensor) -> bool:
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
