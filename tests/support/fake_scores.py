"""A grader for tests of whole evenings, without torch or sandbox: the notebook's last cell is its score."""

from __future__ import annotations

from pathlib import Path

from notegrad.errors import SandboxError
from notegrad.records import GradingResult, Question, QuestionResult, Submission, TestCase, TestCaseResult

FACTORY = "tests.support.fake_scores:make"
CASE = TestCase(name="q1 - 1", number=1, points=20.0, hidden=True)


class Fake:
    """What `make` makes; the word « panne » is a fault of ours."""

    def grade(self, submission: Submission) -> GradingResult:
        order = submission.cells[-1] if submission.cells else ""
        if order == "panne":
            raise SandboxError("the zygote is gone")
        score = float(order or 0)
        case = TestCaseResult(test_case=CASE, outcome="passed", score=score)
        question = QuestionResult(
            question=Question(name="q1", points=20.0, test_cases=(CASE,)), score=score, test_cases=(case,)
        )
        return GradingResult(
            submission=submission.id,
            student=submission.student,
            assignment="tp0",
            score=score,
            max_score=20.0,
            questions=(question,),
            reason=submission.unreadable,
            status="unreadable" if submission.unreadable else "graded",
        )

    def close(self) -> None:
        pass


def make(path: Path, *, unsafe: bool) -> Fake:
    return Fake()
