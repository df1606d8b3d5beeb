"""Test functions of a file may build on one another by what they keep in the file's own names.

`global FIRST` in one, `assert loss < FIRST / 2` in the next, or a list that each appends to: with otter the
file is loaded once, and its functions run in order. So such cases are judged in one place, and objects of the
notebook that one of them kept are known to those after it.
"""

from __future__ import annotations

import ast

from notegrad.judge.parsed_tests import once_a_source

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_CHANGING = frozenset(
    {
        *("add", "append", "appendleft", "clear", "difference_update", "discard", "extend", "extendleft"),
        *("insert", "intersection_update", "pop", "popitem", "popleft", "remove", "reverse", "setdefault"),
        *("sort", "symmetric_difference_update", "update"),
    }
)
"""Methods of Python's containers that change them."""


@once_a_source
def shares_state(source: str) -> bool:
    """Whether functions of a test file change what its own names stand for; not for a doctest."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    names = {name for node in body for name in _bound(node)}
    return any(_changes(node, names) for node in body if isinstance(node, (*_FUNCTIONS, ast.ClassDef)))


def _bound(statement: ast.stmt) -> list[str]:
    if isinstance(statement, (*_FUNCTIONS, ast.ClassDef)):
        return [statement.name]
    nodes = ast.walk(statement)
    return [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


def _changes(definition: ast.stmt, names: set[str]) -> bool:
    nodes = list(ast.walk(definition))
    if any(isinstance(n, ast.Global) or (isinstance(n, ast.Name) and n.id == "globals") for n in nodes):
        return True
    own = {node.arg for node in nodes if isinstance(node, ast.arg)}
    own |= {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return any(_changed_by(node) in names - own for node in nodes)


def _changed_by(node: ast.AST) -> str:
    """The name whose object a node changes; "" for none."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return _root(node.func.value) if node.func.attr in _CHANGING else ""
    if isinstance(node, (ast.Subscript, ast.Attribute)) and not isinstance(node.ctx, ast.Load):
        return _root(node.value)
    return ""


def _root(node: ast.AST) -> str:
    while isinstance(node, (ast.Subscript, ast.Attribute)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
