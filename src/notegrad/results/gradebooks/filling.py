"""Fills one column of grades in a file of others, and tells what it replaced, kept and left empty."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from notegrad.errors import InputError
from notegrad.intake.class_list.naming import called
from notegrad.intake.class_list.spreadsheet import Sheet
from notegrad.marks.final_mark import mark_of
from notegrad.messages import Message, translate
from notegrad.records import GradingResult, Record, RosterEntry
from notegrad.results.gradebooks.scale import Scale, number_in, scaled, written
from notegrad.results.gradebooks.standings import Standing

MIN_DIGITS = 2  # as platforms write grades


class Filled(Record, frozen=True, kw_only=True):
    """The file with its grades: how many it has from us, how many cells stay empty, and what to know."""

    data: bytes
    graded: int
    empty: int
    notes: tuple[str, ...] = ()


class Filling:
    """The filling of one column, row by row. `keep`: a cell that holds something else stays as it is."""

    def __init__(self, sheet: Sheet, column: int, *, keep: bool) -> None:
        self._sheet, self._column, self._keep = sheet, column, keep
        self.texts: dict[tuple[int, int], str] = {}
        self._graded = self._empty = 0
        self._replaced: list[str] = []
        self._kept: list[str] = []
        self._rows_of: dict[RosterEntry, int] = {}

    def put(self, row: int, entry: RosterEntry, student: RosterEntry, grade: str) -> None:
        """Writes a grade, unless the cell has the same number already, or is to be kept."""
        there = self._sheet.text(row, self._column)
        same = number_in(there) == number_in(grade)
        if there and not same and self._keep:
            self._kept.append(self._told(entry, there))
            return
        self._graded += 1
        self._rows_of[student] = self._rows_of.get(student, 0) + 1
        if not same:
            self.texts[row, self._column] = grade
            if there:
                self._replaced.append(self._told(entry, f"{there} → {grade}"))

    def _told(self, entry: RosterEntry, what: str) -> str:
        return translate("told_of", self._sheet.language, name=called(entry), what=what)

    def leave(self, row: int) -> None:
        """Counts a cell that gets no grade."""
        self._empty += not self._sheet.text(row, self._column)

    def filled(self, notes: Iterable[str]) -> Filled:
        """The file as it is now, with these notes and those on what was replaced, kept, filled twice."""
        language = self._sheet.language
        told = [
            translate(key, language, count=len(cells), cells=", ".join(cells))
            for key, cells in (("cells_replaced", self._replaced), ("cells_kept", self._kept))
            if cells
        ]
        twice = [called(student) for student, rows in self._rows_of.items() if rows > 1]
        if twice:
            told.append(
                translate("filled_twice", language, name=self._sheet.name, names=", ".join(sorted(twice)))
            )
        return Filled(
            data=self._sheet.replaced(self.texts),
            graded=self._graded,
            empty=self._empty,
            notes=(*notes, *told),
        )


def has_decimal_comma(sheet: Sheet, columns: Iterable[int], *, otherwise: bool) -> bool:
    """Whether numbers are written as `20,00`: in these columns, else anywhere in the file."""
    for where in (tuple(columns), range(len(sheet.heads))):
        cells = [sheet.text(row, column) for column in where for row in range(1, len(sheet.rows))]
        commas, points = (
            sum(bool(re.fullmatch(rf"\d+{mark}\d+", c)) for c in cells) for mark in (",", r"\.")
        )
        if commas or points:
            return commas >= points
    return otherwise


def unreadable_note(standings: Iterable[Standing], language: str) -> tuple[str, ...]:
    """A note on zeros of submissions that could not be read, so that a teacher can decide otherwise."""
    names = [
        called(s.student)
        for s in standings
        if s.scored and s.scored.status == "unreadable" and not _is_by_hand(s)
    ]
    return (translate("zero_for_unreadable", language, names=", ".join(names)),) if names else ()


def _is_by_hand(standing: Standing) -> bool:
    mark = mark_of(standing.scored) if standing.scored else None
    return mark is not None and bool(mark.overrides)


def grade_text(
    result: GradingResult, maximum: Decimal | None, scale: Scale, *, sheet: Sheet, comma: bool
) -> str:
    """The grade as the file writes it, out of the file's own maximum.

    Raises InputError where `--scale` contradicts the file, and where neither says what the grade is out of.
    """
    if maximum is None and scale.out_of is None:
        raise InputError(Message("no_maximum", name=sheet.name))
    if maximum is not None and scale.out_of is not None and maximum != scale.out_of:
        facts = {"name": sheet.name, "maximum": written(maximum), "scale": written(scale.out_of)}
        raise InputError(Message("scale_contradicts", **facts))
    out_of = scale.out_of if maximum is None else maximum
    value = scaled(result.score, result.max_score, Scale(out_of=out_of, step=scale.step))
    return written(value, comma=comma, digits=MIN_DIGITS)


def only_column(sheet: Sheet, named: list[int], wanted: str) -> int:
    """The one column that `wanted` names. Raises InputError where there is none, or more than one."""
    return sheet.only(named, wanted, absent="column_absent", twice="column_twice")
