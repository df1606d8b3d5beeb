"""Questions with points missing for want of a verdict; a zero would say that their answers are wrong."""

from __future__ import annotations

from collections.abc import Iterable

from notegrad.marks.final_mark import machine_result, mark_of
from notegrad.records import GradingResult, QuestionResult, TestCaseResult

_EPSILON = 1e-9  # sums of thirds and tenths are not exact


def pending_questions(result: GradingResult) -> frozenset[str]:
    """The names of undecided questions with points missing for want of a verdict."""
    return frozenset(
        question.question.name
        for question in undecided_questions(result)
        if lacks_points(question.score, question.question.points) and has_unjudged(question.test_cases)
    )


def undecided_questions(result: GradingResult) -> tuple[QuestionResult, ...]:
    """The questions that nobody has marked by hand, as the grader found them."""
    mark = mark_of(result)
    if mark is not None and mark.is_whole:
        return ()
    decided = {override.question for override in mark.overrides} if mark else set()
    return tuple(q for q in machine_result(result).questions if q.question.name not in decided)


def has_unjudged(cases: Iterable[TestCaseResult]) -> bool:
    """Whether a test case has no verdict."""
    return any(case.outcome == "not_judged" for case in cases)


def lacks_points(score: float, points: float) -> bool:
    """Whether a score is not the whole of its points."""
    return score < points - _EPSILON
