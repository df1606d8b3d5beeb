"""Names that the code cells of a notebook define, found without running them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

_MAGIC = re.compile(r"^([ \t]*)[%!?].*", re.MULTILINE)
# Of a cell that does not parse, what stands at the left edge.
_AT_THE_EDGE = re.compile(
    r"^(?:(?:async[ \t]+)?def[ \t]+(\w+)|class[ \t]+(\w+)|(\w+)[ \t]*(?::[^=\n]{0,200})?=(?!=))", re.MULTILINE
)
_INNER = ("body", "orelse", "finalbody")


def defined_names(cells: Sequence[str]) -> dict[str, list[int]]:
    """By each name that a cell binds at its top level, the indices of the cells that do."""
    found: dict[str, list[int]] = {}
    for index, cell in enumerate(cells):
        for name in dict.fromkeys(_names(cell)):
            found.setdefault(name, []).append(index)
    return found


def is_blank(cell: str, name: str) -> bool:
    """Whether what a cell puts last under a name is only a place for an answer: `...`, or nothing."""
    body = _parsed(cell)
    last = next((s for s in reversed(list(_top_level(body or []))) if name in _bound(s)), None)
    if isinstance(last, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return all(_says_nothing(statement) for statement in last.body)
    if isinstance(last, ast.Assign | ast.AnnAssign):
        return last.value is None or _is_ellipsis(last.value)
    return False


def _says_nothing(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Pass | ast.Raise):
        return True
    if isinstance(statement, ast.Return):
        return statement.value is None or _is_ellipsis(statement.value)
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_ellipsis(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is ...


def _names(cell: str) -> Iterator[str]:
    body = _parsed(cell)
    if body is None:
        for match in _AT_THE_EDGE.finditer(cell):
            yield next(name for name in match.groups() if name)
        return
    for statement in _top_level(body):
        yield from _bound(statement)


def _parsed(cell: str) -> list[ast.stmt] | None:
    try:
        return ast.parse(_MAGIC.sub(r"\1pass", cell)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _top_level(statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a cell, and those inside of its `if`, `try`, `with` and loops."""
    for statement in statements:
        yield statement
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for field in _INNER:
                yield from _top_level(getattr(statement, field, []))
            for handler in getattr(statement, "handlers", []):
                yield from _top_level(handler.body)


def _bound(statement: ast.stmt) -> Iterator[str]:
    """The names that one statement binds, imports apart: every notebook has those."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
        return
    targets: list[ast.AST] = []
    if isinstance(statement, ast.Assign):
        targets = list(statement.targets)
    elif isinstance(statement, ast.AnnAssign | ast.AugAssign | ast.For | ast.AsyncFor):
        targets = [statement.target]
    elif isinstance(statement, ast.With | ast.AsyncWith):
        targets = [item.optional_vars for item in statement.items if item.optional_vars is not None]
    for target in targets:
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
