"""Expectations on the graph check leaves, results without a graph, and gradients of a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from notegrad.expect import sentences
from notegrad.expect.nested import map_tensors, tensors_in
from notegrad.expect.values import first_difference, tolerance
from notegrad.messages import Message

GRADIENT_TERMS = 16
"""Roundings that backward formulas of one operation add to those of the function itself."""


def assert_leaf(x: torch.Tensor, *, requires_grad: bool = True, name: str = "") -> None:
    """Expects a leaf of the autograd graph, with or without a gradient wanted.

    Args:
        x: The result of the student's function.
        requires_grad: Whether it must want a gradient.
        name: The subject of the message; by default the result.

    Raises:
        AssertionError: It is no tensor, has a history, or its `requires_grad` differs.

    Example:
        >>> w = torch.ones(3, requires_grad=True)
        >>> expect.assert_leaf(w)
        >>> expect.assert_leaf(w * 2)
        Traceback (most recent call last):
            ...
        AssertionError: Le résultat n’est pas une feuille : un calcul l’a produit, et le graphe s’en souvient.
        >>> expect.assert_leaf(w.detach(), name="Le poids")
        Traceback (most recent call last):
            ...
        AssertionError: Le poids n’exige pas de gradient.
    """
    subject = sentences.named(name)
    if not isinstance(x, torch.Tensor):
        sentences.fail_type(subject, x, "Tensor")
    if not x.is_leaf:
        sentences.fail("expect_no_leaf", name=subject)
    if x.requires_grad != requires_grad:
        sentences.fail(
            "expect_gradient_missing" if requires_grad else "expect_gradient_unwanted", name=subject
        )


def assert_no_graph(result: object, *, name: str = "") -> None:
    """Expects no tensor of a result to have a graph or to want a gradient.

    Args:
        result: The result of the student's function: a tensor, or tensors in lists and tuples.
        name: The subject of the message; by default the result.

    Raises:
        AssertionError: A tensor has a `grad_fn`, or requires a gradient.

    Example:
        >>> loss = torch.ones(3, requires_grad=True).sum()
        >>> expect.assert_no_graph((loss.item(), loss.detach()))
        >>> expect.assert_no_graph([loss], name="La perte")
        Traceback (most recent call last):
            ...
        AssertionError: La perte traîne un graphe de calcul, celui de son grad_fn.
    """
    for tensor in tensors_in(result):
        if tensor.grad_fn is not None:
            sentences.fail("expect_graph", name=sentences.named(name))
        if tensor.requires_grad:
            sentences.fail("expect_gradient_unwanted", name=sentences.named(name))


def assert_gradients(
    f: Callable[..., object],
    reference: Callable[..., object],
    *args: object,
    terms: int = 1,
    names: Sequence[str] = (),
) -> None:
    """Expects the gradients of a function to be those of a reference computed in float64.

    Floating tensors among the arguments, also inside lists and tuples, become leaves that want a gradient;
    their strides are kept. The results are weighted at random before they are differentiated, so that errors
    cannot cancel out. The tolerance is `tolerance(dtype, 16 * terms)` for the dtype of each argument. Both
    are called with gradients on, the reference first.

    Args:
        f: The student's function; its result is a tensor, or a tuple or list of tensors.
        reference: A function that computes the same thing.
        *args: The arguments of both.
        terms: The number of products or summands that make up one value.
        names: The names of the leaves in order, for the messages.

    Raises:
        AssertionError: A result has another form or no graph, its gradient cannot be computed, or a gradient
            is missing or has a wrong cell.

    Example:
        >>> x = torch.tensor([1.0, 2.0, 3.0])
        >>> def energy(x):
        ...     return (x**2).sum()
        >>> expect.assert_gradients(lambda x: x @ x, energy, x, terms=3)
        >>> expect.assert_gradients(lambda x: x @ x.detach(), energy, x, names=["x"])
        Traceback (most recent call last):
            ...
        AssertionError: Le gradient par rapport à x, en [0], vaut ... au lieu de ... (3 cases fausses sur 3).
        >>> expect.assert_gradients(lambda x: torch.tensor(x.tolist()).square().sum(), energy, x)
        Traceback (most recent call last):
            ...
        AssertionError: Le résultat n’a pas de grad_fn : le calcul ne passe pas par torch, ou le graphe a été
        coupé.
    """
    # what is wanted is known before the student's function runs: nothing that it leaves can change it
    wide_leaves: list[torch.Tensor] = []
    with torch.enable_grad():
        wide = reference(*(map_tensors(lambda t: _leaf(t, torch.float64, wide_leaves), v) for v in args))
    references = list(tensors_in(wide))
    weights = [_weight(wanted) for wanted in references]
    expected = _differentiate(references, weights, wide_leaves)
    with torch.enable_grad():
        leaves: list[torch.Tensor] = []
        result = f(*(map_tensors(lambda t: _leaf(t, t.dtype, leaves), value) for value in args))
    results = list(tensors_in(result))
    if not results or not isinstance(result, (torch.Tensor, tuple, list)):
        sentences.fail_type(sentences.RESULT, result, "Tensor")
    _assert_graphs(results, references)
    try:
        actual = _differentiate(results, weights, leaves)
    except RuntimeError as error:
        sentences.fail("expect_gradient_fails", cause=error, error=sentences.said_by(error))
    for number, (leaf, grad, wanted) in enumerate(zip(leaves, actual, expected, strict=True)):
        by = Message("expect_gradient_by", name=names[number]) if number < len(names) else None
        name = by or Message("expect_gradient")
        _assert_gradient(leaf, grad, wanted, terms, name)


def _leaf(tensor: torch.Tensor, dtype: torch.dtype, leaves: list[torch.Tensor]) -> torch.Tensor:
    if not tensor.is_floating_point():
        return tensor.clone()
    # the layout of the argument is part of the question: strides are kept
    leaf = torch.empty_strided(tensor.shape, tensor.stride(), dtype=dtype)
    leaf.copy_(tensor.detach())
    leaves.append(leaf.requires_grad_())
    return leaf


def _weight(wanted: torch.Tensor) -> torch.Tensor:
    # whole numbers and a half are exact in every floating dtype
    return torch.randint(1, 9, tuple(wanted.shape)).to(torch.float64) + 0.5


def _assert_graphs(results: list[torch.Tensor], references: list[torch.Tensor]) -> None:
    if len(results) != len(references):
        sentences.fail("expect_count", actual=len(results), expected=len(references))
    for number, (result, wanted) in enumerate(zip(results, references, strict=True)):
        is_only = len(results) == 1
        name = sentences.RESULT if is_only else Message("expect_result_number", number=number + 1)
        if tuple(result.shape) != tuple(wanted.shape):
            sentences.fail_shape(name, tuple(result.shape), tuple(wanted.shape))
        if wanted.requires_grad and not result.requires_grad:
            sentences.fail("expect_graph_cut", name=name)


def _differentiate(
    results: list[torch.Tensor], weights: list[torch.Tensor], leaves: list[torch.Tensor]
) -> tuple[torch.Tensor | None, ...]:
    # a backward pass may write into the cotangents that it is given: each pass has its own
    kept = [(r, w.clone().to(r.dtype)) for r, w in zip(results, weights, strict=True) if r.requires_grad]
    with torch.enable_grad():
        grads: Any = torch.autograd.grad(
            [r for r, _ in kept], leaves, [w for _, w in kept], allow_unused=True
        )
    return tuple(grads)


def _assert_gradient(
    leaf: torch.Tensor, actual: torch.Tensor | None, expected: torch.Tensor | None, terms: int, name: Message
) -> None:
    wanted = torch.zeros(leaf.shape, dtype=torch.float64) if expected is None else expected
    if actual is None:
        if bool((wanted != 0).any()):
            sentences.fail("expect_gradient_lost", name=name)
        return
    difference = first_difference(actual, wanted, tolerance(leaf.dtype, terms * GRADIENT_TERMS))
    if difference is not None:
        index, wrong, total = difference
        seen = actual[index].item()
        sentences.fail_value(name, index, seen, wanted[index].item(), wrong=wrong, total=total)
