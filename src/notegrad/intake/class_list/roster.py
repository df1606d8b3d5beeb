"""Reads a list of a class: finds the meaning of its columns, and its students.

Read are Moodle's grading worksheet, Canvas's gradebook, Gradescope's roster, and any CSV file whose heads say
what they hold, in French or English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from notegrad.errors import InputError
from notegrad.intake.class_list import heads
from notegrad.intake.class_list.heads import find_columns, plain
from notegrad.intake.class_list.naming import compared
from notegrad.intake.class_list.spreadsheet import Sheet
from notegrad.messages import Message
from notegrad.records import ClassList, Platform, Record, RosterEntry

Field = Literal["key", "number", "email", "login"]

_Columns = Mapping[Field, int | None]

FIELDS: tuple[Field, ...] = ("key", "number", "email", "login")
"""The fields that identify a student, the surest first."""

OWN_HEADS = {"id", "student", "status", "score", "max_score"}
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
_APOSTROPHE = re.compile(r"'(?=[=+\-@＝＋－＠])")
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

    def fields(self, platform: Platform) -> tuple[Field, ...]:
        """What identifies a student both here and in an export of this platform, the surest first."""
        same_keys = self.platform in (None, platform)
        return tuple(field for field in FIELDS if field != "key" or same_keys)


def roster_of(sheet: Sheet, class_list: ClassList, *, key: str | None = None) -> Roster:
    """The class that a sheet lists; of several columns those count in which the most of `class_list` are.

    `key` names the one column that identifies students. Raises InputError where no column identifies anybody,
    and where two of one title say different things.
    """
    is_moodle = _is_worksheet(sheet)
    is_canvas = sheet.column(CANVAS_LOGIN) is not None
    known = _identifiers(class_list)
    columns = (
        _columns_by_head(sheet, known, is_moodle=is_moodle, is_canvas=is_canvas)
        if key is None
        else _columns_named(sheet, known, key, is_moodle=is_moodle, is_canvas=is_canvas)
    )
    if all(column is None for column in columns.values()):
        raise InputError(Message("list_identifies_nobody", name=sheet.name))
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


def _identifiers(class_list: ClassList) -> dict[Field, set[str]]:
    """All that the class has in each field. The name of a plain file may be anything that identifies."""
    students = [student for one in class_list.handed for student in one.students]
    names = {compared(s.name) for s in students if class_list.platform == "folder"}
    return {field: {compared(getattr(s, field)) for s in students} - {""} | names for field in FIELDS}


def _columns_by_head(
    sheet: Sheet, known: Mapping[Field, set[str]], *, is_moodle: bool, is_canvas: bool
) -> _Columns:
    """The columns that identify students, by their heads."""
    if _is_own(sheet):
        # Our own gradebook: `id` is the submission's, and the file of a class says who is who at the end.
        own = {"key": ("key",), "number": ("number",), "email": ("email",), "login": ("login",)}
        names: dict[str, Sequence[str]] = {**own} if "key" in sheet.heads else {"key": ("id",)}
    else:
        # A number is the platform's only in the platform's own list: a school's `ID` may be anything.
        names = {
            "key": MOODLE_ID if is_moodle else heads.KEY if is_canvas else (),
            "number": heads.NUMBER if is_moodle or is_canvas else (*heads.NUMBER, *heads.KEY),
            "email": heads.EMAIL,
            "login": () if is_moodle else heads.LOGIN,
        }
    return {field: _identifying(sheet, names.get(field, ()), known[field]) for field in FIELDS}


def _identifying(sheet: Sheet, names: Sequence[str], known: set[str]) -> int | None:
    """The column with one of these heads that has the most of what is known, the first one of equals.

    None that is empty or counts the lines. Raises InputError where another one of its title differs from it.
    """
    values = {column: _values(sheet, column) for column in find_columns(sheet.heads, names)}
    values = {column: own for column, own in values.items() if any(own) and not _is_running(own)}
    if not values:
        return None
    best = max(values, key=lambda column: (len(known.intersection(values[column])), -column))
    same = [column for column in values if plain(sheet.heads[column]) == plain(sheet.heads[best])]
    if any(values[column] != values[best] for column in same):
        raise InputError(Message("list_same_titles", name=sheet.name, columns=sheet.places(same)))
    return best


def _columns_named(
    sheet: Sheet, known: Mapping[Field, set[str]], key: str, *, is_moodle: bool, is_canvas: bool
) -> _Columns:
    """The one column that `--key` names, as the field in which the most of its values are known."""
    named = find_columns(sheet.heads, (key,))
    column = sheet.only(named, key, absent="key_absent", twice="key_twice")
    values = _values(sheet, column)
    if not any(values):
        raise InputError(Message("key_empty", name=sheet.name, column=key))
    platforms = MOODLE_ID if is_moodle else heads.KEY if is_canvas else ()
    if plain(sheet.heads[column]) in {plain(name) for name in platforms}:
        return {field: column if field == "key" else None for field in FIELDS}
    hint: Field = "email" if any("@" in value for value in values) else "number"
    fields: tuple[Field, ...] = (hint, *(f for f in FIELDS if f not in ("key", hint)))
    best = max(fields, key=lambda field: len(known[field].intersection(values)))
    return {field: column if field == best else None for field in FIELDS}


def _values(sheet: Sheet, column: int) -> list[str]:
    return [compared(_identifier(sheet, row, column)) for row in range(1, len(sheet.rows))]


def _identifier(sheet: Sheet, row: int, column: int | None) -> str:
    """An identifier without what platforms, or we ourselves against formulas, put before it."""
    text = sheet.text(row, column)
    return _APOSTROPHE.sub("", text) if _is_own(sheet) else text.lstrip("#")


def _is_own(sheet: Sheet) -> bool:
    """Whether this is a gradebook of ours."""
    return OWN_HEADS.issubset(sheet.heads)


def _is_running(values: Sequence[str]) -> bool:
    numbers = [value for value in values if value]
    counted = sorted(int(value) for value in numbers if value.isdecimal())
    return len(numbers) >= _MIN_NUMBERED and counted == list(range(1, len(numbers) + 1))


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


def _entry(sheet: Sheet, row: int, columns: _Columns, *, is_moodle: bool) -> RosterEntry:
    keys: dict[str, str] = {field: _identifier(sheet, row, at) for field, at in columns.items()}
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
