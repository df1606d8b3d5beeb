"""Reads what a course knows of an assignment beyond the bundle: wrong answers, reasons, the handout."""

from __future__ import annotations

from pathlib import Path

from notegrad.errors import InputError
from notegrad.intake.notebooks import read_code_cells
from notegrad.intake.unreadable import UnreadableError
from notegrad.results.report.misconceptions import Misconception
from notegrad.results.report.report_data import Background


def course_background(root: Path, slug: str) -> Background:
    """The background of the assignment `slug` of the course in `root`; only hints rest on it, no error."""
    return Background(
        misconceptions=_misconceptions(root / "assignments" / slug), starter=_starter(root, slug)
    )


def _misconceptions(folder: Path) -> dict[str, tuple[Misconception, ...]]:
    from notegrad.course.answers import read_answers

    try:
        answers = read_answers(folder)
    except (InputError, OSError):
        return {}
    # An answer's text that only points at the one before it says nothing by itself
    return {
        name: tuple(
            Misconception(text=r.misconception, fails=r.fails, sometimes=r.sometimes)
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
