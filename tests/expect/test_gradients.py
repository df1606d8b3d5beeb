"""Expectations on graphs, loops, global state and cells: right code of any style passes, each fault is named."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from notegrad import expect


def deux_xx(x):
    return 2 * torch.dot(x, x)


@pytest.mark.parametrize(
    "right",
    [
        lambda x: (2 * x * x).sum(),
        lambda x: 2 * torch.linalg.vector_norm(x) ** 2,
        lambda x: torch.einsum("i,i->", x, 2 * x),
        lambda x: (x.double() @ x.double() * 2).to(x.dtype),
    ],
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_way_of_computing_has_the_gradient(right, dtype):
    """Rounding of the function's own dtype is no error, whatever the order of operations."""
    expect.assert_gradients(right, deux_xx, torch.randn(17, dtype=dtype), terms=17)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda x: 2 * x.detach() @ x, r"Le gradient par rapport à x, en \[0\], vaut .* au lieu de"),
        (lambda x: deux_xx(x).detach(), "n’a pas de grad_fn"),
        (lambda x: torch.tensor(deux_xx(x).item()), "n’a pas de grad_fn"),
        (lambda x: deux_xx(x).item(), "de type float au lieu de Tensor"),
        (lambda x: deux_xx(x)[None], "un axe de trop"),
        (lambda x: torch.zeros((), requires_grad=True) + deux_xx(x.detach()), "n’arrive pas"),
        (lambda x: None, "il manque sans doute un return"),
    ],
)
def test_a_wrong_gradient_is_shown(wrong, said):
    """A cut graph, a number, another shape, half of the gradient: one sentence each."""
    with pytest.raises(AssertionError, match=said):
        expect.assert_gradients(wrong, deux_xx, torch.randn(3) + 2, names=("x",))


def test_errors_cannot_cancel_out_in_a_sum():
    """Outputs are weighted, so exchanged rows do not pass."""
    with pytest.raises(AssertionError, match="Le gradient"):
        expect.assert_gradients(lambda x: x.flip(0) * 1.0, lambda x: x * 1.0, torch.randn(4))


class ZeroesWeights(torch.autograd.Function):
    """A wrong backward that writes zeros into the cotangent that it was given, then gives it back."""

    @staticmethod
    def forward(ctx, x):
        return 3 * x

    @staticmethod
    def backward(ctx, grad):
        grad.zero_()
        return grad


def gradients_off(x):
    torch.set_grad_enabled(False)
    return 3 * x.detach()


@pytest.mark.parametrize(
    ("trick", "said"), [(ZeroesWeights.apply, "au lieu de"), (gradients_off, "n’a pas de grad_fn")]
)
@pytest.mark.parametrize("mode", [True, False])
def test_what_is_wanted_of_a_gradient_is_known_before_the_call(trick, said, mode):
    """A mode left off, a cotangent zeroed in place: neither reaches the gradient that is wanted."""
    torch.set_grad_enabled(mode)
    try:
        with pytest.raises(AssertionError, match=said):
            expect.assert_gradients(trick, lambda x: 3 * x, torch.randn(4))
        expect.assert_gradients(lambda x: x * 3, lambda x: 3 * x, torch.randn(4))
    finally:
        torch.set_grad_enabled(True)


def test_lists_of_arguments_and_tuples_of_results_are_looked_into():
    """`stack(vs)` has a gradient in every vector, `(x + y, x * y)` in both of its results."""
    expect.assert_gradients(torch.stack, lambda vs: torch.cat([v[None] for v in vs]), [torch.randn(3)] * 2)
    x, y = torch.randn(2, 3), torch.randn(3)
    expect.assert_gradients(lambda x, y: [x + y, x * y], lambda x, y: (x + y, x * y), x, y)
    with pytest.raises(AssertionError, match="par rapport à y"):
        expect.assert_gradients(
            lambda x, y: (x + y, x * y.detach()), lambda x, y: (x + y, x * y), x, y, names=("x", "y")
        )


def test_leaves_and_results_without_a_graph():
    """A parameter is a leaf, a computed tensor is not; detached values hang on nothing."""
    w = torch.ones(3, requires_grad=True)
    expect.assert_leaf(w)
    expect.assert_leaf(torch.ones(3), requires_grad=False)
    expect.assert_no_graph((w.detach(), [w.data * 2]))
    for check, tensor, said in (
        (expect.assert_leaf, w * 2, "pas une feuille"),
        (expect.assert_leaf, torch.ones(3), "n’exige pas de gradient"),
        (expect.assert_no_graph, w * 2, "grad_fn"),
        (expect.assert_no_graph, w, "exige un gradient"),
    ):
        with pytest.raises(AssertionError, match=said):
            check(tensor)


@pytest.mark.parametrize(
    "loop",
    [
        lambda x: torch.stack([v * 2 for v in x]),
        lambda x: torch.tensor([math.exp(v) for v in x.tolist()]),
        lambda x: torch.tensor(list(map(lambda v: v + 1, x.tolist()))),  # noqa: C417
        lambda x: torch.cat([x[i : i + 1] for i in range(len(x))]),
        lambda x: torch.from_numpy(np.vectorize(lambda v: v + 1)(x.numpy())),
        lambda x: x.apply_(lambda v: v + 1),
    ],
)
def test_a_loop_over_the_input_is_counted(loop):
    """Comprehensions, maps, `np.vectorize` and `apply_` run a line or an operation for each number."""
    with pytest.raises(AssertionError, match="boucle Python"):
        expect.assert_no_loop(loop, lambda n: (torch.rand(n),))


@pytest.mark.parametrize(
    "straight",
    [
        lambda x: x * 2 + 1,
        lambda x: torch.einsum("i,j->ij", x, x),
        lambda x: torch.tensor(x.tolist()),
        lambda x: torch.func.vmap(torch.sin)(x),
        lambda x: sum([x, x, x]),
    ],
)
def test_code_without_a_loop_passes(straight):
    """Library code, however long, is not the student's loop."""
    expect.assert_no_loop(straight, lambda n: (torch.rand(n),))


def test_what_changes_for_the_whole_program_is_named():
    """The gradient mode, the default dtype and, where asked, each generator."""
    before = expect.global_state()
    expect.assert_global_state(before, rng=True)
    for change, said in (
        (lambda: torch.set_grad_enabled(False), "plus aucun gradient"),
        (lambda: torch.set_default_dtype(torch.float64), "dtype par défaut est float64"),
        (lambda: torch.rand(1), "générateur de torch"),
        (lambda: np.random.rand(), "générateur de NumPy"),
    ):
        before = expect.global_state()
        change()
        try:
            with pytest.raises(AssertionError, match=said):
                expect.assert_global_state(before, rng=True)
        finally:
            torch.set_grad_enabled(True)
            torch.set_default_dtype(torch.float32)


def test_cells_of_their_own():
    """Ordinary tensors and views can be written cell by cell; an expanded one cannot."""
    for fine in (torch.zeros(3, 2), torch.zeros(4, 4).t()[1:], torch.tensor(math.nan), torch.ones(2).bool()):
        before = fine.clone()
        expect.assert_writable(fine)
        assert torch.equal(fine.nan_to_num(), before.nan_to_num())
    with pytest.raises(AssertionError, match="3 ont changé"):
        expect.assert_writable(torch.zeros(1, 2).expand(3, 2))


def test_meta_looks_into_containers():
    """Lists of tensors go in without data, tuples of tensors come out; a CPU tensor among them is seen."""
    pair = expect.works_on_meta(lambda vs: (torch.stack(vs), vs[0] + 1), [torch.ones(3), torch.ones(3)])
    assert [tuple(t.shape) for t in pair] == [(2, 3), (3,)]
    with pytest.raises(AssertionError, match="cpu"):
        expect.works_on_meta(lambda vs: (vs[0], torch.ones(3)), [torch.ones(3)])
