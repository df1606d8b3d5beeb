"""Reads what a course knows of an assignment beyond the bundle: wrong answers, reasons, the handout."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from notegrad.errors import InputError
from notegrad.intake.notebooks import read_code_cells
from notegrad.intake.unreadable import UnreadableError
from notegrad.intake.wanted import Wanted
from notegrad.results.report.misconceptions import Misconception
from notegrad.results.report.report_data import Background

if TYPE_CHECKING:
    from notegrad.course.answers import QuestionAnswers


def course_background(root: Path, slug: str, wanted: Wanted | None = None) -> Background:
    """The background of the assignment `slug` of the course in `root`; only hints rest on it, no error.

    wanted: what tells work on another assignment.
    """
    answers = _answers(root / "assignments" / slug)
    return Background(
        misconceptions=_misconceptions(answers),
        accepted={name: tuple(a.code for a in question.accepted) for name, question in answers.items()},
        starter=_starter(root, slug),
        wanted=wanted,
    )


def _answers(folder: Path) -> dict[str, QuestionAnswers]:
    from notegrad.course.answers import read_answers

    try:
        return read_answers(folder)
    except (InputError, OSError):
        return {}


def _misconceptions(answers: Mapping[str, QuestionAnswers]) -> dict[str, tuple[Misconception, ...]]:
    # An answer's text that only points at the one before it says nothing by itself
    return {
        name: tuple(
            Misconception(text=r.misconception, fails=r.fails, sometimes=r.sometimes, code=r.code)
            for r in question.rejected
            if r.misconception.casefold() != "idem"
        )
        for name, question in answers.items()
    }


def _starter(root: Path, slug: str) -> tuple[str, ...]:
    try:
        return read_code_cells((root / "student" / slug / f"{slug}.ipynb").read_bytes())
    except (UnreadableError, OSError):
        return ()
