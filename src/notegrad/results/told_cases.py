"""Test cases that are told of: judged inside, or without a verdict; in how many submissions, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from notegrad.marks.final_mark import machine_result, mark_of
from notegrad.records import GradingResult, QuestionResult, Record, TestCaseResult

_EPSILON = 1e-9  # sums of thirds and tenths are not exact


class ToldCase(Record, frozen=True, kw_only=True):
    """A test case that is told of, in `count` of `total` submissions; `reasons` are told apart."""

    name: str
    count: int
    total: int
    reasons: tuple[str, ...]


def inside_cases(results: Sequence[GradingResult]) -> tuple[ToldCase, ...]:
    """The test cases with a verdict from inside, in the order of their first appearance."""
    return _told(results, lambda case: case.why_inside if case.judged == "inside" else None)


def unjudged_cases(results: Sequence[GradingResult]) -> tuple[ToldCase, ...]:
    """The test cases without a verdict, in the same order."""
    return _told(results, lambda case: case.detail if case.outcome == "not_judged" else None)


def pending_questions(result: GradingResult) -> frozenset[str]:
    """The names of undecided questions with points missing for want of a verdict.

    A zero would say that their answers are wrong.
    """
    return frozenset(
        question.question.name
        for question in undecided_questions(result)
        if question.score < question.question.points - _EPSILON and has_unjudged(question.test_cases)
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


def _told(
    results: Sequence[GradingResult], reason_of: Callable[[TestCaseResult], str | None]
) -> tuple[ToldCase, ...]:
    found: dict[tuple[str, int], ToldCase] = {}
    for result in results:
        for question in result.questions:
            for case in question.test_cases:
                key = (question.question.name, case.test_case.number)
                name = f"{question.question.name}: {case.test_case.told}"
                former = found.get(key, ToldCase(name=name, count=0, total=0, reasons=()))
                reasons = [] if (reason := reason_of(case)) is None else [reason]
                found[key] = ToldCase(
                    name=name,
                    count=former.count + len(reasons),
                    total=former.total + 1,
                    reasons=tuple(dict.fromkeys((*former.reasons, *reasons))),
                )
    return tuple(case for case in found.values() if case.count)
