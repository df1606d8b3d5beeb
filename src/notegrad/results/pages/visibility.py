"""Selects the test cases that a student may read about at a moment."""

from __future__ import annotations

from typing import Literal

from notegrad.records import (
    GradingResult,
    Question,
    QuestionResult,
    Record,
    TestCase,
    TestCaseResult,
    Visibility,
)
from notegrad.results.pending import has_unjudged, lacks_points, undecided_questions

Moment = Literal["before_due_date", "after_due_date", "published"]
"""When the student reads; each later moment shows what the earlier ones do."""

_FROM: dict[Visibility, tuple[Moment, ...]] = {
    "visible": ("before_due_date", "after_due_date", "published"),
    "after_due_date": ("after_due_date", "published"),
    "after_published": ("published",),
    "hidden": (),
}


class ShownQuestion(Record, frozen=True, kw_only=True):
    """The part of a question that a student may read; `withheld` counts the test cases that are not shown.

    `score` of `points` is the question's where `is_final`, else that of the shown test cases only. A question
    that `is_pending` lacks points for want of a verdict on a test case that is shown.
    """

    question: Question
    test_cases: tuple[TestCaseResult, ...]
    score: float
    points: float
    withheld: int
    is_final: bool
    is_pending: bool


def is_shown(case: TestCase, moment: Moment, hidden_visibility: Visibility) -> bool:
    """Whether a student may read about the test case; visible ones always, hidden ones as the course says."""
    return moment in _FROM[hidden_visibility if case.hidden else "visible"]


def shown_questions(
    result: GradingResult, moment: Moment, hidden_visibility: Visibility
) -> tuple[ShownQuestion, ...]:
    """The parts of a result's questions that may be shown.

    Before publication a score never tells of what is withheld; the published one counts all test cases.
    """
    undecided = {question.question.name for question in undecided_questions(result)}
    return tuple(
        _shown(question, moment, hidden_visibility, is_decided=question.question.name not in undecided)
        for question in result.questions
    )


def _shown(
    result: QuestionResult, moment: Moment, hidden_visibility: Visibility, *, is_decided: bool
) -> ShownQuestion:
    cases = tuple(c for c in result.test_cases if is_shown(c.test_case, moment, hidden_visibility))
    withheld = len(result.test_cases) - len(cases)
    is_final = moment == "published" or not withheld
    score = result.score if is_final else sum(case.score for case in cases)
    points = result.question.points if is_final else sum(case.test_case.points for case in cases)
    # Asked of what is shown: that points are missing elsewhere would tell of a withheld case
    lacks = (
        lacks_points(score, points)
        if points
        else {case.outcome for case in cases} <= {"passed", "not_judged"}
    )
    return ShownQuestion(
        question=result.question,
        test_cases=cases,
        score=score,
        points=points,
        withheld=withheld,
        is_final=is_final,
        is_pending=lacks and has_unjudged(cases) and not is_decided,
    )
