"""Tests outside of TESTS blocks: students would read them, and nobody would run them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from notegrad.authoring.cell_marks import is_test_config_mark
from notegrad.authoring.master_cells import MasterCell
from notegrad.authoring.slips import Slip, slip

TEST_FUNCTION = re.compile(r"^\s*(?:async\s+)?def\s+(test_\w*)\s*\(", re.MULTILINE)


def find_stray_tests(cell: MasterCell, question: str, asked: Collection[str]) -> Iterator[Slip]:
    """Yield a cell that students read and that looks like a test; `asked`: names that students define."""
    names = stray_tests(cell.source, asked)
    if names:
        yield slip("slip_test_outside", cell, question, name=names[0])
    elif cell.kind == "code" and any(is_test_config_mark(line, "begin") for line in cell.lines):
        yield slip("slip_test_config_outside", cell, question)


def stray_tests(source: str, asked: Collection[str]) -> list[str]:
    """Return the names of functions that are called like tests, but those which the tests ask for."""
    return [name for name in TEST_FUNCTION.findall(source) if name not in asked]
