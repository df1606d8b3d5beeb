"""Names that a piece of code needs from outside, and names that a notebook gives; nothing is run."""

from __future__ import annotations

import builtins
import re
import symtable
from collections.abc import Iterator, Sequence

from notegrad.records import Record

_MAGIC = re.compile(r"^([ \t]*)[%!?].*", re.MULTILINE)
# Code that binds names of which nothing stands in the cell.
_OPEN = re.compile(
    r"^[ \t]*(%run|%load|%pylab|from\s.*import\s*\*)|\b(exec|globals|setattr)\s*\(", re.MULTILINE
)
_MODULE_NAMES = ("__name__", "__file__", "__doc__", "__builtins__", "__spec__", "__loader__", "__package__")


class NotebookNames(Record, frozen=True, kw_only=True):
    """The names that cells bind, imports apart from the others; `complete`: whether these are all."""

    given: frozenset[str]
    imported: dict[str, str]
    complete: bool


def without_magics(source: str) -> str:
    """The source of a cell as Python, with a `pass` for each line that is IPython's."""
    return _MAGIC.sub(r"\1pass", source)


def notebook_names(cells: Sequence[str]) -> NotebookNames:
    """Return the names that cells bind at their top level; for an import also the statement."""
    given: set[str] = set()
    imported: dict[str, str] = {}
    complete = True
    for cell in cells:
        complete = complete and not _OPEN.search(cell)
        source = without_magics(cell)
        try:
            table = symtable.symtable(source, "cell", "exec")
        except (SyntaxError, ValueError, RecursionError):
            complete = False
            continue
        for name in _bound(table):
            given.add(name)
        imported |= dict(_imports(source))
    return NotebookNames(given=frozenset(given), imported=imported, complete=complete)


def needed_names(source: str) -> list[str]:
    """Return the names that code uses and neither binds nor finds among Python's own, in order."""
    table = symtable.symtable(source, "cell", "exec")
    bound = set(_bound(table))
    return [n for n in dict.fromkeys(_used(table)) if n not in bound and not is_builtin(n)]


def is_builtin(name: str) -> bool:
    """Whether every Python program has a name."""
    return hasattr(builtins, name) or name in _MODULE_NAMES


def _bound(table: symtable.SymbolTable, *, top: bool = True) -> Iterator[str]:
    for symbol in table.get_symbols():
        if (symbol.is_assigned() or symbol.is_imported()) and (top or symbol.is_declared_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _bound(child, top=False)


def _used(table: symtable.SymbolTable, *, top: bool = True) -> Iterator[str]:
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (top or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _used(child, top=False)


def _imports(source: str) -> Iterator[tuple[str, str]]:
    import ast

    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                yield bound, ast.unparse(ast.Import(names=[alias]))
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield (
                    alias.asname or alias.name,
                    f"from {'.' * node.level}{node.module or ''} import {ast.unparse(alias)}",
                )
