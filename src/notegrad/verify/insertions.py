"""Insertions into the text of a test file: code around its expressions, on the lines where these stand."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from notegrad.records import Record


class Insertion(Record, frozen=True, kw_only=True):
    """A text to put at a place; of several at one place, the one of the highest rank stands last."""

    line: int
    column: int  # in bytes, as `ast` counts
    rank: int
    text: str


def around(node: ast.expr, before: str, after: str, number: int) -> Iterator[Insertion]:
    """Yield what puts an expression between two texts; `number` tells the expressions of a file apart."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    yield Insertion(line=node.lineno, column=node.col_offset, rank=number, text=before)
    yield Insertion(line=node.end_lineno, column=node.end_col_offset, rank=-number, text=after)


def inserted(source: str, insertions: Sequence[Insertion]) -> str:
    """Return the text with all that is to be put into it; it keeps its lines."""
    lines = [line.encode() for line in source.split("\n")]
    for one in sorted(insertions, key=lambda i: (i.line, i.column, i.rank), reverse=True):
        line = lines[one.line - 1]
        lines[one.line - 1] = line[: one.column] + one.text.encode() + line[one.column :]
    return b"\n".join(lines).decode()


def case_decorators(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, ast.expr]]:
    """Yield the test functions of a test file, each with the decorator that makes it a test case."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            decorator = next((d for d in node.decorator_list if isinstance(d, ast.Call)), None)
            if decorator is not None:
                yield node, decorator


def around_function(decorator: ast.expr, wrapper: str) -> Iterator[Insertion]:
    """Yield what has a test function wrapped before it becomes a test case."""
    return around(decorator, "(lambda function: ", f"({wrapper}(function)))", 0)
