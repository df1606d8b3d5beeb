"""Test files that are watched: the same lines, which keep the values that their assertions compare."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from notegrad.probes.seen_values import KEPT
from notegrad.verify.insertions import Insertion, around, around_function, case_decorators, inserted

_IMPORT = "from notegrad.probes.failing_line import watched as _notegrad_watched; "
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_UNTOLD = (ast.Constant, ast.Name, ast.JoinedStr, ast.Lambda, ast.Starred, ast.NamedExpr, ast.GeneratorExp)
_MODULES = ("torch", "np", "numpy", "expect", "math")


def watched_source(source: str, path: str) -> str:
    """Return the text of a test file whose functions write a `FailingLine` into the file at `path`.

    No line is added or taken, so that line numbers stay. A file of doctests comes back as it is.
    """
    tree = ast.parse(source)
    insertions: list[Insertion] = []
    for function, decorator in case_decorators(tree):
        names: dict[int, dict[str, str]] = {}
        for number, (statement, expression) in enumerate(_told(function.body)):
            kept, shown = f"{KEPT}{number}", ast.unparse(expression)
            names.setdefault(statement.lineno, {})[kept] = shown
            insertions += around(expression, f"({kept} := (", "))", number)
        for statement in _statements(function.body):
            at = names.setdefault(statement.lineno, {})
            at.update({name: name for name in _names(statement) if name not in at})
        names = {line: _without_twice(at) for line, at in names.items()}
        watch = f"_notegrad_watched({path!r}, {names!r})"
        insertions += around_function(decorator, watch)
    if not insertions:
        return source
    return _IMPORT + inserted(source, insertions)


def statements_of(function: ast.FunctionDef) -> list[ast.stmt]:
    """Return the statements of a function in the order of the text, nested ones too."""
    return list(_statements(function.body))


def _told(body: Sequence[ast.stmt]) -> Iterator[tuple[ast.stmt, ast.expr]]:
    """Yield what a statement compares or passes to a check, with the statement."""
    for statement in _statements(body):
        if isinstance(statement, ast.Assert):
            yield from ((statement, each) for each in _sides(statement.test))
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            yield from ((statement, each) for each in _arguments(statement.value))


def _sides(test: ast.expr) -> Iterator[ast.expr]:
    if isinstance(test, ast.BoolOp):
        for value in test.values:
            yield from _sides(value)
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _sides(test.operand)
    elif isinstance(test, ast.Compare):
        yield from (each for each in (test.left, *test.comparators) if not isinstance(each, _UNTOLD))
    elif isinstance(test, ast.Call) and test.args:
        yield from _arguments(test)
    elif not isinstance(test, _UNTOLD):
        yield test


def _arguments(call: ast.Call) -> Iterator[ast.expr]:
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        if isinstance(argument, ast.Compare | ast.BoolOp | ast.UnaryOp):
            yield from _sides(argument)
        elif not isinstance(argument, _UNTOLD):
            yield argument


def _statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        if not isinstance(statement, _SCOPES):
            for block in ("body", "orelse", "finalbody"):
                yield from _statements(getattr(statement, block, []))
            for handler in getattr(statement, "handlers", []):
                yield from _statements(handler.body)


def _names(statement: ast.stmt) -> list[str]:
    """Return the variables that the line itself reads or sets, not those of the blocks below it."""
    parts: list[ast.AST] = [statement]
    if isinstance(statement, ast.For):
        parts = [statement.target, statement.iter]
    elif isinstance(statement, ast.If | ast.While):
        parts = [statement.test]
    elif isinstance(statement, ast.With):
        parts = [item.context_expr for item in statement.items]
    elif isinstance(statement, (*_SCOPES, ast.Import, ast.ImportFrom, ast.Try)):
        parts = []
    called = {
        n.func.id
        for p in parts
        for n in ast.walk(p)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }
    found = [n.id for p in parts for n in ast.walk(p) if isinstance(n, ast.Name)]
    return [name for name in dict.fromkeys(found) if name not in called and name not in _MODULES]


def _without_twice(names: dict[str, str]) -> dict[str, str]:
    seen: dict[str, str] = {}
    for name, shown in names.items():
        if shown not in seen.values():
            seen[name] = shown
    return seen
