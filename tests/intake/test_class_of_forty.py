"""A real class of forty for TP1: the same scores whatever platform it was handed in on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from notegrad.errors import SandboxUnavailableError
from notegrad.grading import Grader
from notegrad.intake.exports.class_intake import read_class
from notegrad.records import Submission
from tests.intake.test_cases import bundle, wanted
from tests.support.compose import compose, read_answers, read_student_notebook
from tests.support.platform_class import PLATFORMS, Student, export_of, student_of
from tests.support.platform_exports import laid, zipped

TP1 = "tp1-tenseurs"
CLASS_SIZE = 40
WAYS = 10
TOLD = (*range(1, 7), 9)
"""Of the ways to hand in below, those in which something was chosen, is not what it should be, or was never begun."""

PNG = b"\x89PNG\r\n\x1a\n"


def composed(slug: str, *, answered: int | None = None) -> bytes:
    """The handout with accepted answers to its first questions, or to all."""
    accepted = {question: options[0].code for question, options in read_answers(slug).items()}
    chosen = dict(list(accepted.items())[:answered])
    return json.dumps(compose(read_student_notebook(slug), chosen, lessons=False)).encode()


def ways() -> list[tuple[tuple[tuple[str, bytes], ...], str]]:
    """What students hand in, each with what of it counts."""
    full, half, none = composed(TP1), composed(TP1, answered=7), composed(TP1, answered=0)
    other = composed("tp2-memoire")
    semester = zipped({"tp2/tp2-memoire.ipynb": other, "tp1/tp1.ipynb": full, "vieux/tp1.ipynb": none})
    return [
        ((("tp1-tenseurs.ipynb", full),), "full"),
        ((("tp1-tenseurs.ipynb.txt", full), ("capture.png", PNG)), "full"),
        ((("tp1-tenseurs.ipynb", none), ("fini.ipynb", full)), "full"),
        ((("semestre.zip", semester),), "full"),
        ((("rendu.json", half), ("tp2.ipynb", other)), "half"),
        ((("rendu", half),), "half"),
        ((("tp1-tenseurs.ipynb", other),), "other"),
        ((("capture.png", PNG), ("notes.pdf", b"%PDF-1.7")), "unreadable"),
        ((), "absent"),
        ((("tp1-tenseurs.ipynb", none),), "none"),
    ]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_forty_students_have_the_same_scores_everywhere(tmp_path: Path) -> None:
    """Six platforms and a folder: a row for each who handed in, full marks for finished work, each choice told."""
    kinds = ways()
    class_ = [
        Student(101 + n, "Alice Durand" if n % 3 else f"Élève {n}", kinds[n % WAYS][0], is_late=n % 4 == 0)
        for n in range(CLASS_SIZE)
    ]
    expected = {101 + n: kinds[n % WAYS][1] for n in range(CLASS_SIZE) if kinds[n % WAYS][0]}
    try:
        with Grader(bundle(TP1)) as grader:
            points = {
                platform: points_of(platform, class_, tmp_path / platform, grader) for platform in PLATFORMS
            }
    except SandboxUnavailableError as error:
        pytest.skip(f"nothing is confined here: {error}")
    worth = {"full": 20.0, "other": 0.0, "unreadable": 0.0, "none": 0.0}
    half = points["moodle"][105]
    assert 0 < half < worth["full"]
    for found in points.values():
        assert found == {number: worth.get(kind, half) for number, kind in expected.items()}


_graded: dict[tuple[object, ...], float] = {}


def points_of(platform: str, class_: Sequence[Student], place: Path, grader: Grader) -> dict[int, float]:
    """The score of each student who has a row; what is equal is graded once."""
    files = export_of(platform, class_)
    if platform == "folder":
        path = laid(place, files)
    else:
        path = place.with_suffix(".zip")
        path.write_bytes(zipped(files))
    intake = read_class([path], wanted=wanted(TP1))
    assert intake.class_list.platform == platform
    rows = dict(zip(map(student_of, intake.class_list.handed), intake.submissions, strict=True))
    told = {number for number, submission in rows.items() if submission.notes}
    assert told == {student.number for student in class_ if (student.number - 101) % WAYS in TOLD}
    return {number: score(submission, grader) for number, submission in rows.items()}


def score(submission: Submission, grader: Grader) -> float:
    what = (submission.cells, submission.others, submission.unreadable)
    if what not in _graded:
        _graded[what] = grader.grade(submission).score
    return _graded[what]
