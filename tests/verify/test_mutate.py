"""Mutants of a solution: the mistakes that beginners make must be among them, each once, each valid Python."""

from __future__ import annotations

import ast

import pytest

from notegrad.authoring.normal_form import normal_form
from notegrad.verify.mutate import mutants


def codes(source: str) -> set[str]:
    return {mutant.code for mutant in mutants(source)}


@pytest.mark.parametrize(
    ("solution", "mistake"),
    [
        ("def f(x):\n    return x + 1", "def f(x):\n    return x - 1"),
        ("def f(x):\n    return x.sum(0)", "def f(x):\n    return x.sum(1)"),
        ("def f(x):\n    return x.sum(-1)", "def f(x):\n    return x.sum(-2)"),
        ("def f(x):\n    return x.sum(0, keepdim=True)", "def f(x):\n    return x.sum(0, keepdim=False)"),
        ("def f(x):\n    return x.sum(0, keepdim=True)", "def f(x):\n    return x.sum(0)"),
        ("def f(x):\n    return x.detach().clone()", "def f(x):\n    return x.clone()"),
        ("def f(x):\n    return x.detach().clone()", "def f(x):\n    return x.detach()"),
        ("def f(x, y):\n    x += y\n    return x", "def f(x, y):\n    x = x + y\n    return x"),
        ("def f(x, y):\n    return x + y", "def f(x, y):\n    x += y\n    return x"),
        ("def f(x, v):\n    x[:] = v\n    return x", "def f(x, v):\n    x = v\n    return x"),
        ("def f(x, y):\n    return x.add(y)", "def f(x, y):\n    return x.add_(y)"),
        ("def f(x, y):\n    return x.add_(y)", "def f(x, y):\n    return x.add(y)"),
        ("def f(n):\n    return torch.zeros(n, dtype=torch.float64)", "def f(n):\n    return torch.zeros(n)"),
        ("def f(a, b):\n    return torch.mm(a, b)", "def f(a, b):\n    return torch.mm(b, a)"),
        ("def f(a, b):\n    return a @ b", "def f(a, b):\n    return a * b"),
        ("def f(a, b):\n    return (a >= b)", "def f(a, b):\n    return (a > b)"),
        ("def f(x):\n    x.grad.zero_()\n    return x", "def f(x):\n    pass\n    return x"),
        ("def f(x):\n    with torch.no_grad():\n        return g(x)", "def f(x):\n    return g(x)"),
        ("def f(x):\n    return x[1:3]", "def f(x):\n    return x[1:]"),
        ("def f(x):\n    return x, -x", "def f(x):\n    return (-x, x)"),
        ("def f(x):\n    return x * 2", "def f(x):\n    return (x * 2).detach()"),
    ],
)
def test_the_usual_mistake_is_among_the_mutants(solution, mistake):
    """Operators, axes, keepdim, in place and out of place, dropped calls, dtypes, orders: each is tried."""
    assert normal_form(mistake) in codes(solution)


def test_mutants_differ_from_the_solution_and_from_each_other():
    """A docstring or layout is no difference; what cannot be compiled is no mutant."""
    source = 'def f(x, axe):\n    """Une somme."""\n    # un commentaire\n    return x.sum(axe, keepdim=True) + 1\n'
    found = [mutant.code for mutant in mutants(source)]
    assert len(found) == len(set(found)) > 8
    assert normal_form(source) not in found
    for code in found:
        compile(ast.parse(code), "<mutant>", "exec")


def test_a_change_is_shown_as_before_and_after():
    """The author reads the changed line, not the whole solution."""
    (change,) = {m.change for m in mutants("def f(x):\n    y = x\n    return y < 3") if "<=" in m.code}
    assert change == "return y < 3  →  return y <= 3"
