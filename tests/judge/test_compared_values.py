"""A visible assertion without words shows its line and what it compared, and runs as it is written."""

from __future__ import annotations

import types

import pytest

from notegrad.judge.compared_values import (
    asked_of_none,
    failing_line,
    is_of_a_call,
    keep_compared,
    line_and_values,
)

SOURCE = """
def test_equal(f):
    x = 2
    assert f(x) == 9

def test_inside(f):
    assert not f(3) in [4,
        6]

def test_call(f):
    assert isinstance(f(1), str)

def test_words(f):
    assert f(1) == 3, "words"

def test_order(f, seen=[]):
    seen.append("a")
    assert f(len(seen)) == f(2) < 5 != f(9)
"""


def failed(name: str, f=lambda x: 2 * x) -> AssertionError:
    names: dict[str, object] = {}
    exec(compile(SOURCE, "q1.py", "exec"), names)
    function = names[name]
    keep_compared(function, SOURCE)  # type: ignore[arg-type]
    with pytest.raises(AssertionError) as caught:
        function(f)  # type: ignore[operator]
    return caught.value


@pytest.mark.parametrize(
    ("name", "line", "values"),
    [
        ("test_equal", "assert f(x) == 9", ["f(x) = 4"]),
        ("test_inside", "assert not f(3) in [4, 6]", ["f(3) = 6"]),
        ("test_call", "assert isinstance(f(1), str)", ["f(1) = 2"]),
        ("test_order", "assert f(len(seen)) == f(2) < 5 != f(9)", ["f(len(seen)) = 2", "f(2) = 4"]),
    ],
)
def test_line_and_values_are_those_of_the_assertion(name: str, line: str, values: list[str]) -> None:
    """What stood left and right is shown as the test has it; what was not reached is not."""
    assert line_and_values(failed(name), SOURCE) == (line, values)


def test_an_assertion_with_words_is_left_alone() -> None:
    """The author's own words need no values beside them."""
    assert str(failed("test_words")) == "words"


def test_each_part_is_asked_once() -> None:
    """An answer is called as often, and in the same order, as the test calls it."""
    calls: list[int] = []
    failed("test_order", lambda x: calls.append(x) or 2 * x)
    assert calls == [1, 2]


@pytest.mark.parametrize(
    ("body", "line", "call"),
    [
        ("r = f(3)\n    assert r.size, f'wrong: {r}'", "assert f(3).size", "f(3)"),
        ("r = f(3)\n    r = r\n    assert r.size, 'wrong'", "assert r.size", ""),
        ("assert f(3).size == 1, 'wrong'", "assert f(3).size == 1", "f(3)"),
        ("assert f(3).size == 1", "assert f(3).size == 1", "f(3)"),
        ("y = f(3)\n    y.size()", "y.size()", "f(3)"),
        ("y = f(3).size", "y = f(3).size", "f(3)"),
    ],
)
def test_a_line_on_which_a_test_stopped_tells_what_was_called(body: str, line: str, call: str) -> None:
    """The line stands without the words of a failure that it did not come to, and names the call that gave None."""
    source = f"def test_it(f):\n    {body}\n"
    names: dict = {}
    exec(compile(source, "test_it.py", "exec"), names)
    with pytest.raises(AttributeError) as stopped:
        names["test_it"](lambda _: None)
    assert failing_line(stopped.value, source) == line
    assert asked_of_none(stopped.value, source) == call


@pytest.mark.parametrize(
    ("body", "is_it"),
    [
        ("f(3).size", True),
        ("r = f(3)\n    r.size\ndef test_more(f):\n    r = f(4)", True),
        ("r = f(3)\n    r = r\n    r.size", False),
        ("x = kept\n    x.grad.size", False),
        ("g = kept.grad\n    g.size", False),
    ],
)
def test_a_gradient_that_was_erased_is_no_missing_return(body: str, is_it: bool) -> None:
    """Only where each value that a name is given comes of a call is a None said to be that call's."""
    source = f"def test_it(f):\n    {body}\n"
    names: dict = {"kept": types.SimpleNamespace(grad=None)}
    exec(compile(source, "test_it.py", "exec"), names)
    with pytest.raises(AttributeError) as stopped:
        names["test_it"](lambda _: None)
    assert is_of_a_call(stopped.value, source) == is_it
