"""Histories remember which pieces of graph one side offered to the other, and which it accepted."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch

from notegrad.mirror.autograd.graph import (
    Cut,
    Edge,
    Grads,
    History,
    Lease,
    attach,
    edge_of_input,
    find_cut,
    keeps_graph,
    passes_inputs,
    product,
    saves_tensors,
)
from notegrad.mirror.memory.registry import Registry
from notegrad.mirror.wire.changes import HistoryRecord
from notegrad.mirror.wire.forms import Id
from notegrad.mirror.wire.mirror_errors import ObservationError
from notegrad.mirror.wire.requests import VectorJacobian

_USED_UP = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have "
    "already been freed). Saved intermediate values of the graph are freed when you call .backward() or "
    "autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or "
    "if you need to access saved tensors after calling backward."
)
"""Torch's own words."""

Ask = Callable[[Id, Grads, bool, bool], Grads]


class Histories:
    """Edges of known tensors, and the histories made of them."""

    def __init__(self, next_id: Callable[[], Id]) -> None:
        self._next_id = next_id
        self._edge_of: dict[Id, Edge] = {}
        self._tensor_at: dict[Edge, Id] = {}
        self._offered: dict[Id, History] = {}
        self._nodes: dict[object, Id] = {}
        self._shared: set[Id] = set()
        self._used_up: dict[object, int] = {}
        self.released: list[Id] = []

    def cut(
        self, edge: Edge, new_edges: dict[Id, Edge | None], register: Callable[[torch.Tensor], Id]
    ) -> Cut:
        """The known tensors that the tensor at `edge` was computed from.

        Raises ObservationError for a graph of too many nodes.
        """
        fresh = {e: i for i, e in new_edges.items() if e is not None}

        def known(candidate: Edge) -> Id | None:
            found = fresh.get(candidate)
            return self._tensor_at.get(candidate) if found is None else found

        return find_cut(edge, known, register)

    def is_former(self, source: Id, input_id: Id, cut: Cut) -> bool:
        """Whether `cut` was reached through the history that `source` had before an in-place operation."""
        former = self._edge_of.get(source)
        if former is None or input_id != source:
            return False
        return any((child, number) == former for node in cut.nodes for child, number in node.next_functions)

    def remember(self, edges: dict[Id, Edge | None]) -> None:
        """Take note of where the known tensors are in the graph now."""
        for tensor_id, edge in edges.items():
            former = self._edge_of.get(tensor_id)
            if former == edge:
                continue
            if former is not None and self._tensor_at.get(former) == tensor_id:
                del self._tensor_at[former]
            if edge is None:
                self._edge_of.pop(tensor_id, None)
            else:
                self._edge_of[tensor_id] = edge
                self._tensor_at[edge] = tensor_id

    def forget(self, tensor_id: Id) -> None:
        """Forget a tensor that is no longer known."""
        self.remember({tensor_id: None})

    def offer(self, outputs: Sequence[Id], cuts: dict[Id, Cut], registry: Registry) -> HistoryRecord:
        """Make the history of some tensors known to the other side."""
        history_id = self._next_id()
        inputs = tuple(dict.fromkeys(i for output in outputs for i in cuts[output].inputs))
        nodes = frozenset(node for output in outputs for node in cuts[output].nodes)
        input_edges = tuple(self._input_edge(i, registry) for i in inputs)
        output_edges = tuple(edge_of_input(_tensor(registry, i)) for i in outputs)
        self._offered[history_id] = History(output_edges, input_edges, tuple(cuts[o].nodes for o in outputs))
        self.remember(dict(zip(outputs, output_edges, strict=True)))
        for node in nodes:
            other = self._nodes.setdefault(node, history_id)
            if other != history_id:
                self._shared |= {other, history_id}
        names = {type(node).__name__ for node, _ in output_edges}
        return HistoryRecord(history_id, tuple(outputs), inputs, names.pop() if len(names) == 1 else "")

    def _input_edge(self, tensor_id: Id, registry: Registry) -> Edge:
        # An in-place operation depends on the history from before it: the edge remembered from last time.
        former = self._edge_of.get(tensor_id)
        return former if former is not None else edge_of_input(_tensor(registry, tensor_id))

    def accept(
        self,
        record: HistoryRecord,
        outputs: Sequence[torch.Tensor],
        changed: Sequence[bool],
        inputs: Sequence[torch.Tensor],
        ask: Ask,
    ) -> None:
        """Give tensors of this side a history that lives on the other side."""

        def ask_product(cotangents: Grads) -> Grads:
            return ask(record.id, cotangents, torch.is_grad_enabled(), keeps_graph())

        attach(outputs, changed, inputs, ask_product, Lease(record.id, self.released), record.name)

    def product(self, asked: VectorJacobian, cotangents: Grads, registry: Registry) -> Grads:
        """Answer a product that the other side asks for.

        A graph that a pass uses in pieces is freed by none of them; that it was used up is noted instead.
        Raises ObservationError for a history that was not offered, RuntimeError for one that was used up.
        """
        history = self._offered.get(asked.history)
        if history is None or len(cotangents) != len(history.outputs):
            raise ObservationError(f"there is no history {asked.history}")
        given = [nodes for nodes, c in zip(history.nodes, cotangents, strict=True) if c is not None]
        nodes = frozenset[Any]().union(*given)
        if any(self._used_up.get(node, asked.task) != asked.task for node in nodes):
            raise RuntimeError(_USED_UP)
        in_pieces = asked.history in self._shared or passes_inputs(history)
        keep = asked.keep_graph or in_pieces
        with self._retained_grads_kept(history, registry):
            grads = product(history, cotangents, create_graph=asked.create_graph, keep_graph=keep)
        if in_pieces and not (asked.keep_graph or asked.create_graph):
            self._used_up.update((node, asked.task) for node in nodes if saves_tensors(node))
        return grads

    @contextlib.contextmanager
    def _retained_grads_kept(self, history: History, registry: Registry) -> Iterator[None]:
        # The side that asks accumulates into the gradients that both sides retain; twice would be too much.
        ids = {self._tensor_at[e] for e in (*history.outputs, *history.inputs) if e in self._tensor_at}
        tensors = [t for i in ids if isinstance(t := registry.find(i), torch.Tensor)]
        kept = [(t, t.grad) for t in tensors if t.retains_grad]
        try:
            yield
        finally:
            for tensor, grad in kept:
                tensor.grad = grad

    def take_released(self) -> tuple[Id, ...]:
        """Histories of the other side that nothing here needs any more."""
        released = tuple(self.released)
        del self.released[: len(released)]
        return released

    def withdraw(self, history_id: Id) -> None:
        """Forget a history that the other side no longer needs."""
        self._offered.pop(history_id, None)
        for node in [n for n, i in self._nodes.items() if i == history_id]:
            del self._nodes[node]
            self._used_up.pop(node, None)


def _tensor(registry: Registry, tensor_id: Id) -> torch.Tensor:
    tensor = registry.get(tensor_id)
    if not isinstance(tensor, torch.Tensor):
        raise ObservationError(f"object {tensor_id} is not a tensor")
    return tensor
