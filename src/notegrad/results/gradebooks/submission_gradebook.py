"""The gradebook of submissions has one row per submission and one column per question.

What was not graded has empty cells, never zeros. How it is written is told in `csv_form`. Where marks are
more than the machine's scores, columns at the end say what the machine's score was, what lateness took (in
per cent), and what was given by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from notegrad.marks.final_mark import is_scored, mark_of, number
from notegrad.records import CsvForm, GradingResult
from notegrad.results.gradebooks.csv_form import Content, to_csv
from notegrad.results.text import remarks

FIRST_COLUMNS = ("id", "student", "status", "score", "max_score")
LAST_COLUMNS = ("reason",)
MARK_COLUMNS = ("automatic_score", "late_percent", "by_hand")


def to_gradebook(results: Sequence[GradingResult], form: CsvForm) -> bytes:
    """The gradebook as CSV, rows in the order of the results, questions in that of the assignment."""
    questions = question_names(results)
    marks = mark_columns(results)
    heads = (*FIRST_COLUMNS, *questions, *LAST_COLUMNS, *marks)
    rows = [[*_row(result, questions), *mark_cells(result)[: len(marks)]] for result in results]
    return to_csv([heads, *rows], form)


def question_names(results: Iterable[GradingResult]) -> tuple[str, ...]:
    """Names of all questions, in the order in which they first appear."""
    return tuple(dict.fromkeys(q.question.name for result in results for q in result.questions))


def _row(result: GradingResult, questions: Sequence[str]) -> list[Content]:
    scored = is_scored(result)
    scores = {q.question.name: q.score for q in result.questions} if scored else {}
    return [
        result.submission,
        result.student,
        result.status,
        result.score if scored else "",
        result.max_score,
        *(scores.get(name, "") for name in questions),
        remarks(result),
    ]


def mark_columns(results: Iterable[GradingResult]) -> tuple[str, ...]:
    """The columns on marks: none where no mark is another than the machine's score."""
    return MARK_COLUMNS if any(mark_of(result) for result in results) else ()


def mark_cells(result: GradingResult | None) -> list[Content]:
    """The cells of the columns on marks; empty where the machine alone decides."""
    mark = mark_of(result) if result is not None else None
    if mark is None:
        return [""] * len(MARK_COLUMNS)
    late = None if mark.is_whole else mark.lateness  # which takes nothing from a whole mark
    by_hand = "; ".join(f"{o.question}={number(o.points)}, {o.by}, {o.when}: {o.why}" for o in mark.overrides)
    percent: Content = "" if late is None else "unknown" if late.is_unknown else late.percent
    return ["" if mark.automatic is None else mark.automatic, percent, by_hand]
