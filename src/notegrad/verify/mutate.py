"""Mutants of a reference solution: small changes that a student could have made, one at a time.

Mutation analysis after DeMillo, Lipton, Sayward, "Hints on test data selection" (1978), with operators that
speak of tensors: axes, keepdim, in place or out of place, dropped clone / detach / zero_, dtypes, orders of
arguments. A mutant that passes every test case says which property no test looks at.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

from notegrad.authoring.normal_form import normal_form
from notegrad.records import Record
from notegrad.verify.operators import OPERATORS


class Mutant(Record, frozen=True, kw_only=True):
    """One change of a reference solution; `change` shows it, `code` is the whole mutated answer."""

    operator: str
    change: str
    code: str


def mutants(code: str) -> tuple[Mutant, ...]:
    """All mutants of a reference solution, without repetition; docstrings do not count."""
    original = normal_form(code)
    seen = {original}
    found = []
    for mutant in _all(original):
        if mutant.code not in seen:
            seen.add(mutant.code)
            found.append(mutant)
    return tuple(found)


def _all(original: str) -> Iterator[Mutant]:
    """Every operator at every node: the tree is copied, the node at the same place is replaced."""
    tree = ast.parse(original)
    for place, node in enumerate(ast.walk(tree)):
        for name, operator in OPERATORS.items():
            for variant, replacement in enumerate(operator(copy.deepcopy(node))):
                changed = _replaced(tree, place, replacement)
                try:
                    code = ast.unparse(ast.fix_missing_locations(changed))
                    compile(code, "<mutant>", "exec")
                except (SyntaxError, ValueError):
                    continue
                yield Mutant(operator=name, change=_change(original, code) or f"{name} {variant}", code=code)


def _replaced(tree: ast.AST, place: int, replacement: ast.AST | list[ast.stmt]) -> ast.Module:
    copied = copy.deepcopy(tree)
    target = list(ast.walk(copied))[place]

    class Replace(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST | list[ast.stmt]:
            return replacement if node is target else self.generic_visit(node)

    result = Replace().visit(copied)
    assert isinstance(result, ast.Module)
    for node in ast.walk(result):
        if isinstance(node, (ast.FunctionDef, ast.With, ast.If, ast.For, ast.While)) and not node.body:
            node.body = [ast.Pass()]
    return result


def _change(original: str, code: str) -> str:
    before, after = original.splitlines(), code.splitlines()
    if len(before) != len(after):
        gone = [line.strip() for line in before if line not in after]
        new = [line.strip() for line in after if line not in before]
        return f"{'; '.join(gone) or '…'}  →  {'; '.join(new) or '(removed)'}"
    pairs = [(b.strip(), a.strip()) for b, a in zip(before, after, strict=True) if a != b]
    return "; ".join(f"{b}  →  {a}" for b, a in pairs)
