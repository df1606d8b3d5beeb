"""Plain otter and notegrad give the same score to the same honest notebook, question by question."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from notegrad.records import GradingResult, Question, QuestionResult
from tests.programs import modes, parity
from tests.support.compose import ROOT, Case, composed_cases, example_cases, read_answers
from tests.support.plain_otter import OtterScores

SLUG = "tp2-memoire"
BUNDLE = ROOT / "autograder" / f"{SLUG}.zip"

pytestmark = [pytest.mark.timeout(900)]
needs_bundle = pytest.mark.skipif(not BUNDLE.exists(), reason="run `notegrad build` first")


def _result(score: float) -> GradingResult:
    question = Question(name="q01", points=2, test_cases=())
    graded = QuestionResult(question=question, score=score, test_cases=())
    return GradingResult(
        submission="a",
        student="a",
        assignment="x",
        score=score,
        max_score=2,
        questions=(graded,),
        status="graded",
    )


def test_a_difference_in_one_question_is_seen() -> None:
    """The comparison can fail: other scores, a missing question and no results at all are differences."""
    case = Case(name="a", path=Path("a.ipynb"), answers={"q01": "q01-A01"})
    same, other, nothing = (OtterScores(scores=s, wall_s=1) for s in ({"q01": 1.5}, {"q01": 2.0}, {}))
    assert parity.compare(case, same, _result(1.5)) == []
    assert [d.answer for d in parity.compare(case, other, _result(1.5))] == ["q01-A01"]
    assert len(parity.compare(case, nothing, _result(0.0))) == 1


def test_a_difference_between_two_modes_is_seen() -> None:
    """The comparison of modes can fail: another outcome, a test case that is missing, and no result at all."""
    case = Case(name="a", path=Path("a.ipynb"))
    graded = {"status": "graded", "q1 - 1": "passed", "q1 - 2": "failed"}
    assert modes.differences([case], [graded], [graded]) == []
    for other in ({**graded, "q1 - 2": "passed"}, {"status": "graded", "q1 - 1": "passed"}):
        assert len(modes.differences([case], [other], [graded])) == 1
    assert len(modes.differences([case], [{"status": "not_graded"}], [graded])) == 3


def test_composed_notebooks_carry_every_answer(tmp_path: Path) -> None:
    """No accepted or rejected answer is left out of the comparison, and each lands in the cell of its question."""
    cases = composed_cases(SLUG, tmp_path)
    answers = {a.id: a for options in read_answers(SLUG).values() for a in options}
    assert {a for case in cases for a in case.answers.values()} == set(answers)
    cells = json.loads(cases[-1].path.read_text("utf-8"))["cells"]
    checks = [
        c for c in cells if c["cell_type"] == "code" and "".join(c["source"]).startswith("grader.check(")
    ]
    assert len(checks) == len(cases[-1].answers)


@pytest.mark.parity
@pytest.mark.slow
@needs_bundle
def test_a_few_notebooks_score_the_same(tmp_path: Path) -> None:
    """Three examples and three composed notebooks: the whole comparison, small."""
    cases = [*example_cases(SLUG)[0][:3], *composed_cases(SLUG, tmp_path)[::9][:3]]
    assert parity.run(cases, BUNDLE) == []


@pytest.mark.parity
@pytest.mark.slow
@needs_bundle
def test_every_example_and_every_answer_scores_the_same(tmp_path: Path) -> None:
    """All honest examples, and every accepted and rejected answer."""
    cases = [*example_cases(SLUG)[0], *composed_cases(SLUG, tmp_path)]
    assert parity.run(cases, BUNDLE) == []
