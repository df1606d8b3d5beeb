"""The examples, classes of what students really hand in, have the scores that stand beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from notegrad.intake.submissions import read_submissions
from tests.support.confined_graders import bundle_of, confined_grader

ROOT = Path(__file__).resolve().parents[2]
SLUGS = sorted(path.parent.name for path in ROOT.glob("examples/*/expected.yml"))


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("slug", SLUGS)
def test_each_example_has_the_scores_that_are_written_down(slug: str) -> None:
    """Honest, odd, broken and hostile files: status and points of every question are those of expected.yml."""
    folder = ROOT / "examples" / slug
    expected = yaml.safe_load((folder / "expected.yml").read_text("utf-8"))
    actual = {}
    with confined_grader(bundle_of(slug)) as grader:
        for submission in read_submissions([folder]):
            result = grader.grade(submission)
            points = {q.question.name: round(q.score, 6) for q in result.questions}
            actual[submission.id] = (result.status, points)
    nothing = dict.fromkeys(expected[min(expected)]["questions"], 0)
    assert actual == {
        name: (entry["status"], entry.get("questions") or nothing) for name, entry in expected.items()
    }
