"""The gradebook of submissions has one row per submission and one column per question.

What was not graded has empty cells, never zeros. How it is written is told in `csv_form`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from notegrad.records import CsvForm, GradingResult
from notegrad.results.gradebooks.csv_form import Content, to_csv
from notegrad.results.text import remarks

FIRST_COLUMNS = ("id", "student", "status", "score", "max_score")
LAST_COLUMNS = ("reason",)


def to_gradebook(results: Sequence[GradingResult], form: CsvForm) -> bytes:
    """The gradebook as CSV, rows in the order of the results, questions in that of the assignment."""
    questions = question_names(results)
    heads = (*FIRST_COLUMNS, *questions, *LAST_COLUMNS)
    return to_csv([heads, *(_row(result, questions) for result in results)], form)


def question_names(results: Iterable[GradingResult]) -> tuple[str, ...]:
    """Names of all questions, in the order in which they first appear."""
    return tuple(dict.fromkeys(q.question.name for result in results for q in result.questions))


def _row(result: GradingResult, questions: Sequence[str]) -> list[Content]:
    scored = result.status != "not_graded"
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
