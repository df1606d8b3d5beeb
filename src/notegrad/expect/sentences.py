"""Pure functions make the facts of failed expectations, actual before expected; the judge makes sentences."""

from __future__ import annotations

import types
from collections.abc import Sequence
from typing import Any, NoReturn, TypeAlias

from notegrad.messages import Message

MAX_VALUE_LENGTH = 40
"""Characters of one shown value; a student's huge integer or string is cut there."""

MAX_ERROR_LENGTH = 200
"""Characters of what an error says; it is cut after a whole word."""

FLOAT32_STEP = 2.0**-22
"""The relative difference that a few operations in float32 make."""

KIND_ATTRIBUTE = "__notegrad_kind__"
"""A stub of an object that lives elsewhere says so of which kind and name that is."""

Name: TypeAlias = "str | Message"

RESULT = Message("expect_result")

_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType)


class Expectation(AssertionError):  # noqa: N818 - what was expected, and did not come
    """Says that an expectation is not met: a key with facts.

    Its text is French, as the courses' are that run under plain otter; the judge names the course's language.
    """

    def __init__(self, said: Message) -> None:
        super().__init__(said.text("fr"))
        self.said, self.language = said, "fr"

    def __str__(self) -> str:
        """The sentence in the language of the course."""
        return self.said.text(self.language)


# In a traceback it is what a test's author knows: an assertion that does not hold.
Expectation.__name__ = Expectation.__qualname__ = "AssertionError"
Expectation.__module__ = "builtins"


def fail(key: str, *, cause: BaseException | None = None, **facts: object) -> NoReturn:
    """Raise Expectation: the sentence `key` says of these facts what is not as wanted."""
    raise Expectation(Message(key, **facts)) from cause


def require(condition: object, message: str) -> None:
    """Expects a condition to hold, with a sentence for the student where it does not.

    A test's own `assert` is shown to staff only; this sentence stands beside the test case's failure message.

    Args:
        condition: Anything; it is asked for its truth.
        message: One sentence on the fact that failed, in the course's language.

    Raises:
        AssertionError: The condition does not hold.

    Example:
        >>> expect.require(torch.ones(3).sum() == 3, "The sum is wrong.")
        >>> expect.require([] == [1], "The list is empty.")
        Traceback (most recent call last):
            ...
        AssertionError: The list is empty.
    """
    if not condition:
        raise AssertionError(message)


def named(name: str, otherwise: Message = RESULT) -> Name:
    """The subject of a sentence: the name that the test gives, or else the result."""
    return name or otherwise


def shown(value: object) -> str:
    """A value as a student reads it: short."""
    text = repr(value)
    return text if len(text) <= MAX_VALUE_LENGTH else text[: MAX_VALUE_LENGTH - 1] + "\N{HORIZONTAL ELLIPSIS}"


def shown_apart(actual: object, expected: object) -> tuple[str, str]:
    """Two values as a student reads them: floats with as few digits as tell them apart, six at least."""
    if not (isinstance(actual, float) and isinstance(expected, float)):
        return shown(actual), shown(expected)
    for digits in range(6, 17):
        pair = tuple(repr(float(f"{value:.{digits}g}")) for value in (actual, expected))
        if pair[0] != pair[1]:
            return pair[0], pair[1]
    return shown(actual), shown(expected)


def place(name: Name, index: Sequence[int]) -> Name:
    """`X[0, 1]`; after a name of several words, `The result, at [0, 1],`; the bare name without axes."""
    if not index:
        return name
    cell = ", ".join(map(str, index))
    if not isinstance(name, str):
        return Message("expect_cell_of", name=name, index=cell)
    if name.isidentifier():
        return Message("expect_cell", name=name, index=cell)
    # a name that closes an aside ends with a comma, and so does the sentence's own aside
    return Message("expect_cell_of", name=name.removesuffix(","), index=cell)


def fail_type(name: Name, actual: object, expected: str) -> NoReturn:
    """Raise Expectation: a value of another type than the wanted one; what has a likely cause gets it."""
    kind, called = kind_of(actual)
    if actual is None:
        fail("expect_none", name=name)
    if kind in ("function", "method") and not called.isidentifier():  # of a lambda
        fail("expect_some_function", name=name)
    if kind in ("function", "method"):
        fail(f"expect_{kind}", name=name, function=called)
    if type(actual) is tuple and len(actual) > 1 and expected != "tuple":
        fail("expect_tuple", name=name, actual=called, expected=expected)
    if kind == "several":
        parts = ", ".join(_fields(actual))
        fail("expect_several", name=name, function=called, parts=parts)
    fail("expect_type", name=name, actual=called, expected=expected)


def kind_of(value: object) -> tuple[str, str]:
    """The kind of a value, and its type's or its own name, as whoever wrote the answer knows it.

    Kinds are `function`, `method`, `several` (what torch gives for two results at once) and `object`.
    """
    told: Any = getattr(type(value), KIND_ATTRIBUTE, None)
    if told is not None:
        kind, name = told.__get__(value)
        return str(kind), str(name)
    if isinstance(value, _FUNCTIONS):
        owner = getattr(value, "__self__", None)
        is_bound = owner is not None and not isinstance(owner, types.ModuleType)
        return "method" if is_bound else "function", str(value.__name__)
    if type(value).__module__ == "torch.return_types":
        return "several", type(value).__name__
    return "object", type(value).__name__


def _fields(value: object) -> list[str]:
    """The names of the parts of what torch returns for two results at once."""
    kind: Any = type(value)
    return list(getattr(kind, "__match_args__", ()))[: getattr(kind, "n_fields", 0)]


def fail_shape(name: Name, actual: Sequence[int], expected: Sequence[int]) -> NoReturn:
    """Raise Expectation: another shape than the wanted one, with the difference in axes."""
    surplus = len(actual) - len(expected)
    key = "expect_shape" if not surplus else "expect_shape_more" if surplus > 0 else "expect_shape_less"
    fail(key, name=name, actual=tuple(actual), expected=tuple(expected), count=abs(surplus))


def fail_dtype(name: Name, actual: object, expected: object) -> NoReturn:
    """Raise Expectation: another dtype than the wanted one."""
    raise Expectation(dtype_message(name, actual, expected))


def dtype_message(name: Name, actual: object, expected: object) -> Message:
    """Another dtype than the wanted one."""
    return Message("expect_dtype", name=name, actual=dtype_name(actual), expected=dtype_name(expected))


def dtype_name(dtype: object) -> str:
    """The name of a dtype as both libraries write it."""
    return str(dtype).removeprefix("torch.")


def fail_value(
    name: Name, index: Sequence[int], actual: object, expected: object, *, wrong: int, total: int
) -> NoReturn:
    """Raise Expectation: the first wrong cell with both values, and how many are wrong."""
    seen, wanted = shown_apart(actual, expected)
    close = Message("expect_close" if _is_close(actual, expected) else "nothing")
    key = "expect_value" if total <= 1 else "expect_value_of"
    fail(key, place=place(name, index), actual=seen, expected=wanted, wrong=wrong, total=total, close=close)


def _is_close(actual: object, expected: object) -> bool:
    """Whether two floats differ by what float32 rounds off, where more was asked for."""
    if not isinstance(actual, float) or not isinstance(expected, float):
        return False
    return 0 < abs(actual - expected) <= FLOAT32_STEP * abs(expected)


def said_by(error: BaseException) -> Message:
    """What the student's function raised: the type, and what it says in one line."""
    name = getattr(error, "type_name", "") or type(error).__name__
    text = one_line(str(error).removeprefix(f"{name}: "))
    return Message("error_said" if text else "error_unsaid", type=name, text=text)


def one_line(text: str, limit: int = MAX_ERROR_LENGTH) -> str:
    """The first paragraph of a text in one line, cut after a whole word where it is longer than `limit`."""
    first = " ".join(text.strip().split("\n\n", 1)[0].split())
    if len(first) <= limit:
        return first
    head = first[:limit].rsplit(" ", 1)[0] if " " in first[:limit] else first[:limit]
    return head.rstrip(" ,;:(") + " \N{HORIZONTAL ELLIPSIS}"
