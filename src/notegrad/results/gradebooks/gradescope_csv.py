"""Grades in the columns of Gradescope's own "Download Grades" file, for tools that read that one."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from notegrad.marks.final_mark import number
from notegrad.results.gradebooks.formulas import safe_cell
from notegrad.results.gradebooks.scale import Scale, scaled, written
from notegrad.results.gradebooks.standings import Standing
from notegrad.results.gradebooks.submission_gradebook import question_names

_HEADS = (
    "Name",
    "SID",
    "Email",
    "Total Score",
    "Max Points",
    "Status",
    "Submission ID",
    "Submission Time",
    "Lateness (H:M:S)",
    "Submission Count",
)


def to_gradescope_csv(standings: Sequence[Standing], scale: Scale) -> bytes:
    """A row per student; who has no score is `Missing` or `Ungraded`, with empty cells."""
    results = [s.scored for s in standings if s.scored]
    names = question_names(results)
    points = {q.question.name: q.question.points for result in results for q in result.questions}
    heads = [f"{n}: {name} ({number(points[name])} pts)" for n, name in enumerate(names, 1)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_HEADS, *(safe_cell(head) for head in heads)])
    writer.writerows(_row(standing, names, scale) for standing in standings)
    return text.getvalue().encode("utf-8", "replace")


def _row(standing: Standing, names: Sequence[str], scale: Scale) -> list[str]:
    student, handed, result = standing.student, standing.handed, standing.scored
    scores = {q.question.name: number(q.score) for q in result.questions} if result else {}
    out_of = written(scale.out_of) if scale.out_of is not None else number(result.max_score) if result else ""
    return [
        safe_cell(student.name),
        safe_cell(student.number),
        safe_cell(student.email),
        written(scaled(result.score, result.max_score, scale)) if result else "",
        out_of if result else "",
        "Graded" if result else "Ungraded" if handed else "Missing",
        safe_cell(handed.label.removeprefix("submission_") if handed else ""),
        safe_cell(handed.received_at if handed else ""),
        "",
        str(standing.attempts),
        *(scores.get(name, "") for name in names),
    ]
