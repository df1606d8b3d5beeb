"""Pieces of autograd graph serve both sides: one keeps them, the other asks for their products.

A tensor computed over there becomes, here, the output of a `RemoteFunction`, whose backward asks the other
side for the vector-Jacobian product. What it depends on is found by walking the graph up to the first tensors
that both sides know (the cut), so that gradients of intermediate results, and graphs that go back and forth,
come out right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import torch
from torch.autograd.graph import GradientEdge

from notegrad.mirror.wire.forms import Id
from notegrad.mirror.wire.limits import MAX_GRAPH_NODES
from notegrad.mirror.wire.mirror_errors import ObservationError

Edge = tuple[Any, int]
Grads = tuple[torch.Tensor | None, ...]


class Cut(NamedTuple):
    """The known tensors that a tensor was computed from, and the nodes in between."""

    inputs: tuple[Id, ...]
    nodes: frozenset[Any]


class History(NamedTuple):
    """A piece of graph that the other side may ask products of; `nodes` are those under each output."""

    outputs: tuple[Edge, ...]
    inputs: tuple[Edge, ...]
    nodes: tuple[frozenset[Any], ...]


def leaf_variable(node: Any) -> torch.Tensor | None:
    """The leaf that a gradient accumulator belongs to."""
    if type(node).__name__ != "AccumulateGrad":
        return None
    variable: torch.Tensor = node.variable
    return variable


def find_cut(edge: Edge, known: Callable[[Edge], Id | None], register: Callable[[torch.Tensor], Id]) -> Cut:
    """Walk back from `edge` to the first known tensors; leaves on the way become known.

    Raises ObservationError for a graph of too many nodes.
    """
    inputs: dict[Id, None] = {}
    seen = {edge[0]}
    stack = [edge[0]]
    while stack:
        for child, number in stack.pop().next_functions:
            if child is None:
                continue
            tensor_id = known((child, number))
            if tensor_id is None and (variable := leaf_variable(child)) is not None:
                if not variable.requires_grad:
                    continue
                tensor_id = register(variable)
            if tensor_id is not None:
                inputs[tensor_id] = None
            elif child not in seen:
                seen.add(child)
                stack.append(child)
                if len(seen) > MAX_GRAPH_NODES:
                    raise ObservationError(
                        f"an autograd graph of more than {MAX_GRAPH_NODES:,} nodes", "graph"
                    )
    return Cut(tuple(inputs), frozenset(seen))


def edge_of_input(tensor: torch.Tensor) -> Edge:
    """The edge through which gradients reach `tensor`: its node, or its accumulator."""
    edge = torch.autograd.graph.get_gradient_edge(tensor)
    return edge.node, edge.output_nr


def product(
    history: History, cotangents: Sequence[torch.Tensor | None], *, create_graph: bool, keep_graph: bool
) -> Grads:
    """Vector-Jacobian product of a history, one gradient (or None) per input.

    Gradients do not pass through an input to another one: the other side continues from each by itself.
    Raises RuntimeError, torch's own, where the product cannot be computed.
    """
    given = [(edge, g) for edge, g in zip(history.outputs, cotangents, strict=True) if g is not None]
    if not given or not history.inputs:
        return tuple(None for _ in history.inputs)
    blocks = _block_inputs(history.inputs) if passes_inputs(history) else []
    try:
        return torch.autograd.grad(
            [GradientEdge(*edge) for edge, _ in given],
            [GradientEdge(*edge) for edge in history.inputs],
            [g for _, g in given],
            retain_graph=keep_graph or create_graph,
            create_graph=create_graph,
            allow_unused=True,
        )
    finally:
        for hook in blocks:
            hook.remove()


def passes_inputs(history: History) -> bool:
    """Whether the engine may run nodes above an input, on the way to another input."""
    return len(history.inputs) > 1 and any(leaf_variable(node) is None for node, _ in history.inputs)


def saves_tensors(node: Any) -> bool:
    """Whether a node saved tensors for its backward, so that it runs only once."""
    if isinstance(node, torch.autograd.function.BackwardCFunction):
        try:
            return bool(node._raw_saved_tensors)
        except RuntimeError:
            return True
    return any(name.startswith("_raw_saved_") for name in dir(type(node)))


def _block_inputs(inputs: Iterable[Edge]) -> list[Any]:
    outputs_by_node: dict[Any, set[int]] = {}
    for node, number in inputs:
        if leaf_variable(node) is None:
            outputs_by_node.setdefault(node, set()).add(number)
    return [node.register_prehook(_dropping(numbers)) for node, numbers in outputs_by_node.items()]


def _dropping(numbers: set[int]) -> Callable[[Grads], Grads]:
    def hook(grads: Grads) -> Grads:
        return tuple(None if number in numbers else grad for number, grad in enumerate(grads))

    return hook


class Lease:
    """Tells the other side, when it dies, that a history is no longer needed here."""

    def __init__(self, history: Id, released: list[Id]) -> None:
        self._history, self._released = history, released

    def __del__(self) -> None:
        self._released.append(self._history)


class RemoteFunction(torch.autograd.Function):
    """A node whose backward runs on the other side."""

    @staticmethod
    def forward(
        ctx: Any,
        ask: Callable[[Grads], Grads],
        lease: Lease,
        outputs: Sequence[torch.Tensor],
        changed: Sequence[bool],
        *inputs: torch.Tensor,  # noqa: ARG004 - the engine links the outputs to them
    ) -> tuple[torch.Tensor, ...]:
        """Return `outputs`, the same objects; those `changed` existed before and get a new history."""
        ctx.ask, ctx.lease = ask, lease
        ctx.set_materialize_grads(False)
        ctx.mark_dirty(*(t for t, is_changed in zip(outputs, changed, strict=True) if is_changed))
        return tuple(outputs)

    @staticmethod
    def backward(ctx: Any, *cotangents: torch.Tensor | None) -> tuple[Any, ...]:
        """Ask the other side."""
        asked = any(c is not None for c in cotangents)
        gradients = ctx.ask(cotangents) if asked else ()
        return (
            None,
            None,
            None,
            None,
            *gradients,
            *[None] * (len(ctx.needs_input_grad) - 4 - len(gradients)),
        )


_NODE_NAME = re.compile(r"[A-Za-z_]\w{0,99}Backward\d{0,2}", re.ASCII)
_MAX_NODE_NAMES = 200
_named: dict[str, type[RemoteFunction]] = {}


def _function_named(name: str) -> type[RemoteFunction]:
    """The function whose node says that it is of this name, as `grad_fn=<MulBackward0>` in a tensor's text.

    A claim of the other side's; what is no name of an operation's node gets the plain function.
    """
    found = _named.get(name)
    if found is None:
        if len(_named) >= _MAX_NODE_NAMES or not _NODE_NAME.fullmatch(name):
            return RemoteFunction
        found = _named[name] = type("RemoteFunction", (RemoteFunction,), {})
        found._backward_cls.__name__ = name
    return found


def keeps_graph() -> bool:
    """Whether the backward pass that is running keeps its graph (`retain_graph=True`)."""
    keep: bool = torch._C._autograd._get_current_graph_task_keep_graph()
    return keep


def backward_pass() -> int:
    """The number of the backward pass that is running."""
    number: int = torch._C._current_graph_task_id()
    return number


def attach(
    outputs: Sequence[torch.Tensor],
    changed: Sequence[bool],
    inputs: Sequence[torch.Tensor],
    ask: Callable[[Grads], Grads],
    lease: Lease,
    name: str = "",
) -> None:
    """Give `outputs` (the same tensor objects) a history that depends on `inputs`; `name` is its node's."""
    extra = [t for t, is_changed in zip(outputs, changed, strict=True) if is_changed]
    extra = [t for t in extra if not any(t is i for i in inputs)]
    needs_dummy = not any(t.requires_grad for t in (*inputs, *extra))
    dummy = [torch.zeros((), requires_grad=True)] if needs_dummy else []
    with torch.enable_grad():
        _function_named(name).apply(ask, lease, outputs, changed, *inputs, *extra, *dummy)  # type: ignore[no-untyped-call]
