"""Judging inside gives an attacker what otter gives, of the cases that run there, and nothing of the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from notegrad.course.bundle import Bundle
from notegrad.grading import Grader
from notegrad.records import GradingResult, Submission, TestCaseResult
from notegrad.settings import AssignmentSettings, JudgePlace, SandboxSettings
from tests.attacks.harness import LIMITS

HERE = Path(__file__).resolve().parent / "inside_reach"
TESTS = """from otter.test_files import test_case
OK_FORMAT = False
name = "q1"
points = None
EXPECTED = 271828  # what the hidden case below compares with


@test_case(points=1, hidden=True)
def test_outside(secret):
    # secret(3) == 271828 is what nobody may know
    assert secret(3) == EXPECTED


@test_case(points=1, hidden=True)
def test_inside(patched):
    from unittest import mock

    with mock.patch("math.sqrt", side_effect=ZeroDivisionError):
        assert patched(2) == 4
"""


def grade(notebook: str, judge: JudgePlace) -> GradingResult:
    """The result of a hostile notebook."""
    settings = AssignmentSettings(
        slug="inside", title="", limits=LIMITS, judge=judge, sandbox=SandboxSettings(tier="userns")
    )
    cells = ((HERE / notebook).read_text("utf-8"),)
    with Grader(Bundle(settings=settings, tests=(("q1.py", TESTS),))) as grader:
        return grader.grade(Submission(id="attack", student="", cells=cells))


def cases(result: GradingResult) -> tuple[TestCaseResult, TestCaseResult]:
    """The two test cases."""
    outside, inside = result.questions[0].test_cases
    return outside, inside


@pytest.fixture(scope="module")
def hunted() -> GradingResult:
    return grade("notebook.py", "auto")


def test_a_hidden_case_outside_stays_out_of_reach_of_one_inside(hunted: GradingResult) -> None:
    """What runs inside finds no line of the other case, no comment and no expected value, in all its memory."""
    outside, inside = cases(hunted)
    assert (outside.judged, inside.judged) == ("outside", "inside")
    assert hunted.score == 0
    assert "ATTACK RAN: found []" in inside.detail


def test_the_control_finds_the_expected_value_where_both_run_inside() -> None:
    """The hunter is real: with `inside` it reads the expected value of a case that ran in its process."""
    source = (HERE / "notebook.py").read_text("utf-8")
    assert "raise AssertionError" in source
    settings = AssignmentSettings(
        slug="inside", title="", limits=LIMITS, judge="inside", sandbox=SandboxSettings(tier="userns")
    )
    hunter = source + "\n\nsecret = patched\n"
    with Grader(Bundle(settings=settings, tests=(("q1.py", TESTS),))) as grader:
        outside, _ = cases(grader.grade(Submission(id="attack", student="", cells=(hunter,))))
    assert "EXPECTED = 271828" in outside.detail


def test_a_forged_verdict_inside_is_worth_no_point_outside() -> None:
    """Who rewrites what runs inside earns those points, as with otter; the case outside stays failed."""
    outside, inside = cases(grade("forger.py", "auto"))
    assert (outside.outcome, outside.judged) == ("failed", "outside")
    assert (inside.outcome, inside.judged) == ("passed", "inside")
