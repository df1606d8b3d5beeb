"""The names of a doctest are fetched from the notebook, as Python would look them up in one process."""

from __future__ import annotations

import builtins
from types import ModuleType
from typing import Any

from notegrad.judge.otter_tests import LoadedTest
from notegrad.judge.own_imports import own_imports, usual_imports
from notegrad.mirror import Mirror, ObservationError
from notegrad.settings import Handout

_OF_THE_SHELL = frozenset({"In", "Out", "exit", "quit", "get_ipython", "open"})
_BUILTINS = frozenset(dir(builtins))


def names_of_doctest(
    test: LoadedTest, index: int, mirror: Mirror, handout: Handout | None
) -> dict[str, Any] | None:
    """What a doctest's names stand for; None where the test case is a function.

    The notebook's own builtins go before Python's where the test case asks for nothing else of the notebook:
    it is then the exercise to write them. Elsewhere they would decide about other answers.
    """
    wanted = test.doctests[index]
    if wanted is None:
        return None
    names = set(wanted.needs | wanted.may_use)
    body = test.test_file.test_cases[index].body
    ours = own_imports(names, handout)
    if handout is None:
        ours |= usual_imports(body, names, test.question.asks_for)
    if wanted.needs - set(ours) or wanted.wants_all:
        names -= _BUILTINS
    found = mirror.get(sorted(names - set(ours))) | ours
    return {**_whole(mirror, set(found)), **found} if wanted.wants_all else found


def _whole(mirror: Mirror, known: set[str]) -> dict[str, Any]:
    """All other names of the notebook that can be had, but for the shell's and Python's own."""
    found: dict[str, Any] = {}
    for name in mirror.names():
        if name.startswith("_") or name in known | _OF_THE_SHELL | _BUILTINS:
            continue
        try:
            found |= mirror.get((name,))
        except ObservationError:  # it is asked for by no name of the doctest's
            continue
    return {name: value for name, value in found.items() if not isinstance(value, ModuleType)}
