"""Names in a doctest mean, by Python's scopes, the notebook's or the doctest's own.

Statements are followed in the order in which they run, so that `x = x + 1` reads the notebook's `x`, and the
`sieve` of `def test(sieve): ...` is not the one of `test(sieve)`.
"""

from __future__ import annotations

import ast
import builtins
import doctest
import symtable
from collections.abc import Iterator

from notegrad.records import Record

_BUILTINS = frozenset(dir(builtins))
_WHOLE = frozenset({"globals", "locals", "vars", "eval", "exec", "dir"})
_NEVER_OWN = _WHOLE | {"isinstance", "issubclass", "type", "id", "print", "repr", "open", "__import__"}
_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class DoctestNames(Record, frozen=True, kw_only=True):
    """The names that a doctest reads and did not make before: it `needs` those that only a notebook can have.

    `may_use`: those that its functions read and that it makes later on, and builtins; the notebook's go first
    where it has them. `wants_all`: it looks at the namespace as a whole.
    """

    needs: frozenset[str] = frozenset()
    may_use: frozenset[str] = frozenset()
    wants_all: bool = False


def doctest_names(text: str) -> DoctestNames:
    """The names of a doctest; of an example that is no Python, none."""
    follow = _Follow()
    for example in doctest.DocTestParser().get_examples(text):
        try:
            tree = ast.parse(example.source)
        except SyntaxError:
            continue
        follow.visit(tree)
    found = follow.read | follow.read_inside
    needs = (follow.read | (follow.read_inside - follow.made)) - _BUILTINS
    return DoctestNames(
        needs=frozenset(needs),
        may_use=frozenset((found - needs) - _NEVER_OWN),
        wants_all=not found.isdisjoint(_WHOLE),
    )


class _Follow(ast.NodeVisitor):
    """Takes note of names read before they are made, in the order in which statements run."""

    def __init__(self) -> None:
        self.read: set[str] = set()
        self.read_inside: set[str] = set()
        self.made: set[str] = set()

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._read(node.id)
        elif isinstance(node.ctx, ast.Store):
            self.made.add(node.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        self._all(node.value, *node.targets)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._all(node.annotation, node.value, node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._read(node.target.id)
        self._all(node.value, node.target)

    def visit_For(self, node: ast.For) -> None:
        self._all(node.iter, node.target, *node.body, *node.orelse)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        self.made.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)

    visit_ImportFrom = visit_Import  # noqa: N815 (the name that ast calls)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self._all(node.type)
        if node.name:
            self.made.add(node.name)
        self._all(*node.body)

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> None:
        if node.name:
            self.made.add(node.name)
        self.generic_visit(node)

    visit_MatchStar = visit_MatchAs  # noqa: N815

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self.made.add(node.rest)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        self.made.add(node.name)
        self._read_in_scopes(node)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815
    visit_ClassDef = visit_FunctionDef  # noqa: N815

    def generic_visit(self, node: ast.AST) -> None:
        if isinstance(node, _SCOPES):
            self._read_in_scopes(node)
        else:
            super().generic_visit(node)

    def _read(self, name: str) -> None:
        if name not in self.made:
            self.read.add(name)

    def _read_in_scopes(self, node: ast.AST) -> None:
        self.read_inside.update(name for name in _global_reads(node) if name not in self.made)

    def _all(self, *nodes: ast.AST | None) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)


def _global_reads(node: ast.AST) -> Iterator[str]:
    """The names that a part with scopes of its own reads from the module's."""
    tables = [symtable.symtable(ast.unparse(node), "<doctest>", "exec")]
    while tables:
        table = tables.pop()
        is_module = table.get_type() == "module"
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (is_module or symbol.is_global()):
                yield symbol.get_name()
        tables.extend(table.get_children())
