"""The source of one test case alone is what goes inside: all other cases of its file stay outside.

Unless they build on one another by names of their file (`shared_test_state.py`): then they go in together.

Lines keep their numbers. What the case does not use, comments included, is left blank.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from notegrad.judge.otter_tests import LoadedTest

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
_WHOLE = frozenset({"globals", "eval", "exec", "vars"})


def inside_source(test: LoadedTest, index: int) -> tuple[str, str]:
    """The source of the test case at `index`, and its function's name; a doctest has none."""
    body = test.test_file.test_cases[index].body
    if isinstance(body, str):
        return body, ""
    cases = [case.body.test_func.__name__ for case in test.test_file.test_cases]
    if test.shares_state:
        return _whole(test.test_file.source, cases), cases[index]
    return _alone(test.test_file.source, cases[index], cases), cases[index]


def _alone(source: str, function: str, cases: Iterable[str]) -> str:
    """A test file with one of its test functions, without decorators, and what that one uses."""
    tree = ast.parse(source)
    others = frozenset(cases) - {function}
    own = [node for node in tree.body if isinstance(node, _DEFINITIONS) and function in _made(node)][-1:]
    statements = [node for node in tree.body if not (_made(node) & (others | {function}))] + own
    kept = [node for node in statements if node in own or not isinstance(node, _DEFINITIONS)]
    kept = [node for node in kept if not _imports_otter(node)]
    rest = [node for node in statements if isinstance(node, _DEFINITIONS) and node not in own]
    while found := [node for node in rest if _made(node) & _used(kept) or _used(kept) & _WHOLE]:
        kept += found
        rest = [node for node in rest if node not in found]
    return _only_lines(source, kept, own)


def _whole(source: str, cases: Iterable[str]) -> str:
    """A test file without the decorators of its test functions, and without otter."""
    nodes = [node for node in ast.parse(source).body if not _imports_otter(node)]
    return _only_lines(source, nodes, [node for node in nodes if _made(node) & frozenset(cases)])


def _only_lines(source: str, kept: Iterable[ast.stmt], own: Iterable[ast.stmt]) -> str:
    wanted: set[int] = set()
    for node in kept:
        first = min(
            [node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()) if node not in own)]
        )
        wanted.update(range(first, (node.end_lineno or node.lineno) + 1))
    lines = source.split("\n")
    return "\n".join(line if number in wanted else "" for number, line in enumerate(lines, 1))


def _made(node: ast.stmt) -> frozenset[str]:
    """The names that a statement of a module binds; none for what is no definition."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return frozenset({node.name})
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return frozenset(
        part.id
        for target in targets
        if target is not None
        for part in ast.walk(target)
        if isinstance(part, ast.Name)
    )


def _used(nodes: Iterable[ast.stmt]) -> frozenset[str]:
    return frozenset(
        part.id for node in nodes for part in ast.walk(node) if isinstance(part, ast.Name)
    ) | frozenset(part.arg for node in nodes for part in ast.walk(node) if isinstance(part, ast.arg))


def _imports_otter(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").partition(".")[0] == "otter"
    return isinstance(node, ast.Import) and all(
        alias.name.partition(".")[0] == "otter" for alias in node.names
    )
