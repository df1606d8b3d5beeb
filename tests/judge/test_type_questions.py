"""Questions for the identity of a type, as a test asks them and as they are asked of what stands for objects."""

from __future__ import annotations

import pytest

from notegrad.judge.type_questions import asked_by_equality


@pytest.mark.parametrize(
    ("asked", "instead"),
    [
        ("assert type(x) is Linear", "assert type(x) == Linear"),
        ("assert type(x) is not Linear, 'type(x) is wrong'", "assert type(x) != Linear, 'type(x) is wrong'"),
        ("assert (type(x)) is (Linear)", "assert (type(x)) == (Linear)"),
        ("assert Dog is type(x) is type(y)", "assert Dog == type(x) == type(y)"),
        ("é = x.y.__class__ is Dog; z = type(x) is Dog", "é = type(x.y) == Dog; z = type(x) == Dog"),
        ("assert x.__class__ == Dog", "assert type(x) == Dog"),
        ("assert issubclass(type(x), (A, B))", "assert isinstance(x, (A, B))"),
        ("assert issubclass(f(x).__class__, A)", "assert isinstance(f(x), A)"),
        (">>> type(x) is int\nTrue\n", ">>> type(x) == int\nTrue\n"),
    ],
)
def test_identity_is_asked_as_equality(asked: str, instead: str) -> None:
    """An object of the notebook's is of a class by claim: `is` would never be true of it."""
    assert asked_by_equality(asked) == instead


@pytest.mark.parametrize(
    "source",
    [
        "assert x is y",
        "assert type(x) is None",
        "assert issubclass(A, B)",
        "self.__class__ = Dog",
        "x = type('A', (), {})",
        "assert type(x) in (A, B)",
        "this is no Python",
    ],
)
def test_other_questions_stay(source: str) -> None:
    """What is no question for a type's identity is left as the author wrote it."""
    assert asked_by_equality(source) == source
