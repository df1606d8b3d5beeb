"""Test cases of a class that staff are told of: judged inside, or without a verdict; on how many, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from notegrad.records import GradingResult, Record, TestCaseResult


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
