"""Names of a test's functions are passed with them where the test speaks of these, and nowhere else."""

from __future__ import annotations

from notegrad.judge.names_told import names_told


def test_a_function_keeps_its_name_where_the_test_asks_for_names() -> None:
    """A decorator is right where `__name__` is what it was: it must then be there."""
    asked = names_told(
        "def test(f):\n    @f\n    def add(): 'Adds.'\n    assert add.__name__ == 'add' and add.__doc__\n"
    )
    assert asked.all and asked.docs


def test_a_name_among_the_texts_of_a_test_is_told() -> None:
    """What an answer prints may hold the name of what it was given."""
    asked = names_told(
        "def test(f):\n    def add(): pass\n    def other(): pass\n    assert f(add) == 'calling add'\n"
    )
    assert asked.names == {"add"}
    assert not asked.all
    assert not asked.docs


def test_a_doctest_tells_what_it_expects() -> None:
    """In a doctest the texts are the outputs."""
    asked = names_told(">>> def area(r): return r\n>>> def other(): pass\n>>> traced(area)(2)\narea(2)\n")
    assert asked.names == {"area"}


def test_other_names_are_kept_back() -> None:
    """A name says which test runs, so it stays here without need."""
    asked = names_told("def test(f):\n    def hidden_case(x): return x\n    assert f(hidden_case) == 1\n")
    assert asked.names == frozenset()
    assert not asked.all
