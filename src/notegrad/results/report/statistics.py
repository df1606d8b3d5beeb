"""Computes the figures of a class: scores, questions, test cases, times. Pure Python, plain records.

The population is the submissions that were read and judged; unreadable ones and those not graded through a
fault of ours say nothing about what was learnt, and are only counted. Scores are marks, as students get them;
what is said of questions and test cases is about the machine's scores, which tell of the tests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from math import ceil, fsum, isfinite, sqrt

from notegrad.marks.final_mark import machine_result
from notegrad.records import GradingResult, Outcome, Record, TestCase
from notegrad.results.pending import pending_questions

NOT_READ = ("unreadable", "not_graded")
LEAST_FOR_CORRELATION = 5
FEW = 30  # below, a correlation's error is some 0.2 and more
_EPSILON = 1e-9


class Spread(Record, frozen=True, kw_only=True):
    """Of some numbers; `p90` is the smallest that nine in ten do not exceed."""

    count: int
    mean: float
    deviation: float
    low: float
    median: float
    p90: float
    high: float


class CaseStatistics(Record, frozen=True, kw_only=True):
    """One test case: `success` is the share of verdicts that it passes; None where there is no figure."""

    name: str
    number: int
    points: float
    hidden: bool
    outcomes: dict[str, int]
    success: float | None
    discrimination: float | None
    told: str  # the name with the words of the author's function


class QuestionStatistics(Record, frozen=True, kw_only=True):
    """One question: `success` is the share of its points that the class had; None where it has none.

    All is about the submissions in which no verdict is missing (pending_questions).
    """

    name: str
    points: float
    success: float | None
    full: int
    part: int
    none: int
    discrimination: float | None
    test_cases: tuple[CaseStatistics, ...]


class ClassStatistics(Record, frozen=True, kw_only=True):
    """A class; `read` counts the submissions that all shares and means are about. Scores are in points."""

    submissions: int
    read: int
    max_score: float
    statuses: dict[str, int]
    outcomes: dict[str, int]
    scores: Spread | None
    reliability: float | None
    total_s: Spread | None
    notebook_s: Spread | None
    tests_s: Spread | None
    questions: tuple[QuestionStatistics, ...]


def read_results(results: Sequence[GradingResult]) -> tuple[GradingResult, ...]:
    """Those that say something about what was learnt."""
    return tuple(result for result in results if result.status not in NOT_READ)


def class_statistics(results: Sequence[GradingResult]) -> ClassStatistics:
    """The figures of a class; one without results has counts of zero and None for the rest."""
    read = read_results(results)
    found = [machine_result(result) for result in read]
    outcomes: Counter[str] = Counter(c.outcome for r in read for q in r.questions for c in q.test_cases)
    questions = _questions(found)
    return ClassStatistics(
        submissions=len(results),
        read=len(read),
        max_score=max((result.max_score for result in results), default=0.0),
        statuses=dict(Counter(result.status for result in results)),
        outcomes=dict(outcomes),
        scores=spread([result.score for result in read]),
        reliability=_reliability(found),
        total_s=spread([result.timings.total_s for result in read]),
        notebook_s=spread([result.timings.notebook_s for result in read]),
        tests_s=spread([result.timings.tests_s for result in read]),
        questions=questions,
    )


def spread(values: Sequence[float]) -> Spread | None:
    """None for no values; the deviation is the sample's (n - 1), 0 for a single value."""
    if not values:
        return None
    ordered = sorted(values)
    count = len(ordered)
    mean = fsum(ordered) / count
    middle = count // 2
    return Spread(
        count=count,
        mean=mean,
        deviation=sqrt(_variance(ordered)),
        low=ordered[0],
        median=ordered[middle] if count % 2 else (ordered[middle - 1] + ordered[middle]) / 2,
        p90=ordered[ceil(0.9 * count) - 1],
        high=ordered[-1],
    )


def correlation(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Pearson's; None for fewer than LEAST_FOR_CORRELATION pairs, or where one side does not vary."""
    count = len(xs)
    if count < LEAST_FOR_CORRELATION:
        return None
    mean_x, mean_y = fsum(xs) / count, fsum(ys) / count
    dx, dy = [x - mean_x for x in xs], [y - mean_y for y in ys]
    size_x, size_y = sqrt(fsum(d * d for d in dx)), sqrt(fsum(d * d for d in dy))
    # Rounding alone makes equal sums of tenths vary a little
    if size_x <= _EPSILON * sqrt(count) * (1 + abs(mean_x)) or size_y <= _EPSILON * sqrt(count) * (
        1 + abs(mean_y)
    ):
        return None
    value = fsum((a / size_x) * (b / size_y) for a, b in zip(dx, dy, strict=True))
    return max(-1.0, min(1.0, value)) if isfinite(value) else None


def corrected_item_total(items: Sequence[float], totals: Sequence[float]) -> float | None:
    """An item's correlation with the total without it: with itself in the total it would agree in part."""
    return correlation(items, [total - item for item, total in zip(items, totals, strict=True)])


def _variance(values: Sequence[float]) -> float:
    if len(values) < 2:
        return 0.0
    mean = fsum(values) / len(values)
    return fsum((value - mean) ** 2 for value in values) / (len(values) - 1)


def _questions(read: Sequence[GradingResult]) -> tuple[QuestionStatistics, ...]:
    """In the assignment's order, that of their first appearance."""
    names = dict.fromkeys(q.question.name for result in read for q in result.questions)
    pending = [pending_questions(result) for result in read]
    return tuple(_question(name, read, [name in those for those in pending]) for name in names)


def _question(name: str, read: Sequence[GradingResult], pending: Sequence[bool]) -> QuestionStatistics:
    found = [
        (r.score, q, is_pending)
        for r, is_pending in zip(read, pending, strict=True)
        for q in r.questions
        if q.question.name == name
    ]
    question = found[0][1].question
    scores = [q.score for _, q, is_pending in found if not is_pending]
    totals = [total for total, _, is_pending in found if not is_pending]
    full = sum(score >= question.points - _EPSILON for score in scores)
    none = sum(score <= _EPSILON < question.points for score in scores)
    cases: dict[int, tuple[TestCase, list[Outcome], list[float], list[float]]] = {}
    for total, result, _ in found:
        for case in result.test_cases:
            _, outcomes, items, rests = cases.setdefault(case.test_case.number, (case.test_case, [], [], []))
            outcomes.append(case.outcome)
            if case.outcome == "not_judged":
                continue
            items.append(float(case.outcome == "passed"))
            # All or nothing: the case decides over the whole question's points, so all of these are left out
            rests.append(total - (result.score if question.all_or_nothing else case.score))
    return QuestionStatistics(
        name=name,
        points=question.points,
        success=fsum(scores) / (question.points * len(scores)) if scores and question.points > 0 else None,
        full=full,
        part=len(scores) - full - none,
        none=none,
        discrimination=corrected_item_total(scores, totals),
        test_cases=tuple(_case(*facts) for _, facts in sorted(cases.items())),
    )


def _case(
    case: TestCase, outcomes: Sequence[Outcome], items: Sequence[float], rests: Sequence[float]
) -> CaseStatistics:
    return CaseStatistics(
        name=case.name,
        number=case.number,
        points=case.points,
        hidden=case.hidden,
        outcomes=dict(Counter[str](outcomes)),
        success=fsum(items) / len(items) if items else None,
        discrimination=correlation(items, rests),
        told=case.told,
    )


def _reliability(read: Sequence[GradingResult]) -> float | None:
    """Cronbach's alpha over questions: do they measure one thing? None where nothing varies."""
    names = tuple(q.question.name for q in read[0].questions) if read else ()
    rows = [[q.score for q in r.questions] for r in read if len(r.questions) == len(names)]
    total = _variance([fsum(row) for row in rows])
    if len(names) < 2 or len(rows) < LEAST_FOR_CORRELATION or total <= _EPSILON:
        return None
    within = fsum(_variance(column) for column in zip(*rows, strict=True))
    return len(names) / (len(names) - 1) * (1 - within / total)


def named(questions: Sequence[QuestionStatistics], wanted: Callable[[float], bool]) -> list[str]:
    """Names of the test cases whose success is as wanted."""
    cases = (case for question in questions for case in question.test_cases)
    return [case.told for case in cases if case.success is not None and wanted(case.success)]
