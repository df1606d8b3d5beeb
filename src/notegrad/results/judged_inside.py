"""Verdicts from inside, of a class: which test cases have them, on how many submissions, and why."""

from __future__ import annotations

from collections.abc import Sequence

from notegrad.records import GradingResult, Record


class InsideCase(Record, frozen=True, kw_only=True):
    """A test case that was judged inside in `count` of `total` submissions; `reasons` are told apart."""

    name: str
    count: int
    total: int
    reasons: tuple[str, ...]


def inside_cases(results: Sequence[GradingResult]) -> tuple[InsideCase, ...]:
    """The test cases with a verdict from inside, in the order of their first appearance."""
    found: dict[tuple[str, int], InsideCase] = {}
    for result in results:
        for question in result.questions:
            for case in question.test_cases:
                key = (question.question.name, case.test_case.number)
                name = f"{question.question.name}: {case.test_case.told}"
                former = found.get(key, InsideCase(name=name, count=0, total=0, reasons=()))
                is_inside = case.judged == "inside"
                found[key] = InsideCase(
                    name=name,
                    count=former.count + is_inside,
                    total=former.total + 1,
                    reasons=tuple(
                        dict.fromkeys((*former.reasons, *([case.why_inside] if is_inside else [])))
                    ),
                )
    return tuple(case for case in found.values() if case.count)
