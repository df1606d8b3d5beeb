r"""The gradebook of submissions has one row per submission and one column per question.

UTF-8 with a byte order mark, because spreadsheets on Windows read accents only with one (Python reads it
with `encoding="utf-8-sig"`, pandas as it is); commas, decimal points, `\n` line ends. Text that a
spreadsheet would take for a formula is preceded by an apostrophe, also after a semicolon. What was not
graded has empty cells, never zeros. Where marks are more than the machine's scores, columns at the end
say what the machine's score was, what lateness took (in per cent), and what was given by hand.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Sequence

from notegrad.marks.final_mark import is_scored, mark_of
from notegrad.records import GradingResult
from notegrad.results.gradebooks.formulas import safe_cell
from notegrad.results.text import remarks

SCORE_DIGITS = 6
FIRST_COLUMNS = ("id", "student", "status", "score", "max_score")
LAST_COLUMNS = ("reason",)
MARK_COLUMNS = ("automatic_score", "late_percent", "by_hand")


def to_gradebook(results: Sequence[GradingResult]) -> bytes:
    """The gradebook as CSV, rows in the order of the results, questions in that of the assignment."""
    questions = question_names(results)
    marks = mark_columns(results)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([safe_cell(name) for name in (*FIRST_COLUMNS, *questions, *LAST_COLUMNS, *marks)])
    writer.writerows([*_row(result, questions), *mark_cells(result)[: len(marks)]] for result in results)
    return codecs.BOM_UTF8 + text.getvalue().encode("utf-8", "replace")


def question_names(results: Iterable[GradingResult]) -> tuple[str, ...]:
    """Names of all questions, in the order in which they first appear."""
    return tuple(dict.fromkeys(q.question.name for result in results for q in result.questions))


def _row(result: GradingResult, questions: Sequence[str]) -> list[str]:
    scored = is_scored(result)
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


def mark_columns(results: Iterable[GradingResult]) -> tuple[str, ...]:
    """The columns on marks: none where no mark is another than the machine's score."""
    return MARK_COLUMNS if any(mark_of(result) for result in results) else ()


def mark_cells(result: GradingResult | None) -> list[str]:
    """The cells of the columns on marks; empty where the machine alone decides."""
    mark = mark_of(result) if result is not None else None
    if mark is None:
        return [""] * len(MARK_COLUMNS)
    late = None if mark.is_whole else mark.lateness  # which takes nothing from a whole mark
    by_hand = "; ".join(
        f"{o.question}={score_cell(o.points)}, {o.by}, {o.when}: {o.why}" for o in mark.overrides
    )
    percent = "" if late is None else "unknown" if late.is_unknown else score_cell(late.percent)
    automatic = "" if mark.automatic is None else score_cell(mark.automatic)
    return [automatic, percent, safe_cell(by_hand)]


def score_cell(value: float) -> str:
    """Shortest decimal form, without exponent or trailing zeros: 2, 0.5, 0.333333."""
    return f"{round(value, SCORE_DIGITS):.{SCORE_DIGITS}f}".rstrip("0").rstrip(".")
