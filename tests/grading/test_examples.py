"""The examples, a class of what students really hand in, have the scores that stand beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from notegrad.intake.submissions import read_submissions
from tests.support.confined_graders import bundle_of, confined_grader

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "tp2-memoire"


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_each_example_has_the_scores_that_are_written_down() -> None:
    """Honest, odd, broken and hostile files: status and points of every question are those of expected.yml."""
    expected = yaml.safe_load((EXAMPLES / "expected.yml").read_text("utf-8"))
    actual = {}
    with confined_grader(bundle_of("tp2-memoire")) as grader:
        for submission in read_submissions([EXAMPLES]):
            result = grader.grade(submission)
            points = {q.question.name: round(q.score, 6) for q in result.questions}
            actual[submission.id] = (result.status, points)
    nothing = dict.fromkeys(expected[min(expected)]["questions"], 0)
    assert actual == {
        name: (entry["status"], entry.get("questions") or nothing) for name, entry in expected.items()
    }
