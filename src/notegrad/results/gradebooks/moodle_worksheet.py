"""Moodle's offline grading worksheet, filled in: the grades, and comments where they are asked for.

Source: `mod/assign/feedback/offline/importgradeslib.php`. Moodle matches a row by the number at the end
of its identifier, refuses it where the date of the last modification is older than its own, and skips
locked ones; so every cell but the grade (and an empty comment) stays as it came.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from html import escape

from notegrad.errors import InputError
from notegrad.intake.class_list.roster import MOODLE_ID, MOODLE_LOCK, roster_of
from notegrad.intake.class_list.spreadsheet import Sheet
from notegrad.records import GradingResult
from notegrad.results.gradebooks.filling import Filled, grade_text, has_decimal_comma, unreadable_note
from notegrad.results.gradebooks.formulas import safe_cell
from notegrad.results.gradebooks.scale import Scale, number_in, scaled, written
from notegrad.results.gradebooks.standings import Standing
from notegrad.results.text import remarks

GRADE = ("Note", "Grade")
MAXIMUM = ("Note maximale", "Maximum grade")
COMMENT = ("Feedback par commentaires", "Feedback comments", "Commentaires de feedback")
_LOCKED = ("non", "no")


def fill_worksheet(
    sheet: Sheet, standings: Sequence[Standing], scale: Scale, *, comments: bool = False
) -> Filled:
    """The worksheet with the grades of these students; raises InputError where it is no grading worksheet."""
    grade, maximum, comment = sheet.column(GRADE), sheet.column(MAXIMUM), sheet.column(COMMENT)
    lock = sheet.column(MOODLE_LOCK)
    if grade is None or sheet.column(MOODLE_ID) is None:
        raise InputError(
            f"{sheet.name} is no grading worksheet of Moodle (no columns Identifiant and Note, or "
            "Identifier and Grade): download it from the assignment, Actions > Download grading worksheet."
        )
    if comments and comment is None:
        raise InputError(
            f"{sheet.name} has no column for comments: switch “Feedback comments” on in the assignment and "
            "download the worksheet again, or leave --comments out."
        )
    comma = has_decimal_comma(sheet, (grade, maximum), otherwise="Note" in sheet.heads)
    roster = roster_of(sheet)
    scored = {s.student.key: s.scored for s in standings if s.scored and s.student.key}
    texts: dict[tuple[int, int], str] = {}
    locked: list[str] = []
    graded = empty = kept = 0
    for row, entry in zip(roster.rows, roster.entries, strict=True):
        result = scored.get(entry.key)
        if result is None or grade >= len(sheet.rows[row]):
            empty += not sheet.text(row, grade)
            continue
        if sheet.text(row, lock).casefold() in _LOCKED:
            locked.append(entry.name or entry.key)
            empty += not sheet.text(row, grade)
            continue
        text = grade_text(result, _maximum(sheet, row, maximum), scale, where=sheet.name, comma=comma)
        graded += 1
        if number_in(sheet.text(row, grade)) != number_in(text):
            texts[row, grade] = text
        if comments and comment is not None:
            if sheet.text(row, comment):
                kept += 1
            else:
                texts[row, comment] = comment_of(result, comma=comma)
    notes = [*unreadable_note(standings)]
    notes += [f"Locked in Moodle, left alone: {', '.join(locked)}."] if locked else []
    notes += [f"{kept} comments were there already and stay."] if kept else []
    return Filled(data=sheet.replaced(texts), graded=graded, empty=empty, notes=tuple(notes))


def comment_of(result: GradingResult, *, comma: bool) -> str:
    """Points of each question in one line of HTML, or the reason why there are none."""
    text = " ; ".join(
        f"{q.question.name} : {_of(q.score, q.question.points, comma=comma)}" for q in result.questions
    )
    if said := remarks(result):
        text = said if result.status == "unreadable" else f"{said} ; {text}"
    return escape(safe_cell(text), quote=False)


def _of(score: float, points: float, *, comma: bool) -> str:
    had = written(scaled(score, points, Scale()), comma=comma)
    return f"{had}/{written(scaled(points, points, Scale()), comma=comma)}"


def _maximum(sheet: Sheet, row: int, column: int | None) -> Decimal | None:
    value = number_in(sheet.text(row, column))
    return value if value is not None and value > 0 else None
