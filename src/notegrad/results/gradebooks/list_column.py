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

from notegrad.intake.class_list.heads import plain
from notegrad.intake.class_list.joining import agreed, by_value
from notegrad.intake.class_list.naming import called, compared
from notegrad.intake.class_list.roster import Roster
from notegrad.intake.class_list.spreadsheet import Sheet
from notegrad.messages import translate
from notegrad.records import ClassList, GradingResult
from notegrad.results.gradebooks.filling import (
    Filled,
    Filling,
    grade_text,
    has_decimal_comma,
    only_column,
    unreadable_note,
)
from notegrad.results.gradebooks.scale import Scale, exact, number_in
from notegrad.results.gradebooks.standings import Standing

_MAXIMUM = re.compile(r"(?:MaxPoints|Total Pts)\s*:\s*(\d+(?:[.,]\d+)?)", re.IGNORECASE)


def fill_column(
    sheet: Sheet,
    roster: Roster,
    class_list: ClassList,
    standings: Sequence[Standing],
    scale: Scale,
    *,
    column: str,
    keep: bool = False,
) -> Filled:
    """The list with the grades of these students in the column whose head is, or begins with, `column`.

    Raises InputError where there is not exactly one such column.
    """
    at = only_column(sheet, _columns(sheet, column), column)
    fields = roster.fields(class_list.platform)
    students = {s.student: s for s in standings}
    indexes = {field: by_value(students, field) for field in fields}
    refused: list[str] = []
    told = _MAXIMUM.search(sheet.heads[at])
    maximum = number_in(told[1]) if told else None
    usual = sheet.separator == ";" or (sheet.separator == "\t" and sheet.language == "fr")
    comma = has_decimal_comma(sheet, [at], otherwise=usual)
    filling = Filling(sheet, at, keep=keep)
    for row, entry in zip(roster.rows, roster.entries, strict=True):
        tried = [one for f in fields for one in indexes[f].get(compared(getattr(entry, f)), ())]
        student = agreed(entry, tried, fields)
        if tried and student is None:
            refused.append(called(entry))
        result = students[student].scored if student is not None else None
        if student is None or result is None:
            filling.leave(row)
            continue
        text = grade_text(result, maximum, _out_of(scale, maximum, result), sheet=sheet, comma=comma)
        filling.put(row, entry, student, text)
    notes = [*unreadable_note(standings, sheet.language)]
    if refused:
        notes.append(translate("identifiers_contradict", sheet.language, names=", ".join(refused)))
    return filling.filled(notes)


def _columns(sheet: Sheet, wanted: str) -> list[int]:
    """The columns with this head; where there are none, those whose head begins so."""
    heads = [plain(head) for head in sheet.heads]
    name = plain(wanted)
    named = [at for at, head in enumerate(heads) if head == name]
    return named or [at for at, head in enumerate(heads) if name and head.startswith(name)]


def _out_of(scale: Scale, maximum: Decimal | None, result: GradingResult) -> Scale:
    """The scale; the assignment's own points where neither file nor options say another."""
    if maximum is not None or scale.out_of is not None:
        return scale
    top = exact(result.max_score)
    return msgspec.structs.replace(scale, out_of=Decimal(top.numerator) / Decimal(top.denominator))
