"""One column of any class list, filled in: Brightspace's and Blackboard's gradebooks, a school's own sheet.

The list must have a column that identifies students (`intake.class_list.roster`). The grades' maximum is
read from the column's head where platforms put it: `TP2 Points Grade <Numeric MaxPoints:20>`, `TP2 [Total
Pts: 20 Score] |123`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from notegrad.errors import InputError
from notegrad.intake.class_list.heads import plain
from notegrad.intake.class_list.joining import FIELDS, agreed, by_value
from notegrad.intake.class_list.roster import roster_of
from notegrad.intake.class_list.spreadsheet import Sheet
from notegrad.records import ClassList, GradingResult
from notegrad.results.gradebooks.filling import Filled, grade_text, has_decimal_comma, unreadable_note
from notegrad.results.gradebooks.scale import Scale, exact, number_in
from notegrad.results.gradebooks.standings import Standing

_MAXIMUM = re.compile(r"(?:MaxPoints|Total Pts)\s*:\s*(\d+(?:[.,]\d+)?)", re.IGNORECASE)


def fill_column(
    sheet: Sheet, class_list: ClassList, standings: Sequence[Standing], scale: Scale, *, column: str
) -> Filled:
    """The list with the grades of these students in the column whose head is, or begins with, `column`.

    Raises InputError where there is not exactly one such column.
    """
    at = _column(sheet, column)
    roster = roster_of(sheet)
    same_keys = roster.platform in (None, class_list.platform)
    fields = [field for field in FIELDS if field != "key" or same_keys]
    students = {s.student: s for s in standings}
    indexes = {field: by_value(students, field) for field in fields}
    refused: list[str] = []
    told = _MAXIMUM.search(sheet.heads[at])
    maximum = number_in(told[1]) if told else None
    comma = has_decimal_comma(sheet, [at], otherwise=sheet.separator == ";")
    texts: dict[tuple[int, int], str] = {}
    graded = empty = 0
    for row, entry in zip(roster.rows, roster.entries, strict=True):
        tried = [one for field in fields for one in indexes[field].get(getattr(entry, field).casefold(), ())]
        student = agreed(entry, tried, fields)
        if tried and student is None:
            refused.append(entry.name or entry.email or entry.number or entry.login)
        result = students[student].scored if student is not None else None
        there = sheet.text(row, at)
        if result is None or at >= len(sheet.rows[row]):
            empty += not there
            continue
        text = grade_text(result, maximum, _out_of(scale, maximum, result), where=sheet.name, comma=comma)
        graded += 1
        if number_in(there) != number_in(text):
            texts[row, at] = text
    notes = [*unreadable_note(standings)]
    if refused:
        notes.append(
            f"Left alone, because their identifiers are those of different students: {', '.join(refused)}."
        )
    return Filled(data=sheet.replaced(texts), graded=graded, empty=empty, notes=tuple(notes))


def _column(sheet: Sheet, wanted: str) -> int:
    heads = [plain(head) for head in sheet.heads]
    name = plain(wanted)
    named = [at for at, head in enumerate(heads) if head == name]
    named = named or [at for at, head in enumerate(heads) if head.startswith(name)]
    if len(named) != 1:
        many = "more than one column" if named else "no column"
        raise InputError(f"{sheet.name} has {many} called {wanted!r}; there are: {', '.join(sheet.heads)}.")
    return named[0]


def _out_of(scale: Scale, maximum: Decimal | None, result: GradingResult) -> Scale:
    """The scale; the assignment's own points where neither file nor options say another."""
    if maximum is not None or scale.out_of is not None:
        return scale
    top = exact(result.max_score)
    return msgspec.structs.replace(scale, out_of=Decimal(top.numerator) / Decimal(top.denominator))
