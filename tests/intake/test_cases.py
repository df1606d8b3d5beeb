"""Inputs that once gave a wrong mark: each is read as whoever handed it in meant it (tests/cases, one folder a kind)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from notegrad.authoring.build import build, write
from notegrad.course.bundle import Bundle, parse_bundle
from notegrad.course.config import load_config
from notegrad.course.wanted_of_bundle import wanted_of
from notegrad.errors import SandboxUnavailableError
from notegrad.grading import Grader
from notegrad.intake.submissions import read_folder, read_submissions
from notegrad.intake.wanted import Wanted
from notegrad.records import Submission
from tests.programs import cases
from tests.programs.case_rows import TP1, TP2, Row

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases"
COURSE = ("tp1-tenseurs", "tp2-memoire")


@cache
def bundle(slug: str) -> Bundle:
    built = build(load_config(ROOT / "otter_config.yml"), slug, check=False)
    return parse_bundle(built.autograder, Path(f"{slug}.zip"))


def wanted(slug: str) -> Wanted:
    return wanted_of(bundle(slug), [bundle(other) for other in COURSE if other != slug])


def points(slug: str, *submissions: Submission) -> dict[str, tuple[str, float]]:
    try:
        with Grader(bundle(slug)) as grader:
            results = [grader.grade(submission) for submission in submissions]
    except SandboxUnavailableError as error:
        pytest.skip(f"nothing is confined here: {error}")
    return {result.submission: (result.status, result.score) for result in results}


@pytest.mark.parametrize(
    ("slug", "case", "expected"),
    [
        ("tp1-tenseurs", "K01-tp1", {"semestre": ("graded", 20.0)}),
        ("tp2-memoire", "K01-tp2", {"f03c-blanc-plus-de-cellules": ("graded", 20.0)}),
        (
            "tp2-memoire",
            "K02/dossier",
            {
                "f01a.ipynb.txt": ("graded", 20.0),
                "f01d.py": ("unreadable", 0.0),
                "f01j.pdf": ("unreadable", 0.0),
            },
        ),
        ("tp2-memoire", "K02/f03a-ipynb-txt.zip", {"f03a-ipynb-txt": ("graded", 20.0)}),
        ("tp2-memoire", "K02/moodle-txt-et-capture.zip", {"moodle-txt-et-capture": ("graded", 20.0)}),
        ("tp2-memoire", "K15", {"f04d-un-octet-invalide": ("graded", 20.0)}),
    ],
)
def test_what_was_meant_is_graded(slug: str, case: str, expected: dict[str, tuple[str, float]]) -> None:
    """Finished work has its points whatever lies beside it, and each file has its row."""
    submissions = read_submissions([CASES / case], wanted(slug))
    assert points(slug, *submissions) == expected
    if len(submissions) == 1 and case != "K15":
        assert submissions[0].notes, "the choice is told"


@pytest.mark.parametrize("case", ["K01-tp2-gradescope", "K02/gradescope"])
def test_what_gradescope_lays_out_is_graded(case: str) -> None:
    """A platform's folder of one student: the notebook is found among the other files, whatever it is called."""
    for folder in sorted(path for path in (CASES / case, *(CASES / case).iterdir()) if path.is_dir())[-1:]:
        submission = read_folder(folder, id="a", wanted=wanted("tp2-memoire"))
        assert points("tp2-memoire", submission) == {"a": ("graded", 20.0)}
        assert submission.notes


@pytest.fixture(scope="module")
def bundles() -> None:
    """The course's own bundles where they lie for a teacher."""
    for slug, path in zip(COURSE, (TP1, TP2), strict=True):
        if not path.is_file():
            write(build(load_config(ROOT / "otter_config.yml"), slug, check=False), ROOT)


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.usefixtures("bundles")
@pytest.mark.parametrize("row", cases.ROWS, ids=lambda row: row.case)
def test_the_command_gives_what_was_asked(row: Row) -> None:
    """Every row of the table of cases, with the very command that a teacher gives."""
    got, is_right = cases.tried(row)
    assert is_right, f"{row.case}: {got} instead of {row.asked}"


def test_every_case_has_its_row() -> None:
    """No folder of inputs is forgotten by the table."""
    assert list(cases.unlisted()) == []
