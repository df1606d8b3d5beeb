"""Reads a list of a class: finds the meaning of its columns, and its students.

Read are Moodle's grading worksheet, Canvas's gradebook, Gradescope's roster, and any CSV file whose heads say
what they hold, in French or English.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from notegrad.errors import InputError
from notegrad.intake.class_list import heads
from notegrad.intake.class_list.heads import find_columns
from notegrad.intake.class_list.spreadsheet import Sheet
from notegrad.records import Platform, Record, RosterEntry

MOODLE_ID = ("Identifiant", "Identifier")
MOODLE_LOCK = ("La note peut être modifiée", "Grade can be changed")
CANVAS_STUDENT = ("Student", "Étudiant")
CANVAS_LOGIN = ("SIS Login ID",)
POINTS_POSSIBLE = ("points possible", "points possibles")

_STATUS = ("Statut", "Status")
_RECEIVED = ("Dernière modification (travail remis)", "Last modified (submission)")
_ROLE = ("Role", "Rôle")
_MIN_NUMBERED = 2  # rows of which a column says 1, 2, …

_PARTICIPANT = re.compile(r"\D*?(\d+)")
_CALLED = re.compile(r"Participant\s?\d+", re.IGNORECASE)
_TEST_STUDENT = "Student, Test"


class Roster(Record, frozen=True, kw_only=True):
    """A list of a class: `rows` are the lines of the sheet that the entries stand on.

    `platform` is the one whose numbers the keys are, None where nobody knows; `teams`: groups handed in.
    """

    name: str
    entries: tuple[RosterEntry, ...]
    rows: tuple[int, ...]
    platform: Platform | None = None
    teams: bool = False


def roster_of(sheet: Sheet) -> Roster:
    """The class that a sheet lists. Raises InputError where no column identifies anybody."""
    is_moodle = _is_worksheet(sheet)
    is_canvas = sheet.column(CANVAS_LOGIN) is not None
    # A number is the platform's only in the platform's own list: a school's `ID` may be anything.
    keys = MOODLE_ID if is_moodle else heads.KEY if is_canvas else ()
    numbers = heads.NUMBER if is_moodle or is_canvas else (*heads.NUMBER, *heads.KEY)
    columns = {
        "key": _identifying(sheet, keys),
        "number": _identifying(sheet, numbers),
        "email": _identifying(sheet, heads.EMAIL),
        "login": None if is_moodle else _identifying(sheet, heads.LOGIN),
    }
    if all(column is None for column in columns.values()):
        raise InputError(
            f"{sheet.name} has no column that identifies students: expected heads such as Identifiant, ID, "
            "SIS User ID, SID, Email or Username in its first line."
        )
    found = [
        (row, _entry(sheet, row, columns, is_moodle=is_moodle))
        for row in range(1, len(sheet.rows))
        if _is_student(sheet, row)
    ]
    found = [(row, entry) for row, entry in found if entry.key or entry.number or entry.email or entry.login]
    return Roster(
        name=sheet.name,
        entries=tuple(entry for _, entry in found),
        rows=tuple(row for row, _ in found),
        platform="moodle" if is_moodle else "canvas" if is_canvas else None,
        teams=is_moodle and any(entry.group for _, entry in found),
    )


def _identifying(sheet: Sheet, names: Sequence[str]) -> int | None:
    """The first column with one of these heads that is neither empty nor a count of the lines."""
    for column in find_columns(sheet.heads, names):
        values = [text for row in range(1, len(sheet.rows)) if (text := sheet.text(row, column))]
        if values and not _is_running(values):
            return column
    return None


def _is_running(values: Sequence[str]) -> bool:
    numbers = sorted(int(value) for value in values if value.isdecimal())
    return len(values) >= _MIN_NUMBERED and numbers == list(range(1, len(values) + 1))


def is_points_possible(text: str) -> bool:
    """Whether this is the head of the row in which Canvas says how many points can be had."""
    return text.strip().casefold() in POINTS_POSSIBLE


def _is_worksheet(sheet: Sheet) -> bool:
    """Whether this is Moodle's: by the column that says what is locked, or by how it calls participants."""
    column = sheet.column(MOODLE_ID)
    if column is None:
        return False
    calls = [sheet.text(row, column) for row in range(1, len(sheet.rows))]
    return sheet.column(MOODLE_LOCK) is not None or any(map(_CALLED.fullmatch, calls))


def _is_student(sheet: Sheet, row: int) -> bool:
    role = sheet.text(row, sheet.column(_ROLE))
    first = sheet.text(row, 0)
    return not (
        is_points_possible(first)
        or first == _TEST_STUDENT
        or (bool(role) and role.casefold() not in ("student", "étudiant", "etudiant"))
    )


def _entry(sheet: Sheet, row: int, columns: dict[str, int | None], *, is_moodle: bool) -> RosterEntry:
    keys = {field: sheet.text(row, column).lstrip("#") for field, column in columns.items()}
    if is_moodle:
        participant = _PARTICIPANT.fullmatch(keys["key"])
        keys["key"] = participant[1] if participant else ""
    name = sheet.text(row, sheet.column(heads.NAME))
    if not name or sheet.column(heads.FIRST) is not None:
        parts = (sheet.text(row, sheet.column(heads.FIRST)), sheet.text(row, sheet.column(heads.LAST)))
        name = " ".join(part for part in parts if part) or name
    received = sheet.text(row, sheet.column(_RECEIVED))
    status = sheet.text(row, sheet.column(_STATUS)).casefold()
    return msgspec.structs.replace(
        RosterEntry(),
        **keys,
        name=name,
        group=sheet.text(row, sheet.column(heads.GROUP)),
        received_at="" if received == "-" else received,
        late=is_moodle and ("retard" in status or bool(re.search(r"\blate\b", status))),
    )
