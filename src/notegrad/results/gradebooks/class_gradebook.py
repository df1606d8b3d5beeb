"""The gradebook of a class has one row per student, also for those who handed in nothing.

Columns and cells are those of `submission_gradebook`, with the grade on the school's scale after the score
where one is asked for, and with who the student is, which attempt this is, and when it came, at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from notegrad.marks.final_mark import came_late
from notegrad.records import ClassList, CsvForm, GradingResult
from notegrad.results.gradebooks.csv_form import Content, form_of, to_csv
from notegrad.results.gradebooks.scale import Scale, scaled
from notegrad.results.gradebooks.standings import Standing, every_attempt, standings
from notegrad.results.gradebooks.submission_gradebook import (
    FIRST_COLUMNS,
    LAST_COLUMNS,
    mark_cells,
    mark_columns,
    question_names,
)
from notegrad.results.text import remarks

GRADE_COLUMN = "grade"
STUDENT_COLUMNS = ("key", "number", "email", "login", "group", "attempt", "attempts", "received_at", "late")
MISSING = "missing"


def to_class_gradebook(
    class_list: ClassList,
    results: Mapping[str, GradingResult],
    scale: Scale | None = None,
    *,
    form: CsvForm | None = None,
) -> bytes:
    """The gradebook as CSV: a row per student, or per attempt where all count; not graded is empty.

    form: another one than the class list says.
    """
    chosen = (every_attempt if class_list.attempts == "all" else standings)(class_list, results)
    questions = question_names(list(results.values()))
    marks = mark_columns(results.values())
    grade = (GRADE_COLUMN,) if scale else ()
    heads = (*FIRST_COLUMNS, *grade, *questions, *LAST_COLUMNS, *STUDENT_COLUMNS, *marks)
    rows = [
        [*_row(standing, questions, scale), *mark_cells(standing.result)[: len(marks)]] for standing in chosen
    ]
    return to_csv([heads, *rows], form or form_of(class_list.language, class_list.csv))


def _row(standing: Standing, questions: Sequence[str], scale: Scale | None) -> list[Content]:
    student, handed, result, scored = standing.student, standing.handed, standing.result, standing.scored
    scores = {q.question.name: q.score for q in scored.questions} if scored else {}
    grade = [scaled(scored.score, scored.max_score, scale) if scored else ""] if scale else []
    return [
        handed.submission if handed else "",
        student.name,
        result.status if result else "not_graded" if handed else MISSING,
        scored.score if scored else "",
        result.max_score if result else "",
        *grade,
        *(scores.get(name, "") for name in questions),
        remarks(result) if result else "",
        *(getattr(student, field) for field in STUDENT_COLUMNS[:5]),
        str(handed.attempt) if handed else "",
        str(standing.attempts),
        handed.received_at if handed else "",
        "late" if handed and came_late(result, flagged=handed.late) else "",
    ]
