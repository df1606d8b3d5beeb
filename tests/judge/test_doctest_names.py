"""Names of a doctest are the notebook's or its own, as Python's scopes say."""

from __future__ import annotations

import pytest

from notegrad.judge.doctest_names import doctest_names


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        (">>> x = x + 1\n>>> x", {"x"}),
        (">>> total += 1", {"total"}),
        (">>> def test(sieve):\n...     return sieve(10)\n>>> test(sieve)", {"sieve"}),
        (">>> [v for v in f()]", {"f"}),
        (">>> (lambda f: f(a))(f)", {"a", "f"}),
        (">>> for i in range(n):\n...     print(i)", {"n"}),
        (">>> import math\n>>> math.pi", set()),
        (">>> def twice(y):\n...     return twice(y - 1) if y else g()", {"g"}),
        (">>> class A(Base):\n...     kept = made", {"Base", "made"}),
    ],
)
def test_a_doctest_needs_what_it_reads_before_it_makes_it(text: str, needs: set[str]) -> None:
    """A name that a doctest binds itself is the notebook's until then, and a parameter is never it."""
    assert doctest_names(text).needs == needs


def test_builtins_are_the_notebooks_to_shadow_but_for_those_that_look_at_types() -> None:
    """The notebook's own `sum` may stand for `sum`, while `isinstance` stays Python's."""
    assert doctest_names(">>> isinstance(sum([1]), int)").may_use == {"sum", "int"}


def test_a_look_at_the_whole_namespace_is_known() -> None:
    """A doctest that calls globals() is given all names."""
    assert doctest_names(">>> 'x' in globals()").wants_all
    assert not doctest_names(">>> x").wants_all
