"""Canvas's gradebook, exported and filled in: one assignment's column, every other cell as it came.

Source: `lib/gradebook_exporter.rb`. Assignments are headed `Title (number)`; a row called ` Points
Possible` says what each is out of, and a row before it may say `Manual Posting`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from notegrad.errors import InputError
from notegrad.intake.class_list.roster import CANVAS_LOGIN, is_points_possible, roster_of
from notegrad.intake.class_list.spreadsheet import Sheet
from notegrad.results.gradebooks.filling import Filled, grade_text, has_decimal_comma, unreadable_note
from notegrad.results.gradebooks.scale import Scale, number_in
from notegrad.results.gradebooks.standings import Standing

_ASSIGNMENT = re.compile(r"(?P<title>.*) \((?P<number>\d+)\)")
_UNTOUCHED = ("ex", "n/a")  # excused, and not for this student


def fill_gradebook(
    sheet: Sheet, standings: Sequence[Standing], scale: Scale, *, column: str | None = None
) -> Filled:
    """The gradebook with the grades of these students in one column, named by title or number.

    Raises InputError where it is no gradebook of Canvas, and where the column is not one.
    """
    if sheet.column(CANVAS_LOGIN) is None:
        raise InputError(
            f"{sheet.name} is no gradebook of Canvas (no column SIS Login ID): export it, Grades > Export."
        )
    at = _column(sheet, column)
    maximum = _points_possible(sheet, at)
    comma = has_decimal_comma(sheet, [at], otherwise=False)
    roster = roster_of(sheet)
    scored = {s.student.key: s.scored for s in standings if s.scored and s.student.key}
    texts: dict[tuple[int, int], str] = {}
    untouched: list[str] = []
    graded = empty = 0
    for row, entry in zip(roster.rows, roster.entries, strict=True):
        result = scored.get(entry.key)
        there = sheet.text(row, at)
        if result is None or at >= len(sheet.rows[row]):
            empty += not there
        elif there.casefold() in _UNTOUCHED:
            untouched.append(f"{entry.name} ({there})")
        else:
            text = grade_text(result, maximum, scale, where=sheet.name, comma=comma)
            graded += 1
            if number_in(there) != number_in(text):
                texts[row, at] = text
    notes = list(unreadable_note(standings))
    if untouched:
        notes.append(f"Excused or not assigned in Canvas, left alone: {', '.join(untouched)}.")
    return Filled(data=sheet.replaced(texts), graded=graded, empty=empty, notes=tuple(notes))


def _column(sheet: Sheet, wanted: str | None) -> int:
    found = {at: match for at, head in enumerate(sheet.heads) if (match := _ASSIGNMENT.fullmatch(head))}
    if wanted is not None:
        named = [
            at
            for at, match in found.items()
            if wanted.strip().casefold() in (match[0].casefold(), match["title"].casefold(), match["number"])
        ]
    else:
        named = list(found)
    if len(named) == 1:
        return named[0]
    listed = ", ".join(sheet.heads[at] for at in found) or "none"
    what = "--column is needed" if wanted is None else f"--column {wanted!r} is not one of its assignments"
    raise InputError(f"{sheet.name}: {what}; there are: {listed}.")


def _points_possible(sheet: Sheet, column: int) -> Decimal | None:
    row = next((row for row in range(1, len(sheet.rows)) if is_points_possible(sheet.text(row, 0))), None)
    value = None if row is None else number_in(sheet.text(row, column))
    return value if value is not None and value > 0 else None
