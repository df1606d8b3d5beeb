"""Results without points: of submissions that could not be graded, and of questions that were not judged."""

from __future__ import annotations

import msgspec

from notegrad.records import GradingResult, Question, QuestionResult, Submission, TestCaseResult


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
    questions = tuple(skipped(result.question, reason) for result in like.questions)
    return msgspec.structs.replace(
        blank, questions=questions, max_score=like.max_score, versions=like.versions
    )


def skipped(question: Question, reason: str) -> QuestionResult:
    """A question none of whose test cases was run; `reason` says why in one sentence."""
    cases = (
        TestCaseResult(test_case=case, outcome="skipped", score=0.0, message=reason)
        for case in question.test_cases
    )
    return QuestionResult(question=question, score=0.0, test_cases=tuple(cases))
