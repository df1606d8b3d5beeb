"""The gradebook of a class has one row per student, also for those who handed in nothing.

Columns and cells are those of `submission_gradebook`, with the grade on the school's scale after the score
where one is asked for, and with who the student is, which attempt this is, and when it came, at the end.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping, Sequence

from notegrad.records import ClassList, GradingResult
from notegrad.results.gradebooks.formulas import safe_cell
from notegrad.results.gradebooks.scale import Scale, scaled, written
from notegrad.results.gradebooks.standings import Standing, every_attempt, standings
from notegrad.results.gradebooks.submission_gradebook import (
    FIRST_COLUMNS,
    LAST_COLUMNS,
    mark_cells,
    mark_columns,
    question_names,
    score_cell,
)
from notegrad.results.text import remarks

GRADE_COLUMN = "grade"
STUDENT_COLUMNS = ("key", "number", "email", "login", "group", "attempt", "attempts", "received_at", "late")
MISSING = "missing"


def to_class_gradebook(
    class_list: ClassList, results: Mapping[str, GradingResult], scale: Scale | None = None
) -> bytes:
    """The gradebook as CSV: a row per student, or per attempt where all count; not graded is empty."""
    chosen = (every_attempt if class_list.attempts == "all" else standings)(class_list, results)
    questions = question_names(list(results.values()))
    marks = mark_columns(results.values())
    grade = (GRADE_COLUMN,) if scale else ()
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    heads = (*FIRST_COLUMNS, *grade, *questions, *LAST_COLUMNS, *STUDENT_COLUMNS, *marks)
    writer.writerow([safe_cell(head) for head in heads])
    writer.writerows(
        [*_row(standing, questions, scale), *mark_cells(standing.result)[: len(marks)]] for standing in chosen
    )
    return codecs.BOM_UTF8 + text.getvalue().encode("utf-8", "replace")


def _row(standing: Standing, questions: Sequence[str], scale: Scale | None) -> list[str]:
    student, handed, result, scored = standing.student, standing.handed, standing.result, standing.scored
    scores = {q.question.name: score_cell(q.score) for q in scored.questions} if scored else {}
    grade = [written(scaled(scored.score, scored.max_score, scale)) if scored else ""] if scale else []
    return [
        safe_cell(handed.submission if handed else ""),
        safe_cell(student.name),
        result.status if result else "not_graded" if handed else MISSING,
        score_cell(scored.score) if scored else "",
        score_cell(result.max_score) if result else "",
        *grade,
        *(scores.get(name, "") for name in questions),
        safe_cell(remarks(result) if result else ""),
        *(safe_cell(getattr(student, field)) for field in STUDENT_COLUMNS[:5]),
        str(handed.attempt) if handed else "",
        str(standing.attempts),
        safe_cell(handed.received_at if handed else ""),
        "late" if handed and handed.late else "",
    ]
