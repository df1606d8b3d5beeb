r"""The gradebook of submissions has one row per submission and one column per question.

UTF-8 with a byte order mark, because spreadsheets on Windows read accents only with one (Python reads it
with `encoding="utf-8-sig"`, pandas as it is); commas, decimal points, `\n` line ends. Text that a
spreadsheet would take for a formula is preceded by an apostrophe, also after a semicolon. What was not
graded has empty cells, never zeros.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Sequence

from notegrad.records import GradingResult
from notegrad.results.gradebooks.formulas import safe_cell
from notegrad.results.text import remarks

SCORE_DIGITS = 6
FIRST_COLUMNS = ("id", "student", "status", "score", "max_score")
LAST_COLUMNS = ("reason",)


def to_gradebook(results: Sequence[GradingResult]) -> bytes:
    """The gradebook as CSV, rows in the order of the results, questions in that of the assignment."""
    questions = question_names(results)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([safe_cell(name) for name in (*FIRST_COLUMNS, *questions, *LAST_COLUMNS)])
    writer.writerows(_row(result, questions) for result in results)
    return codecs.BOM_UTF8 + text.getvalue().encode("utf-8", "replace")


def question_names(results: Iterable[GradingResult]) -> tuple[str, ...]:
    """Names of all questions, in the order in which they first appear."""
    return tuple(dict.fromkeys(q.question.name for result in results for q in result.questions))


def _row(result: GradingResult, questions: Sequence[str]) -> list[str]:
    scored = result.status != "not_graded"
    scores = {q.question.name: score_cell(q.score) for q in result.questions} if scored else {}
    return [
        safe_cell(result.submission),
        safe_cell(result.student),
        result.status,
        score_cell(result.score) if scored else "",
        score_cell(result.max_score),
        *(scores.get(name, "") for name in questions),
        safe_cell(remarks(result)),
    ]


def score_cell(value: float) -> str:
    """Shortest decimal form, without exponent or trailing zeros: 2, 0.5, 0.333333."""
    return f"{round(value, SCORE_DIGITS):.{SCORE_DIGITS}f}".rstrip("0").rstrip(".")
