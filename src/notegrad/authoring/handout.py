"""The names that a master notebook gives to libraries and to classes of its own.

A hidden test uses them as the handout does, and the student's notebook may have put anything under them: the
judge asks libraries of its own, and objects of a student's class only where the handout has such a class.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from notegrad.settings import Handout

_MAGIC = re.compile(r"^([ \t]*)[%!].*", re.MULTILINE)


def read_handout(cells: Sequence[str], words: Collection[str]) -> Handout:
    """The names in the code cells of a master notebook with its solutions; cells that do not parse have none.

    Only `words` count, those of the tests. So does an import where this machine has the module, and where no
    cell puts something else under the name.
    """
    statements = [statement for cell in cells for statement in _top_level(_parsed(cell))]
    imports = {name: path for statement in statements for name, path in _imports(statement, words)}
    given = {name for statement in statements for name in _given(statement)}
    classes = {statement.name for statement in statements if isinstance(statement, ast.ClassDef)}
    makers = {
        statement.name
        for statement in statements
        if isinstance(statement, ast.FunctionDef) and _returns_object(statement, classes)
    }
    objects = {
        name
        for statement in statements
        if isinstance(statement, ast.Assign) and _called(statement.value) in classes | makers
        for name in _given(statement)
    }
    return Handout(
        imports={name: imports[name] for name in sorted(imports.keys() - given) if name in words},
        given=tuple(sorted(given & set(words))),
        classes=tuple(sorted((classes | makers | objects) & set(words))),
    )


def _parsed(cell: str) -> list[ast.stmt]:
    try:
        return ast.parse(_MAGIC.sub(r"\1pass", cell)).body
    except (SyntaxError, ValueError):
        return []


def _top_level(statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a cell, and those inside of its `if`, `try`, `with` and loops."""
    for statement in statements:
        yield statement
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for field in ("body", "orelse", "finalbody"):
                yield from _top_level(getattr(statement, field, []))
            for handler in getattr(statement, "handlers", []):
                yield from _top_level(handler.body)


def _imports(statement: ast.stmt, words: Collection[str]) -> Iterator[tuple[str, str]]:
    """The names that an import binds, and what each stands for."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            path = alias.name if alias.asname else alias.name.partition(".")[0]
            if _is_here(path):
                yield alias.asname or path, path
    elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
        if not _is_here(statement.module):
            return
        for alias in statement.names:
            names = _public(statement.module) & set(words) if alias.name == "*" else {alias.name}
            for name in names:
                yield alias.asname or name, f"{statement.module}:{name}"


def _is_here(module: str) -> bool:
    """Whether this machine has the top package of a module; a file beside the notebook is none."""
    try:
        return importlib.util.find_spec(module.partition(".")[0]) is not None
    except (ImportError, ValueError):
        return False


def _public(module: str) -> set[str]:
    """The names that a star imports from a module."""
    found = importlib.import_module(module)
    return set(getattr(found, "__all__", None) or (n for n in vars(found) if not n.startswith("_")))


def _given(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement other than an import binds."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            for node in ast.walk(target):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    yield node.id


def _returns_object(function: ast.FunctionDef, classes: set[str]) -> bool:
    """Whether a function returns, by what it says, an object of one of the notebook's own classes."""
    made = {
        name
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and _called(node.value) in classes
        for name in _given(node)
    }
    own = {node.name for node in ast.walk(function) if isinstance(node, ast.ClassDef)}
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            name = node.value.id if isinstance(node.value, ast.Name) else ""
            if name in made | own or _called(node.value) in classes | own:
                return True
    return False


def _called(value: ast.expr) -> str:
    """The name of what an expression calls; empty where it is no call of a name."""
    return value.func.id if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""
