"""Pure functions make the French sentences of failed expectations: actual before expected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

MAX_VALUE_LENGTH = 40
"""Characters of one shown value; a student's huge integer or string is cut there."""


def fail(message: str) -> NoReturn:
    """Raise AssertionError: the expectation that this message speaks of is not met."""
    raise AssertionError(message)


def require(condition: object, message: str) -> None:
    """Expects a condition to hold, with a sentence for the student where it does not.

    A test's own `assert` is shown to staff only; this sentence stands beside the test case's failure message.

    Args:
        condition: Anything; it is asked for its truth.
        message: One sentence on the fact that failed, in the course's language.

    Raises:
        AssertionError: The condition does not hold.

    Example:
        >>> expect.require(torch.ones(3).sum() == 3, "La somme est fausse.")
        >>> expect.require([] == [1], "La liste est vide au lieu d’avoir un élément.")
        Traceback (most recent call last):
            ...
        AssertionError: La liste est vide au lieu d’avoir un élément.
    """
    if not condition:
        fail(message)


def shown(value: object) -> str:
    """A value as a student reads it: short."""
    text = repr(value)
    return text if len(text) <= MAX_VALUE_LENGTH else text[: MAX_VALUE_LENGTH - 1] + "…"


def shown_apart(actual: object, expected: object) -> tuple[str, str]:
    """Two values as a student reads them: floats with as few digits as tell them apart, six at least."""
    if not (isinstance(actual, float) and isinstance(expected, float)):
        return shown(actual), shown(expected)
    for digits in range(6, 17):
        pair = tuple(repr(float(f"{value:.{digits}g}")) for value in (actual, expected))
        if pair[0] != pair[1]:
            return pair[0], pair[1]
    return shown(actual), shown(expected)


def place(name: str, index: Sequence[int]) -> str:
    """`X[0, 1]`; after a name of several words, `Le résultat, en [0, 1],`; the bare name without axes."""
    if not index:
        return name
    cell = f"[{', '.join(map(str, index))}]"
    return f"{name}{cell}" if name.isidentifier() else f"{name}, en {cell},"


def type_message(name: str, actual: type, expected: str) -> str:
    """Another type than the wanted one; None gets the likely cause."""
    if actual is type(None):
        return f"{name} est None : il manque sans doute un return."
    return f"{name} est de type {actual.__name__} au lieu de {expected}."


def shape_message(name: str, actual: Sequence[int], expected: Sequence[int]) -> str:
    """Another shape than the wanted one, with the difference in axes where there is one."""
    text = f"{name} est de forme {tuple(actual)} au lieu de {tuple(expected)}"
    surplus = len(actual) - len(expected)
    if surplus == 0:
        return f"{text}."
    number = "un axe" if abs(surplus) == 1 else f"{abs(surplus)} axes"
    return f"{text} : {number} {'de trop' if surplus > 0 else 'de moins'}."


def dtype_message(name: str, actual: object, expected: object) -> str:
    """Another dtype than the wanted one."""
    names = [str(dtype).removeprefix("torch.") for dtype in (actual, expected)]
    return f"{name} est de dtype {names[0]} au lieu de {names[1]}."


def device_message(name: str, actual: object, expected: object) -> str:
    """Another device than the wanted one."""
    return f"{name} est sur l’appareil « {actual} » au lieu de « {expected} »."


def value_message(
    name: str, index: Sequence[int], actual: object, expected: object, *, wrong: int, total: int
) -> str:
    """The first wrong cell with both values, and how many are wrong."""
    text = f"{place(name, index)} vaut {' au lieu de '.join(shown_apart(actual, expected))}"
    if total <= 1:
        return f"{text}."
    cells = "1 case fausse" if wrong == 1 else f"{wrong} cases fausses"
    return f"{text} ({cells} sur {total})."


def changed_message(name: str, index: Sequence[int], actual: object, expected: object) -> str:
    """An argument that should have stayed as it was has other values."""
    return (
        f"Après l’appel, {place(name, index)} est passé de {shown(expected)} à {shown(actual)} : "
        "votre fonction a écrit dans son argument."
    )


def call_message(error: BaseException) -> str:
    """The student's function raised: the type and the first line of torch's own text."""
    lines = str(error).strip().splitlines()
    first = lines[0][:200] if lines else ""
    return f"{type(error).__name__} : {first}" if first else type(error).__name__
