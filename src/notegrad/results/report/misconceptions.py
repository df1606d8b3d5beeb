"""Groups the wrong answers of a class by message, and by the test cases that they fail."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from notegrad.records import GradingResult, QuestionResult, Record, TestCaseResult
from notegrad.results.text import clean

MAX_READ_CHARS = 1_000
MAX_MAYBE = 3

_BLANKS = re.compile(r"\s+")
_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"|'[^']*'|`[^`]*`|\[[^\[\]]*\]|\([^()]*\)")
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)*(?:e[-+]?\d+)?", re.IGNORECASE)

UNTOLD = ("passed", "skipped", "not_judged")
"""Outcomes that say nothing of what was wrong."""


class SeenMessage(Record, frozen=True, kw_only=True):
    """A message that `count` submissions got for a test case; `example` is one of them as it was."""

    question: str
    test_case: str
    told: str
    number: int
    outcome: str
    count: int
    example: str
    submissions: tuple[str, ...]


class SeenPattern(Record, frozen=True, kw_only=True):
    """`count` submissions fail exactly the test cases `numbers` of a question, and are told the same.

    `known`: the misconception of the rejected answer in answers.yml whose code theirs is. `maybe`: else those
    that fail the same test cases, as far as the course's answers.yml knows any.
    """

    question: str
    numbers: tuple[int, ...]
    count: int
    example: str
    submissions: tuple[str, ...]
    maybe: tuple[str, ...] = ()
    known: str = ""


class Misconception(Record, frozen=True, kw_only=True):
    """A misconception of answers.yml: its sentence, the test cases that its answer fails, and its code."""

    text: str
    fails: tuple[int, ...]
    sometimes: tuple[int, ...] = ()
    code: str = ""


def normalised(message: str) -> str:
    """The message without what differs from student to student: numbers, quoted names, shapes, blanks."""
    text = clean(message[:MAX_READ_CHARS], MAX_READ_CHARS)
    return _BLANKS.sub(" ", _NUMBER.sub("#", _QUOTED.sub("§", text))).strip().casefold()


def seen_messages(results: Sequence[GradingResult]) -> tuple[SeenMessage, ...]:
    """Most frequent first; among equals in the order of the assignment."""
    groups: dict[tuple[str, int, str, str], list[tuple[str, TestCaseResult]]] = {}
    for result in results:
        for question in result.questions:
            for case in question.test_cases:
                if case.outcome not in UNTOLD:
                    said = normalised(_said(case))
                    key = (question.question.name, case.test_case.number, case.outcome, said)
                    groups.setdefault(key, []).append((result.submission, case))
    order = _order(results)
    seen = [
        SeenMessage(
            question=question,
            test_case=found[0][1].test_case.name,
            told=found[0][1].test_case.told,
            number=number,
            outcome=outcome,
            count=len(found),
            example=clean(_said(found[0][1]), MAX_READ_CHARS),
            submissions=tuple(submission for submission, _ in found),
        )
        for (question, number, outcome, _), found in groups.items()
    ]
    return tuple(sorted(seen, key=lambda s: (-s.count, order[s.question], s.number, s.outcome, s.example)))


def seen_patterns(
    results: Sequence[GradingResult],
    known: Mapping[str, Sequence[Misconception]] | None = None,
    by_code: Mapping[str, Mapping[str, str]] | None = None,
) -> tuple[SeenPattern, ...]:
    """By question in the assignment's order, most frequent first; questions that all pass have none.

    by_code: by submission and question, the misconception of the rejected answer whose code it is.
    """
    groups: dict[tuple[str, tuple[int, ...], str, str], list[tuple[str, str]]] = {}
    for result in results:
        for question in result.questions:
            numbers = _failing(question)
            if numbers:
                first = next(case for case in question.test_cases if case.test_case.number == numbers[0])
                name = question.question.name
                idea = (by_code or {}).get(result.submission, {}).get(name, "")
                key = (name, numbers, normalised(_said(first)), idea)
                groups.setdefault(key, []).append((result.submission, _said(first)))
    order = _order(results)
    cases = {q.question.name: len(q.question.test_cases) for r in results for q in r.questions}
    patterns = [
        SeenPattern(
            question=question,
            numbers=numbers,
            count=len(found),
            example=clean(found[0][1], MAX_READ_CHARS),
            submissions=tuple(submission for submission, _ in found),
            maybe=() if idea else _maybe(numbers, cases[question], (known or {}).get(question, ())),
            known=idea,
        )
        for (question, numbers, _, idea), found in groups.items()
    ]
    return tuple(sorted(patterns, key=lambda p: (order[p.question], -p.count, p.numbers, p.known, p.example)))


def _maybe(numbers: tuple[int, ...], cases: int, known: Sequence[Misconception]) -> tuple[str, ...]:
    """The misconceptions that fail just these; where nothing passes, or too many fit, nothing is known."""
    failing = set(numbers)
    fit = [m for m in known if set(m.fails) <= failing <= {*m.fails, *m.sometimes}]
    texts = tuple(dict.fromkeys(m.text for m in fit))
    return texts if len(numbers) < cases and len(texts) <= MAX_MAYBE else ()


def _failing(question: QuestionResult) -> tuple[int, ...]:
    return tuple(case.test_case.number for case in question.test_cases if case.outcome not in UNTOLD)


def _said(case: TestCaseResult) -> str:
    return case.message or case.test_case.failure_message or ""


def _order(results: Sequence[GradingResult]) -> dict[str, int]:
    names = dict.fromkeys(q.question.name for result in results for q in result.questions)
    return {name: index for index, name in enumerate(names)}
