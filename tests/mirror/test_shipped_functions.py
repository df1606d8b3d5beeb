"""A test's functions work in the sandbox as they do here, and tell nothing there but their operations."""

from __future__ import annotations

import contextlib
import inspect
import traceback
import types

import pytest
import torch

from notegrad.mirror.sides.shipping import pack, unpack

FACTOR = 3.5
seen: list[int] = []


def outer(a, *args, k=2, **kw):
    """SECRET of the docstring."""
    secret_local = a * FACTOR

    def secret_inner(z):
        """SECRET of the inner docstring."""
        return z + secret_local + a + k

    class Kind:
        def shout(self):
            return super().__init__() or secret_local

    try:
        result = [secret_inner(secret_item) * secret_local for secret_item in args]
        with contextlib.nullcontext(3) as secret_bound:
            result.append(secret_bound)
        result.append(Kind().shout())
    except ZeroDivisionError as secret_error:
        raise ValueError from secret_error
    return result, {"a": 1, "b": k}, kw


def generator(n):
    secret_total = 0
    for i in range(n):
        secret_total += i
        yield secret_total


def remembers(n):
    seen.append(n)
    return len(seen)


def fails(x):
    """SECRET."""
    secret_y = x

    return secret_y / 0


for own in (outer, generator, remembers, fails):
    own.__module__ = "__main__"  # as those of a test file, which is no module


def shipped(function):
    known: list[object] = []

    def refer(value: object) -> int:
        known.append(value)
        return len(known) - 1

    data = pack(function, refer)
    return data, unpack(data, known.__getitem__)


CALLS = {
    "nested": (outer, (2, 3, 4), {"k": 5, "other": 1}),
    "generator": (generator, (4,), {}),
    "lambda": (lambda secret_parameter, /: secret_parameter + 1, (3,), {}),
    "library": (torch.sin, (torch.tensor(1.0),), {}),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_function_does_over_there_what_it_does_here(call: str) -> None:
    """Closures, generators, classes, exceptions and defaults survive the loss of their names."""
    function, args, kwargs = CALLS[call]
    copy = shipped(function)[1]
    here, there = function(*args, **kwargs), copy(*args, **kwargs)
    assert list(here) == list(there) if call == "generator" else here == there
    assert str(inspect.signature(copy)) == str(inspect.signature(function)) if call != "library" else True


def test_names_lines_and_docstrings_stay_here() -> None:
    """The bytes of two tests' functions that do the same are the same, wherever and however they were written."""
    for function in (outer, generator, fails):
        data, copy = shipped(function)
        assert b"secret" not in data.lower()
        assert b"test_shipped" not in data
        assert function.__name__.encode() not in data
        assert (copy.__name__, copy.__qualname__, copy.__doc__) == ("f", "f", None)
    one, two = {}, {}
    exec("def first(x):\n    'a'\n    y = x * 2\n    return y + 1", one)
    exec(compile("\n\n\ndef second(x):\n\n    z = x * 2\n\n    return z + 1", "tests/q04.py", "exec"), two)
    assert shipped(one["first"])[0] == shipped(two["second"])[0]


def test_a_trace_through_a_function_can_be_printed() -> None:
    """A student who prints the traceback of a test's function reads a place, and gets no crash."""
    copy = shipped(fails)[1]
    with pytest.raises(ZeroDivisionError) as caught:
        copy(1)
    assert 'File "<test>", line 1, in f' in "".join(traceback.format_exception(caught.value))
    assert isinstance(copy, types.FunctionType)


def test_what_a_function_captures_is_the_same_object() -> None:
    """A list that a function writes to is one list, on both sides by its number."""
    seen.clear()
    copy = shipped(remembers)[1]
    assert (copy(5), remembers(6), seen) == (1, 2, [5, 6])
