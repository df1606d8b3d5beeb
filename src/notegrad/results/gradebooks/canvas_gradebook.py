"""Canvas's gradebook, exported and filled in: one assignment's column, every other cell as it came.

Source: `lib/gradebook_exporter.rb`. Assignments are headed `Title (number)`; a row called ` Points
Possible` says what each is out of, and a row before it may say `Manual Posting`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from notegrad.errors import InputError
from notegrad.intake.class_list.heads import plain
from notegrad.intake.class_list.naming import called
from notegrad.intake.class_list.roster import CANVAS_LOGIN, Roster, is_points_possible
from notegrad.intake.class_list.spreadsheet import Sheet
from notegrad.messages import Message, translate
from notegrad.results.gradebooks.filling import (
    Filled,
    Filling,
    grade_text,
    has_decimal_comma,
    only_column,
    unreadable_note,
)
from notegrad.results.gradebooks.scale import Scale, number_in
from notegrad.results.gradebooks.standings import Standing

_ASSIGNMENT = re.compile(r"(?P<title>.*) \((?P<number>\d+)\)")
_UNTOUCHED = ("ex", "n/a")  # excused, and not for this student


def fill_gradebook(
    sheet: Sheet,
    roster: Roster,
    standings: Sequence[Standing],
    scale: Scale,
    *,
    column: str | None = None,
    keep: bool = False,
) -> Filled:
    """The gradebook with the grades of these students in one column, named by title or number.

    Raises InputError where it is no gradebook of Canvas, and where the column is not one.
    """
    language = sheet.language
    if sheet.column(CANVAS_LOGIN) is None:
        raise InputError(Message("not_of_canvas", name=sheet.name))
    assignments = {at: match for at, head in enumerate(sheet.heads) if (match := _ASSIGNMENT.fullmatch(head))}
    at = _column(sheet, assignments, column)
    maximum = _points_possible(sheet, at)
    comma = has_decimal_comma(sheet, [at], otherwise=False)
    scored = {s.student.key: s for s in standings if s.scored and s.student.key}
    filling = Filling(sheet, at, keep=keep)
    untouched: list[str] = []
    for row, entry in zip(roster.rows, roster.entries, strict=True):
        standing = scored.get(entry.key)
        result = standing.scored if standing else None
        there = sheet.text(row, at)
        if standing is None or result is None:
            filling.leave(row)
        elif there.casefold() in _UNTOUCHED:
            untouched.append(f"{called(entry)} ({there})")
        else:
            text = grade_text(result, maximum, scale, sheet=sheet, comma=comma)
            filling.put(row, entry, standing.student, text)
    notes = [*unreadable_note(standings, language)]
    notes += [translate("left_alone", language, names=", ".join(untouched))] if untouched else []
    return filling.filled(notes)


def _column(sheet: Sheet, assignments: Mapping[int, re.Match[str]], wanted: str | None) -> int:
    named = list(assignments)
    if wanted is not None:
        name = plain(wanted)
        named = [
            at
            for at, match in assignments.items()
            if name in (plain(match[0]), plain(match["title"]), match["number"])
        ]
    if len(named) == 1:
        return named[0]
    facts = {"name": sheet.name, "columns": ", ".join(sheet.heads[at] for at in assignments) or "–"}
    if wanted is None:
        raise InputError(Message("canvas_column_needed", **facts))
    if named:
        return only_column(sheet, named, wanted)
    raise InputError(Message("canvas_column_unknown", **facts, column=wanted))


def _points_possible(sheet: Sheet, column: int) -> Decimal | None:
    row = next((row for row in range(1, len(sheet.rows)) if is_points_possible(sheet.text(row, 0))), None)
    value = None if row is None else number_in(sheet.text(row, column))
    return value if value is not None and value > 0 else None
