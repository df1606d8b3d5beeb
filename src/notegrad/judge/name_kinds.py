"""The kind of a name that a test needs: a function where the test calls it, else a variable."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from notegrad.expect.sentences import kind_of
from notegrad.judge.parsed_tests import nodes_of, once_a_source
from notegrad.mirror.objects.exceptions import is_remote
from notegrad.records import NameKind

MAX_TYPE_CHARACTERS = 40


def kinds(names: Iterable[str], source: str) -> dict[str, NameKind]:
    """The kind of each name by its use in the source of a test."""
    functions = _used_as_functions(source)
    return {name: "function" if name in functions else "variable" for name in names}


def values_called(environment: object, source: str, error: BaseException | None) -> dict[str, str]:
    """The names that a test calls and that hold what cannot be called, with its type's name.

    Asked where the test stopped on just that: a function's name that the notebook gave to another value.
    """
    if not isinstance(error, TypeError) or is_remote(error) or not isinstance(environment, dict):
        return {}
    held = {name: environment[name] for name in _used_as_functions(source) if name in environment}
    return {name: shown_type(value) for name, value in held.items() if not callable(value)}


def shown_type(value: object) -> str:
    """The name of a value's type as whoever wrote it knows it, short."""
    return kind_of(value)[1][:MAX_TYPE_CHARACTERS]


@once_a_source
def _used_as_functions(source: str) -> frozenset[str]:
    try:
        calls = [node for node in nodes_of(source) if isinstance(node, ast.Call)]
    except SyntaxError:
        return frozenset()
    called = {node.func.id for node in calls if isinstance(node.func, ast.Name)}
    return frozenset(called) | _handed_on(calls)


def _handed_on(calls: Iterable[ast.Call]) -> frozenset[str]:
    """The names that are the first argument of a function of `notegrad.expect`, which calls it."""
    return frozenset(
        node.args[0].id
        for node in calls
        if isinstance(node.func, ast.Attribute)
        and node.func.attr in _CALLERS
        and node.args
        and isinstance(node.args[0], ast.Name)
    )


_CALLERS = frozenset(
    {
        "allocated_bytes",
        "assert_gradients",
        "assert_no_loop",
        "operations",
        "works_on_accelerator",
        "works_on_meta",
        "raises",
        "map",
    }
)
