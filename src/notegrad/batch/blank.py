"""Results for submissions that could not be graded."""

from __future__ import annotations

import msgspec

from notegrad.records import GradingResult, QuestionResult, Submission, TestCaseResult


def not_graded_result(
    submission: Submission, assignment: str, reason: str, like: GradingResult | None
) -> GradingResult:
    """A result without points: every test case is skipped, and `reason` says why in one sentence.

    `like` is another result of the same bundle, for the questions and the points; without one there are none.
    """
    blank = GradingResult(
        submission=submission.id,
        student=submission.student,
        assignment=assignment,
        score=0.0,
        max_score=0.0,
        questions=(),
        status="not_graded",
        reason=reason,
    )
    if like is None:
        return blank
    questions = tuple(
        QuestionResult(
            question=result.question,
            score=0.0,
            test_cases=tuple(
                TestCaseResult(test_case=case, outcome="skipped", score=0.0, message=reason)
                for case in result.question.test_cases
            ),
        )
        for result in like.questions
    )
    return msgspec.structs.replace(
        blank, questions=questions, max_score=like.max_score, versions=like.versions
    )
