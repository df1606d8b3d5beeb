"""Settings of a machine (time zone, encoding, Python's own variables) change no mark."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from notegrad.course.bundle import Bundle
from notegrad.records import Limits, Submission
from notegrad.settings import AssignmentSettings
from tests.support.confined_graders import confined_grader

LIMITS = Limits(wall_s=20, cell_wall_s=5, test_case_wall_s=5.0, cpu_s=30, memory_mb=1024)
TEST = """OK_FORMAT = False
import datetime
from otter.test_files import test_case
name = "q1"
points = 2
EPOCH = datetime.datetime.fromtimestamp(0)
@test_case(points=1, hidden=True)
def test_hour(moment):
    assert moment(0) == EPOCH
    assert moment(86400) == datetime.datetime.fromtimestamp(86400)
@test_case(points=1, hidden=True)
def test_text(vowels):
    with open("data.txt") as file:
        assert vowels(file.read()) == 2
"""
CODE = """import datetime
def moment(t): return datetime.datetime.fromtimestamp(t)
def vowels(text): return sum(letter in "\u00e9\u00e0" for letter in text)
"""
OPTIMIZED = """
from notegrad.errors import InputError
from tests.grading.test_surroundings import bundle
from notegrad.grading import Grader
try:
    Grader(bundle())
except InputError as error:
    print(error)
"""


def bundle() -> Bundle:
    return Bundle(
        settings=AssignmentSettings(slug="heure", title="Heure", limits=LIMITS, language="en"),
        files=(("data.txt", "\u00e9t\u00e0".encode()),),
        tests=(("q1.py", TEST),),
    )


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/St_Johns", "UTC"])
def test_right_answers_are_right_in_any_time_zone(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A moment and a text are what they are to the answer, in the test's own lines and in those at its head."""
    for name, value in (("TZ", zone), ("LC_ALL", "C")):
        monkeypatch.setenv(name, value)
    try:
        time.tzset()
        here = time.tzname
        with confined_grader(bundle()) as grader:
            result = grader.grade(Submission(id="a", student="a", cells=(CODE,)))
            assert time.tzname == here, "the grader's own time zone is the machine's"
            assert os.environ["TZ"] == zone
        assert result.score == 2, result.questions
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_python_without_assertions_judges_nothing() -> None:
    """Assertions are what tests are made of: where Python leaves them out, that is said, and nothing is judged."""
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-O", "-c", OPTIMIZED], cwd=root, capture_output=True, text=True, check=False
    )
    assert "PYTHONOPTIMIZE" in done.stdout, done.stderr
