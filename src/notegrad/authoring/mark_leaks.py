"""Marks and tests in the student's bundle: whatever made them stay there, students would read them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from notegrad.authoring.cell_marks import intended_mark, is_test_config_mark
from notegrad.authoring.notebook_bytes import text
from notegrad.authoring.slips import Slip, refuse_slips, slip
from notegrad.authoring.solution_marks import is_meant_as_answer_mark, is_remark
from notegrad.authoring.strays import stray_tests


def refuse_marks(student: Mapping[str, bytes], asked: Collection[str], path: str, language: str) -> None:
    """Raise BuildError where a cell of the bundle holds a mark, or a function named like a test.

    `asked` are names of functions that the student is to write.
    """
    slips = [
        one
        for name, content in student.items()
        if name.endswith(".ipynb")
        for number, cell in enumerate(_cells(content), 1)
        for one in _of_cell(cell, name, number, asked)
    ]
    refuse_slips(slips, path, language)


def _of_cell(cell: dict[str, Any], file: str, number: int, asked: Collection[str]) -> Iterator[Slip]:
    source, kind = text(cell.get("source", "")), str(cell.get("cell_type"))
    for line in source.splitlines():
        mark = intended_mark(line, raw=kind == "raw") or (kind == "code" and _is_mark_of_code(line))
        if mark:
            yield slip("leak_mark", file=file, number=number, line=line.strip())
            return
    names = stray_tests(source, asked)
    if names:
        yield slip("leak_test", file=file, number=number, name=names[0])


def _is_mark_of_code(line: str) -> bool:
    if is_meant_as_answer_mark(line):
        return not is_remark(line)
    return line[:1] in ("'", '"', "#") and is_test_config_mark(line, "begin")


def _cells(content: bytes) -> list[dict[str, Any]]:
    try:
        read = json.loads(content)
    except ValueError:
        return []
    cells = read.get("cells") if isinstance(read, dict) else None
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else []
