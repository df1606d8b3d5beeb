"""Fills in a platform's own file of grades, and counts the grades and the empty cells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from notegrad.errors import InputError
from notegrad.intake.class_list.spreadsheet import Sheet
from notegrad.marks.final_mark import mark_of
from notegrad.records import GradingResult, Record
from notegrad.results.gradebooks.scale import Scale, scaled, written
from notegrad.results.gradebooks.standings import Standing

MIN_DIGITS = 2  # as platforms write grades


class Filled(Record, frozen=True, kw_only=True):
    """The file with its grades: how many it has from us, how many cells stay empty, and what to know."""

    data: bytes
    graded: int
    empty: int
    notes: tuple[str, ...] = ()


def has_decimal_comma(sheet: Sheet, columns: Iterable[int | None], *, otherwise: bool) -> bool:
    """Whether numbers in these columns are written as `20,00`."""
    cells = [sheet.text(row, column) for column in columns for row in range(1, len(sheet.rows))]
    if any(re.fullmatch(r"\d+,\d+", cell) for cell in cells):
        return True
    return otherwise and not any(re.fullmatch(r"\d+\.\d+", cell) for cell in cells)


def unreadable_note(standings: Iterable[Standing]) -> tuple[str, ...]:
    """A note on zeros of submissions that could not be read, so that a teacher can decide otherwise."""
    names = [
        s.student.name or s.student.key
        for s in standings
        if s.scored and s.scored.status == "unreadable" and not _is_by_hand(s)
    ]
    return (f"Graded 0 because nothing could be read: {', '.join(names)}.",) if names else ()


def _is_by_hand(standing: Standing) -> bool:
    mark = mark_of(standing.scored) if standing.scored else None
    return mark is not None and bool(mark.overrides)


def grade_text(
    result: GradingResult, maximum: Decimal | None, scale: Scale, *, where: str, comma: bool
) -> str:
    """The grade as the file writes it, out of the file's own maximum.

    Raises InputError where `--scale` contradicts the file, and where neither says what the grade is out of.
    """
    if maximum is None and scale.out_of is None:
        raise InputError(f"{where} does not say what grades are out of: give --scale, such as --scale 20.")
    if maximum is not None and scale.out_of is not None and maximum != scale.out_of:
        raise InputError(
            f"{where} is graded out of {written(maximum)}, and --scale says {written(scale.out_of)}: leave "
            "--scale out, or change the maximum on the platform."
        )
    out_of = scale.out_of if maximum is None else maximum
    value = scaled(result.score, result.max_score, Scale(out_of=out_of, step=scale.step))
    return written(value, comma=comma, digits=MIN_DIGITS)
