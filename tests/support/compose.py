"""Notebooks to compare on: the honest examples, and notebooks composed of the answers in `answers.yml`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from notegrad.records import Record

ROOT = Path(__file__).resolve().parents[2]
_CHECK = re.compile(r"""^grader\.check\(["'](\w+)["']\)\s*$""")
_EXPORT = re.compile(r"^grader\.export\(", re.MULTILINE)


class Case(Record, frozen=True, kw_only=True):
    """One notebook to grade both ways; `answers` says which answer each question carries, where it is composed."""

    name: str
    path: Path
    answers: dict[str, str] = {}


class LeftOut(Record, frozen=True, kw_only=True):
    """A submission that plain otter cannot be asked about, and why."""

    name: str
    reason: str


class Answer(Record, frozen=True, kw_only=True):
    """One answer of `answers.yml`; `fails` are the numbers of the test cases that it must fail.

    What fails of one that is not steady depends on where tests run (`sometimes` in `answers.yml`).
    """

    id: str
    question: str
    code: str
    fails: tuple[int, ...] = ()
    is_steady: bool = True


def read_answers(slug: str, root: Path = ROOT) -> dict[str, tuple[Answer, ...]]:
    """All answers of an assignment, accepted ones first, by question."""
    path = root / "assignments" / slug / "answers.yml"
    questions = yaml.safe_load(path.read_text("utf-8"))["questions"]
    return {
        name: tuple(
            Answer(
                id=a["id"],
                question=name,
                code=a["code"],
                fails=tuple(a.get("fails", ())),
                is_steady="sometimes" not in a,
            )
            for kind in ("accepted", "rejected")
            for a in question.get(kind) or ()
        )
        for name, question in questions.items()
    }


def read_student_notebook(slug: str, root: Path = ROOT) -> dict[str, Any]:
    """The student notebook as `notegrad build` left it."""
    notebook: dict[str, Any] = json.loads((root / "student" / slug / f"{slug}.ipynb").read_text("utf-8"))
    return notebook


def compose(notebook: dict[str, Any], answers: dict[str, str], *, lessons: bool) -> dict[str, Any]:
    """The student notebook with the code of `answers` in its answer cells, by question.

    An answer cell is the last code cell before the `grader.check` of its question. Without `lessons`, only the cells
    before the first markdown cell after an import, the answers and the checks are kept: what a score depends on.
    """
    cells = [dict(cell) for cell in notebook["cells"]]
    questions = {i: m[1] for i, cell in enumerate(cells) if (m := _CHECK.match(_source(cell)))}
    kept = set(range(len(cells))) if lessons else set(_first_code_cells(cells))
    for check, question in questions.items():
        place = max(i for i in range(check) if cells[i]["cell_type"] == "code")
        kept |= {place, check}
        if question in answers:
            cells[place]["source"] = answers[question]
    export = {i for i in kept if _EXPORT.search(_source(cells[i]))}
    return {**notebook, "cells": [cells[i] for i in sorted(kept - export)]}


def _first_code_cells(cells: Sequence[dict[str, Any]]) -> Iterable[int]:
    """The code cells at the top, before the first lesson: imports and the grader."""
    start = next(i for i, cell in enumerate(cells) if cell["cell_type"] == "code")
    for i in range(start, len(cells)):
        if cells[i]["cell_type"] != "code":
            return
        yield i


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def composed_cases(
    slug: str,
    folder: Path,
    *,
    root: Path = ROOT,
    lessons: bool = False,
    limit: int | None = None,
    only_steady: bool = False,
) -> list[Case]:
    """As few notebooks as carry every answer once; a question with fewer answers starts over again."""
    answers = {
        question: tuple(answer for answer in options if answer.is_steady or not only_steady)
        for question, options in read_answers(slug, root).items()
    }
    notebook = read_student_notebook(slug, root)
    count = max(map(len, answers.values()))
    cases = []
    for number in range(count if limit is None else min(limit, count)):
        chosen = {question: options[number % len(options)] for question, options in answers.items()}
        made = compose(notebook, {q: a.code for q, a in chosen.items()}, lessons=lessons)
        path = folder / f"composed-{number + 1:02}.ipynb"
        path.write_text(json.dumps(made), "utf-8")
        cases.append(Case(name=path.stem, path=path, answers={q: a.id for q, a in chosen.items()}))
    return cases


def unsteady_answers(slug: str, root: Path = ROOT) -> list[LeftOut]:
    """The answers of which plain otter need not think what we do."""
    return [
        LeftOut(name=answer.id, reason="which test cases fail depends on where they run")
        for options in read_answers(slug, root).values()
        for answer in options
        if not answer.is_steady
    ]


def example_cases(slug: str, root: Path = ROOT) -> tuple[list[Case], list[LeftOut]]:
    """The examples that plain otter survives, and those that it does not; none where there are no examples."""
    folder = root / "examples" / slug
    if not folder.is_dir():
        return [], []
    expected = yaml.safe_load((folder / "expected.yml").read_text("utf-8"))
    cases, left_out = [], []
    for name, entry in expected.items():
        if entry["otter"]:
            cases.append(Case(name=name, path=folder / entry["file"]))
        else:
            left_out.append(LeftOut(name=name, reason=f"{entry['kind']}: {entry['why']}"))
    return cases, left_out


def distinct(notebook: bytes, number: int) -> bytes:
    """The notebook with a comment of its own, since equal ones are graded once; zips and old formats as they are."""
    try:
        content = json.loads(notebook)
    except ValueError:
        return notebook
    cell = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": []}
    if "cells" not in content:
        return notebook
    content["cells"].insert(0, {**cell, "source": f"# {number}"})
    return json.dumps(content).encode()
