"""The global state that a call leaves is put back, unless the test asks for it."""

from __future__ import annotations

import contextlib
import random

import numpy as np
import pytest
import torch

from notegrad import expect
from tests.support.mirror_server import serving


def coupe(x):
    torch.set_grad_enabled(False)
    torch.set_default_dtype(torch.float64)
    return x * 2


def coupe_et_leve(x):
    torch.set_grad_enabled(False)
    raise ValueError


class Coupe(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, grad):
        torch.set_grad_enabled(False)
        return grad * 2


def double(x):
    return Coupe.apply(x)


def mode(x):
    return torch.is_grad_enabled()


def seme(x):
    torch.manual_seed(0)
    np.random.seed(0)
    random.seed(0)
    return x * 2


def seme_tout(n):
    torch.manual_seed(n)
    np.random.seed(n)
    random.seed(n)


def tire(x):
    return torch.rand(3), np.random.rand(3), random.random()


class SansGradient:
    def __enter__(self):
        self.avant = torch.is_grad_enabled()
        torch.set_grad_enabled(False)

    def __exit__(self, *_):
        torch.set_grad_enabled(self.avant)


def pas(w, f):
    with torch.no_grad():
        with torch.enable_grad():
            (g,) = torch.autograd.grad(f(w), w)
        w -= g
    return w


@pytest.fixture
def notebook():
    names = (
        "coupe", "coupe_et_leve", "double", "mode", "seme", "seme_tout", "tire", "SansGradient", "pas",
    )  # fmt: skip
    with serving(globals()) as served:
        served.mirror.begin(7, 20)
        yield served.mirror.get(names)


def test_a_mode_left_off_blinds_neither_the_test_nor_the_next_call(notebook):
    """The test's own lines have a graph; whoever asks is told what was left."""
    before, x = expect.global_state(), torch.ones(2)
    notebook["coupe"](x)
    assert torch.is_grad_enabled()
    assert torch.get_default_dtype() is torch.float32
    assert notebook["mode"](x) is True
    with pytest.raises(AssertionError, match="plus aucun gradient"):
        expect.assert_global_state(before)


def test_also_where_the_call_raises_or_a_backward_pass_leaves_it(notebook):
    """Every way out of student code ends in the state before it."""
    before = expect.global_state()
    with pytest.raises(ValueError):
        notebook["coupe_et_leve"](torch.ones(2))
    assert torch.is_grad_enabled()
    with pytest.raises(AssertionError, match="plus aucun gradient"):
        expect.assert_global_state(before)
    x = torch.ones(2, requires_grad=True)
    notebook["double"](x).sum().backward()
    assert torch.is_grad_enabled()
    assert x.grad is not None


def test_a_clean_call_leaves_nothing_to_be_seen(notebook):
    """Modes that a function puts back itself, drawings included, are no finding."""
    before, w = expect.global_state(), torch.ones(2, requires_grad=True)
    notebook["pas"](w, lambda w: (w * w).sum())
    expect.assert_global_state(before, rng=True)
    with torch.no_grad():
        off = expect.global_state()
        notebook["pas"](torch.ones(2, requires_grad=True), lambda w: (w * w).sum())
        expect.assert_global_state(off, rng=True)


def test_what_a_test_draws_next_is_not_seeded_by_a_call(notebook):
    """The three generators go on where the test left them; whoever asks is told."""
    before = expect.global_state()
    places = torch.get_rng_state(), np.random.get_state(), random.getstate()
    wanted = torch.rand(3).tolist(), np.random.rand(), random.random()
    torch.set_rng_state(places[0])
    np.random.set_state(places[1])
    random.setstate(places[2])
    notebook["seme"](torch.ones(2))
    assert (torch.rand(3).tolist(), np.random.rand(), random.random()) == wanted
    with pytest.raises(AssertionError, match="générateur de torch"):
        expect.assert_global_state(before, rng=True)


def test_numbers_drawn_stay_drawn(notebook):
    """Two calls differ, a seed of the test's makes them equal, and the test goes on after the call's numbers."""
    torch.manual_seed(3)
    first, second = notebook["tire"](torch.ones(1)), notebook["tire"](torch.ones(1))
    assert not torch.equal(first[0], second[0])
    assert first[1].tolist() != second[1].tolist()
    assert first[2] != second[2]
    following = torch.rand(3)
    torch.manual_seed(3)
    assert torch.equal(notebook["tire"](torch.ones(1))[0], first[0])
    torch.manual_seed(3)
    assert [torch.equal(torch.rand(3), t) for t in (first[0], second[0], following)] == [True] * 3


def test_a_call_for_the_state_s_sake_has_it(notebook):
    """A function that seeds everything does, and a block of the student's holds inside."""
    notebook["seme_tout"](5)
    drawn = torch.rand(2), np.random.rand(2), random.random()
    torch.manual_seed(5)
    np.random.seed(5)
    random.seed(5)
    assert torch.equal(drawn[0], torch.rand(2))
    assert (drawn[1] == np.random.rand(2)).all()
    assert drawn[2] == random.random()
    with contextlib.ExitStack() as stack:
        stack.enter_context(notebook["SansGradient"]())
        assert not torch.is_grad_enabled()
        assert notebook["mode"](torch.ones(1)) is False
    assert torch.is_grad_enabled()
