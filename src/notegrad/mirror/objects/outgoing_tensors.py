"""Outgoing tensors, new or changed here, become records in an order that can be applied.

A message is made in two steps. `look` reads everything, and raises for what cannot cross; until then nothing
is agreed, and `undo` drops what was read. `take` makes the records of it, which are sent and count as
agreed.
"""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple, cast

import torch

from notegrad.mirror.autograd.graph import Cut, Edge
from notegrad.mirror.autograd.histories import Histories
from notegrad.mirror.memory import facts
from notegrad.mirror.memory.registry import Registry
from notegrad.mirror.objects.tensors import TensorTable
from notegrad.mirror.wire.changes import HistoryRecord, StorageRecord, TensorRecord
from notegrad.mirror.wire.forms import Id
from notegrad.mirror.wire.mirror_errors import ObservationError


class _Look(NamedTuple):
    """The findings of one look at all known tensors; a batch is of tensors that share one history."""

    records: dict[Id, TensorRecord]
    edges: dict[Id, Edge | None]
    cuts: dict[Id, Cut]
    batches: list[tuple[Id, ...]]


_NOTHING = _Look({}, {}, {}, [])


class OutgoingTensors:
    """Finds what changed here since the last message."""

    def __init__(self, table: TensorTable, registry: Registry, histories: Histories) -> None:
        self._table = table
        self._registry = registry
        self._histories = histories
        self._seen = _NOTHING

    def look(self) -> None:
        """Read all known tensors; what they were computed from becomes known.

        Raises ObservationError for a tensor that cannot cross.
        """
        known, find, read = self._table.known, self._registry.get, self._table.read
        records: dict[Id, TensorRecord] = {}
        edges: dict[Id, Edge | None] = {}
        cuts: dict[Id, Cut] = {}
        with facts.no_torch_function():
            while pending := [i for i in known if i not in records]:
                for tensor_id in pending:
                    tensor = cast("torch.Tensor", find(tensor_id))
                    records[tensor_id], edges[tensor_id] = read(tensor_id, tensor)
                for tensor_id in pending:
                    edge = edges[tensor_id]
                    if edge in (None, known[tensor_id].edge) or records[tensor_id].differentiable:
                        continue
                    cuts[tensor_id] = self._histories.cut(edge, edges, self._table.refer)
        self._seen = _Look(records, edges, cuts, _order(cuts, records, self._histories))

    def take(self) -> tuple[list[StorageRecord], list[TensorRecord | HistoryRecord]]:
        """Records of storages, tensors and histories that are new or changed, in order of application."""
        seen, self._seen = self._seen, _NOTHING
        steps = self._steps(seen)
        for tensor_id, record in seen.records.items():
            known = self._table.known[tensor_id]
            known.record, known.edge = record, seen.edges.get(tensor_id)
        self._histories.remember(seen.edges)
        return self._table.take_new_storages(), steps

    def undo(self) -> None:
        """Drop what was read: the message that would have spoken of it will not be sent."""
        self._table.take_new_storages()
        self._seen = _NOTHING

    def _steps(self, seen: _Look) -> list[TensorRecord | HistoryRecord]:
        known = self._table.known
        steps: list[TensorRecord | HistoryRecord] = []
        waiting: dict[Id, list[TensorRecord]] = {}
        emitted: set[Id] = set()
        for record in seen.records.values():
            if record.differentiable and record.base in seen.cuts and known[record.id].record is None:
                waiting.setdefault(record.base, []).append(record)
            else:
                steps += self._unsent(record, seen, emitted)
        for batch in seen.batches:
            steps.append(self._histories.offer(batch, seen.cuts, self._registry))
            for tensor_id in batch:
                for record in waiting.pop(tensor_id, ()):
                    steps += self._unsent(record, seen, emitted)
        return steps

    def _unsent(self, record: TensorRecord, seen: _Look, emitted: set[Id]) -> list[TensorRecord]:
        """A record that changed, after those of the new tensors that it is a view of; none of `emitted`."""
        known = self._table.known
        if record.id in emitted or record == known[record.id].record:
            return []
        emitted.add(record.id)
        before: list[TensorRecord] = []
        for parent in (record.base, record.sharer):
            # A sharer of a tensor that was sent before may have died since.
            if parent in known and known[parent].record is None:
                before += self._unsent(seen.records[parent], seen, emitted)
        return [*before, record]


def _order(
    cuts: dict[Id, Cut], records: dict[Id, TensorRecord], histories: Histories
) -> list[tuple[Id, ...]]:
    """Batches of tensors whose histories can be made one batch after the other."""
    sorter: TopologicalSorter[Id] = TopologicalSorter(dict.fromkeys(cuts, ()))
    for tensor_id, cut in cuts.items():
        for input_id in cut.inputs:
            source = records[input_id].base if records[input_id].differentiable else input_id
            if source in cuts and source != tensor_id:
                if histories.is_former(source, input_id, cut):
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
