"""The `results.json` of a submission on Gradescope: the result, and what is known of the attempt."""

from __future__ import annotations

from typing import Any

from notegrad.gradescope.metadata import Attempt
from notegrad.marks.final_mark import final_mark, marked
from notegrad.marks.lateness import DueDate, LateRule, due_of_assignment
from notegrad.messages import translate
from notegrad.records import GradingResult, Handed
from notegrad.results.gradescope_json import to_gradescope
from notegrad.results.text import clean
from notegrad.settings import AssignmentSettings, GradescopeSettings, LateSettings

MAX_STUDENTS_SHOWN = 10


def with_lateness(result: GradingResult, attempt: Attempt, settings: AssignmentSettings) -> GradingResult:
    """The result with what lateness takes, where the course takes anything; the platform's dates win.

    Those are each student's own, with their extensions.
    """
    if settings.late == LateSettings():
        return result
    platform = DueDate(due=attempt.due_at or "", cut_off=attempt.cut_off_at or "", source="platform")
    date = platform if attempt.due_at else due_of_assignment(settings.late)
    if date is None:
        return result
    handed = Handed(submission=result.submission, students=(), received_at=attempt.created_at or "")
    mark = final_mark(result, handed, (), LateRule(settings=settings.late, date=date))
    return marked(result, mark, settings.language)


def to_document(
    result: GradingResult, attempt: Attempt, settings: GradescopeSettings, *, language: str, grader_s: float
) -> dict[str, Any]:
    """The whole document; `grader_s` is what the grader took, from its start to its end, in seconds."""
    document: dict[str, Any] = to_gradescope(
        result, language=language, hidden_visibility=settings.hidden_visibility
    )
    document["execution_time"] = round(grader_s, 3)
    lines = [*_about(attempt, language), str(document["output"])]
    document["output"] = clean("\n".join(line for line in lines if line))
    document["extra_data"]["notegrad"]["attempt"] = {
        "number": attempt.number,
        "created_at": attempt.created_at,
        "due_at": attempt.due_at,
        "late_s": attempt.late_s,
        "earlier_faults_of_the_platform": attempt.earlier_faults,
    }
    if settings.leaderboard and "score" in document:
        document["leaderboard"] = [{"name": translate("column_score", language), "value": document["score"]}]
    return document


def _about(attempt: Attempt, language: str) -> list[str]:
    """Lines on the attempt: its number, its students where it is a group's, and whether it was in time."""
    lines = []
    if len(attempt.students) > 1:
        students = ", ".join(attempt.students[:MAX_STUDENTS_SHOWN])
        more = " …" if len(attempt.students) > MAX_STUDENTS_SHOWN else ""
        lines.append(translate("handed_in_by", language, students=f"{students}{more}"))
    if attempt.number is not None:
        lines.append(translate("attempt", language, number=attempt.number))
    if attempt.late_s:
        minutes = max(1, int(attempt.late_s // 60))
        days, hours = minutes // 1440, minutes // 60 % 24
        lines.append(translate("late", language, days=days, hours=hours, minutes=minutes % 60))
    elif attempt.late_s is not None:
        lines.append(translate("in_time", language))
    return lines
