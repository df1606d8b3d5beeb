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
from notegrad.intake.class_list.heads import find_columns, plain
from notegrad.intake.class_list.naming import called
from notegrad.intake.class_list.roster import MOODLE_ID, MOODLE_LOCK, Roster
from notegrad.intake.class_list.spreadsheet import Sheet
from notegrad.messages import Message, translate
from notegrad.records import GradingResult
from notegrad.results.gradebooks.filling import (
    Filled,
    Filling,
    grade_text,
    has_decimal_comma,
    only_column,
    unreadable_note,
)
from notegrad.results.gradebooks.formulas import safe_cell
from notegrad.results.gradebooks.scale import Scale, number_in, scaled, written
from notegrad.results.gradebooks.standings import Standing
from notegrad.results.text import remarks

GRADE = ("Note", "Grade")
MAXIMUM = ("Note maximale", "Maximum grade")
COMMENT = ("Feedback par commentaires", "Feedback comments", "Commentaires de feedback")
_LOCKED = ("non", "no")


def fill_worksheet(
    sheet: Sheet,
    roster: Roster,
    standings: Sequence[Standing],
    scale: Scale,
    *,
    comments: bool = False,
    keep: bool = False,
) -> Filled:
    """The worksheet with the grades of these students.

    Raises InputError where it is no grading worksheet, or has two columns for the grades.
    """
    language = sheet.language
    grades = find_columns(sheet.heads, GRADE)
    if not grades or sheet.column(MOODLE_ID) is None:
        raise InputError(Message("not_of_moodle", name=sheet.name))
    grade = only_column(sheet, grades, sheet.heads[grades[0]])
    maximum, comment, lock = (sheet.column(names) for names in (MAXIMUM, COMMENT, MOODLE_LOCK))
    if comments and comment is None:
        raise InputError(Message("no_comment_column", name=sheet.name))
    told = [column for column in (grade, maximum) if column is not None]
    comma = has_decimal_comma(sheet, told, otherwise=plain(sheet.heads[grade]) == plain(GRADE[0]))
    scored = {s.student.key: s for s in standings if s.scored and s.student.key}
    filling = Filling(sheet, grade, keep=keep)
    locked: list[str] = []
    kept = 0
    for row, entry in zip(roster.rows, roster.entries, strict=True):
        standing = scored.get(entry.key)
        result = standing.scored if standing else None
        is_locked = sheet.text(row, lock).casefold() in _LOCKED
        if standing is None or result is None or is_locked:
            locked += [called(entry)] if result and is_locked else []
            filling.leave(row)
            continue
        text = grade_text(result, _maximum(sheet, row, maximum), scale, sheet=sheet, comma=comma)
        filling.put(row, entry, standing.student, text)
        if comments and comment is not None:
            if sheet.text(row, comment):
                kept += 1
            else:
                filling.texts[row, comment] = comment_of(result, language, comma=comma)
    notes = [*unreadable_note(standings, language)]
    notes += [translate("locked_in_moodle", language, names=", ".join(locked))] if locked else []
    notes += [translate("comments_stay", language, count=kept)] if kept else []
    return filling.filled(notes)


def comment_of(result: GradingResult, language: str, *, comma: bool) -> str:
    """Points of each question in one line of HTML, or the reason why there are none."""
    points = {q.question.name: _of(q.score, q.question.points, comma=comma) for q in result.questions}
    parts = [translate("told_of", language, name=name, what=had) for name, had in points.items()]
    if said := remarks(result):
        parts = [said] if result.status == "unreadable" else [said, *parts]
    return escape(safe_cell(translate("told_between", language).join(parts)), quote=False)


def _of(score: float, points: float, *, comma: bool) -> str:
    had = written(scaled(score, points, Scale()), comma=comma)
    return f"{had}/{written(scaled(points, points, Scale()), comma=comma)}"


def _maximum(sheet: Sheet, row: int, column: int | None) -> Decimal | None:
    value = number_in(sheet.text(row, column))
    return value if value is not None and value > 0 else None
