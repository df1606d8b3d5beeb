"""Results for submissions that no sandbox has run."""

from __future__ import annotations

from collections.abc import Sequence

from notegrad.records import (
    GradingResult,
    Question,
    QuestionResult,
    Submission,
    SubmissionStatus,
    TestCaseResult,
)


def blank_result(
    submission: Submission,
    assignment: str,
    questions: Sequence[Question],
    *,
    status: SubmissionStatus,
    reason: str,
) -> GradingResult:
    """A result without points: every test case is skipped, and `reason` says why in one sentence."""
    return GradingResult(
        submission=submission.id,
        student=submission.student,
        assignment=assignment,
        score=0.0,
        max_score=sum(question.points for question in questions),
        questions=tuple(
            QuestionResult(
                question=question,
                score=0.0,
                test_cases=tuple(
                    TestCaseResult(test_case=case, outcome="skipped", score=0.0)
                    for case in question.test_cases
                ),
            )
            for question in questions
        ),
        status=status,
        reason=reason,
    )
