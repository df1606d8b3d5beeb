"""Questions for the identity of a type are asked by equality, as `type(x) == Linear` for `type(x) is Linear`.

What stands here for an object of the notebook has a type of its own, which is equal to the class that it
claims; of classes that are here, the two questions have one answer. A test keeps its lines.
"""

from __future__ import annotations

import ast
import doctest
import re
from itertools import pairwise
from typing import Any

from notegrad.judge.parsed_tests import PROMPT, nodes_of, once_a_source

_ASKED = (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)
_IDENTITY = re.compile(r"\bis\s+not\b|\bis\b")
_Edit = tuple[int, int, int, str]
"""A line of a program, the columns from and to, in bytes, and what stands there instead."""


@once_a_source
def asked_by_equality(source: str) -> str:
    """A test, a file of functions or a doctest, that asks what the source asks."""
    if PROMPT not in source:
        return _of_program(source)
    found = source
    for example in doctest.DocTestParser().get_examples(source):
        lines = example.source.split("\n"), _of_program(example.source).split("\n")
        for before, after in zip(*lines, strict=True):
            if before != after:
                found = found.replace(before, after)
    return found


def _of_program(source: str) -> str:
    if "type(" not in source and "__class__" not in source:
        return source
    try:
        nodes = nodes_of(source)
    except SyntaxError:
        return source
    lines = source.split("\n")
    found = [edit for node in nodes if isinstance(node, ast.Compare) for edit in _edits(node, lines)]
    found += [edit for node in nodes if isinstance(node, ast.Call) for edit in _of_subclass(node)]
    edits = sorted(dict.fromkeys(found), reverse=True)
    for line, first, last, text in edits:
        data = lines[line].encode()
        lines[line] = (data[:first] + text.encode() + data[last:]).decode()
    return "\n".join(lines)


def _edits(node: ast.Compare, lines: list[str]) -> list[_Edit]:
    """What a comparison needs, where it asks for types and stands in one line."""
    operands = [node.left, *node.comparators]
    if node.lineno != node.end_lineno:
        return []
    found: list[_Edit] = []
    for (left, right), asked in zip(pairwise(operands), node.ops, strict=True):
        if not isinstance(asked, _ASKED) or not (_is_type(left) or _is_type(right)) or _is_none(left, right):
            continue
        if isinstance(asked, (ast.Is, ast.IsNot)):
            between = lines[node.lineno - 1].encode()[_end(left) : _start(right)].decode()
            operator = _IDENTITY.search(between)
            if operator is None:
                continue
            text = "==" if isinstance(asked, ast.Is) else "!="
            first, last = operator.span()
            found.append((node.lineno - 1, _end(left) + first, _end(left) + last, text))
        found += [edit for each in (left, right) for edit in _class_as_type(each)]
    return found


def _of_subclass(node: ast.Call) -> list[_Edit]:
    """What makes `isinstance(x, K)` of `issubclass(type(x), K)`, where it stands in one line."""
    is_asked = isinstance(node.func, ast.Name) and node.func.id == "issubclass" and len(node.args) == 2
    asked: Any = node.args[0] if is_asked else None
    if asked is None or node.lineno != node.end_lineno or not _is_type(asked):
        return []
    held = asked.args[0] if isinstance(asked, ast.Call) else asked.value
    line = node.lineno - 1
    return [
        (line, node.func.col_offset, _end(node.func), "isinstance"),
        (line, _start(asked), _start(held), ""),
        (line, _end(held), _end(asked), ""),
    ]


def _is_type(node: ast.expr) -> bool:
    """Whether a part of a comparison is `type(x)` or `x.__class__`."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "type" and len(node.args) == 1
    return isinstance(node, ast.Attribute) and node.attr == "__class__"


def _is_none(*nodes: ast.expr) -> bool:
    return any(isinstance(node, ast.Constant) for node in nodes)


def _class_as_type(node: ast.expr) -> list[_Edit]:
    if not (isinstance(node, ast.Attribute) and node.attr == "__class__"):
        return []
    line, end = node.lineno - 1, node.value.end_col_offset or 0
    return [(line, node.col_offset, node.col_offset, "type("), (line, end, _end(node), ")")]


def _start(node: ast.expr) -> int:
    return node.col_offset


def _end(node: ast.expr) -> int:
    return node.end_col_offset or 0
