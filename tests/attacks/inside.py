"""A hostile notebook on two test cases, of which one may be judged inside: what it gains there, and what not.

`python -m tests.attacks.inside LEVEL MODE` prints what is not as it must be, at a level that this process has.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Literal

from notegrad.course.bundle import Bundle
from notegrad.grading import Grader
from notegrad.records import GradingResult, Submission, TestCaseResult
from notegrad.settings import AssignmentSettings, JudgePlace, SandboxSettings
from tests.attacks.harness import LIMITS

Mode = Literal["fork", "stepped"]

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
BOTH = "\n\nsecret = patched\n"
"""The control: the function that hunts answers both cases, which then run in its process."""


def grade(
    notebook: str, judge: JudgePlace, *, more: str = "", tier: str = "userns", mode: Mode = "fork"
) -> GradingResult:
    """The result of a hostile notebook, with `more` at its end."""
    settings = AssignmentSettings(
        slug="inside", title="", limits=LIMITS, judge=judge, sandbox=SandboxSettings(tier=tier, mode=mode)
    )
    cells = ((HERE / notebook).read_text("utf-8") + more,)
    with Grader(Bundle(settings=settings, tests=(("q1.py", TESTS),))) as grader:
        return grader.grade(Submission(id="attack", student="", cells=cells))


def cases(result: GradingResult) -> tuple[TestCaseResult, TestCaseResult]:
    """The two test cases."""
    outside, inside = result.questions[0].test_cases
    return outside, inside


def faults(tier: str, mode: Mode) -> list[str]:
    """What is not as it must be: the case outside out of reach and failed, the control real."""
    found = []
    outside, inside = cases(grade("notebook.py", "auto", tier=tier, mode=mode))
    if "ATTACK RAN: found []" not in inside.detail or outside.score or outside.judged != "outside":
        found.append(f"the hunter: {inside.detail[-200:]}")
    outside, inside = cases(grade("forger.py", "auto", tier=tier, mode=mode))
    if outside.score or (inside.outcome, inside.judged) != ("passed", "inside"):
        found.append(f"the forger: outside {outside.outcome}, inside {inside.outcome} {inside.judged}")
    outside, _ = cases(grade("notebook.py", "inside", more=BOTH, tier=tier, mode=mode))
    if "EXPECTED = 271828" not in outside.detail:
        found.append("the control found nothing where both cases run inside")
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(faults(sys.argv[1], "stepped" if sys.argv[2] == "stepped" else "fork")))
