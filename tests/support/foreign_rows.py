"""Rows of `tests/foreign/*.yml`: small otter assignments as others write them, and the answers to them.

A row has a `doctest` (one test case), a `function` or several `functions` (apart by a line `---`), a `right`
and a `wrong` answer (the text of a cell, or a list of cells), and may have `files` and otter's `config`.
`done`: notegrad has the scores of otter. `judged: false`: outside it does not judge the case, and says so.
`inside`: with `auto` a case of the right answer is judged inside; else with `judged: false` only. `kept`: a
state of the process decides, which `outside` puts back. `ends_otter`: the wrong answer ends plain otter without
a score, by an exception that is no Exception. `part`: the name of the row's file.
"""

from __future__ import annotations

import json
import textwrap
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import yaml

from notegrad.records import Record
from tests.support.compose import ROOT
from tests.support.course import cell

FOLDER = ROOT / "tests" / "foreign"
_DOCTEST = "OK_FORMAT = True\n\ntest = {test!r}\n"
_FUNCTIONS = 'from otter.test_files import test_case\n\nOK_FORMAT = False\n\nname = "q1"\npoints = {points}\n'


class ForeignRow(Record, frozen=True, kw_only=True):
    """One kind of test, with a right and a wrong answer."""

    kind: str
    right: str | list[str]
    wrong: str | list[str]
    doctest: str = ""
    function: str = ""
    functions: str = ""
    files: dict[str, str] = {}
    config: dict[str, Any] = {}
    done: bool = False
    judged: bool = True
    inside: bool = False
    kept: bool = False
    ends_otter: bool = False
    wrong_score: float = 0.0
    part: str = ""

    @property
    def test_functions(self) -> list[str]:
        """The source of each test function."""
        return [self.function] if self.function else [text for text in self.functions.split("---\n") if text]

    @property
    def points(self) -> float:
        """What a right answer gets: a point for each test case."""
        return 1.0 if self.doctest else float(len(self.test_functions))

    def write_bundle(self, path: Path) -> Path:
        """Write the autograder zip as plain otter does."""
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("tests/q1.py", self._test_file())
            archive.writestr("otter_config.json", json.dumps(self.config))
            for name, content in self.files.items():
                archive.writestr(f"files/{name}", content)
        return path

    def write_notebook(self, path: Path, answer: str | list[str]) -> Path:
        """Write a notebook with this answer."""
        return write_code_cells(path, [answer] if isinstance(answer, str) else answer)

    def _test_file(self) -> str:
        if self.doctest:
            case = {"code": self.doctest, "hidden": False, "locked": False}
            suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
            return _DOCTEST.format(test={"name": "q1", "points": 1, "suites": [suite]})
        cases = (f"@test_case(points=1)\n{textwrap.dedent(text)}\n" for text in self.test_functions)
        return _FUNCTIONS.format(points=self.points) + "\n" + "\n".join(cases)


def write_code_cells(path: Path, cells: Sequence[str]) -> Path:
    """Write a notebook of code cells, for the kernel that is always there."""
    metadata = {"kernelspec": {"name": "python3", "display_name": "python3", "language": "python"}}
    notebook = {"cells": [], "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}
    path.write_text(json.dumps({**notebook, "cells": [cell("code", text) for text in cells]}), "utf-8")
    return path


def foreign_rows() -> list[ForeignRow]:
    """All rows, in the order of their files."""
    found: list[ForeignRow] = []
    for path in sorted(FOLDER.glob("*.yml")):
        rows = msgspec.convert(yaml.safe_load(path.read_text("utf-8")), list[ForeignRow])
        found += [msgspec.structs.replace(row, part=path.stem) for row in rows]
    return found
