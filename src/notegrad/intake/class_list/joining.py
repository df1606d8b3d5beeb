"""Joins a roster and an export by number, address or login, never by an ambiguous name."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import msgspec

from notegrad.errors import InputError
from notegrad.intake.class_list.roster import Roster
from notegrad.records import ClassList, Handed, Record, RosterEntry

Field = Literal["key", "number", "email", "login"]

_Find = Callable[[RosterEntry], RosterEntry | None]
_FindAll = Callable[[RosterEntry], list[RosterEntry]]

# The surest first.
FIELDS: tuple[Field, ...] = ("key", "number", "email", "login")
MAX_NAMES_TOLD = 5


class Joined(Record, frozen=True, kw_only=True):
    """A class list with its roster, and what the person who grades should know."""

    class_list: ClassList
    warnings: tuple[str, ...] = ()


def identity(entry: RosterEntry) -> tuple[str, str]:
    """The key that makes two entries one student: the surest field that is known about them."""
    for field in ("key", "email", "number", "login", "name"):
        if value := getattr(entry, field):
            return field, str(value).casefold()
    return "name", ""


def join(class_list: ClassList, roster: Roster) -> Joined:
    """Everybody of the roster, each attempt with the students of the roster whose it is.

    Raises InputError where roster and export have nothing in common to match students by.
    """
    find, find_all = _finders(class_list, roster)
    known = {entry: entry for entry in roster.entries}
    handed: list[Handed] = []
    strangers: list[str] = []
    matched = 0
    for one in class_list.handed:
        students: list[RosterEntry] = []
        for student in one.students:
            for entry in find_all(student):
                if entry in known:
                    matched += 1
                    known[entry] = _filled(entry, student)
                else:
                    strangers.append(student.name)
                students.append(known.get(entry, entry))
        handed.append(_with_students(one, tuple(students)))
    if class_list.handed and roster.entries and not matched:
        raise _nothing_in_common(class_list, roster)
    absent = [entry for entry in class_list.roster if find(entry) is None]
    warnings: tuple[str, ...] = ()
    if strangers:
        who = "1 student" if len(strangers) == 1 else f"{len(strangers)} students"
        warnings = (f"{who} of the export not found in {roster.name}: {_listed(strangers)}.",)
    everybody = (*known.values(), *absent)
    joined = msgspec.structs.replace(class_list, handed=tuple(handed), roster=everybody)
    return Joined(class_list=joined, warnings=warnings)


def _with_students(handed: Handed, students: tuple[RosterEntry, ...]) -> Handed:
    received = handed.received_at or next((entry.received_at for entry in students if entry.received_at), "")
    late = handed.late or any(entry.late for entry in students)
    return msgspec.structs.replace(handed, students=students, received_at=received, late=late)


def _finders(class_list: ClassList, roster: Roster) -> tuple[_Find, _FindAll]:
    """Two functions: find the roster's entry for a student, and all entries for a student or a group."""
    same_keys = roster.platform in (None, class_list.platform)
    fields = [field for field in FIELDS if field != "key" or same_keys]
    indexes = {field: by_value(roster.entries, field) for field in fields}
    names = _unique((_plain(entry.name), entry) for entry in roster.entries)
    # The number in such an export is the group's, and may be some participant's too.
    teams = roster.teams and class_list.platform == "moodle"

    def find(student: RosterEntry) -> RosterEntry | None:
        tried = [
            entry for field in fields for entry in indexes[field].get(getattr(student, field).casefold(), ())
        ]
        if not tried and class_list.platform == "folder":  # a file's name may be anything that identifies
            tried = [entry for index in indexes.values() for entry in index.get(student.name.casefold(), ())]
        if not tried and class_list.platform == "brightspace":
            return names.get(_plain(student.name))
        return agreed(student, tried, fields)

    def find_all(student: RosterEntry) -> list[RosterEntry]:
        if teams and not student.group:
            return [e for e in roster.entries if _plain(e.group) == _plain(student.name)] or [student]
        return [find(student) or student]

    return find, find_all


def by_value(entries: Iterable[RosterEntry], field: Field) -> dict[str, list[RosterEntry]]:
    """The entries by what they have in this field; who has nothing there is left out."""
    found: dict[str, list[RosterEntry]] = {}
    for entry in entries:
        if value := getattr(entry, field).casefold():
            found.setdefault(value, []).append(entry)
    return found


def agreed(student: RosterEntry, found: Sequence[RosterEntry], fields: Sequence[Field]) -> RosterEntry | None:
    """The one of the entries found that no identifier contradicts; None where there is none.

    Two lines of one student agree with each other: the first stands for both. Where two students fit, none
    does.
    """
    fitting = [entry for entry in found if not contradict(student, entry, fields)]
    if not fitting or len(fitting) < len(found):
        return None
    first = fitting[0]
    return first if not any(contradict(first, other, fields) for other in fitting) else None


def contradict(one: RosterEntry, other: RosterEntry, fields: Sequence[Field]) -> bool:
    """Whether two entries say different things in a field that both have."""
    pairs = ((getattr(one, field).casefold(), getattr(other, field).casefold()) for field in fields)
    return any(mine and theirs and mine != theirs for mine, theirs in pairs)


def _unique(pairs: Iterable[tuple[str, RosterEntry]]) -> dict[str, RosterEntry]:
    """The entries by what only one of them has."""
    found: dict[str, RosterEntry | None] = {}
    for value, entry in pairs:
        found[value] = None if value in found else entry
    return {value: entry for value, entry in found.items() if value and entry is not None}


def _filled(entry: RosterEntry, student: RosterEntry) -> RosterEntry:
    """The roster's entry, with what only the export knows of the same student."""
    missing = {
        field: getattr(student, field)
        for field in ("name", "number", "email", "login")
        if not getattr(entry, field)
    }
    return msgspec.structs.replace(entry, **missing)


def _plain(name: str) -> str:
    """A name as it is compared: letters and digits alone, since platforms drop the rest from file names."""
    return "".join(char for char in unicodedata.normalize("NFC", name).casefold() if char.isalnum())


def _nothing_in_common(class_list: ClassList, roster: Roster) -> InputError:
    students = [student for one in class_list.handed for student in one.students]
    words = {
        "key": "the platform's numbers",
        "number": "student numbers",
        "email": "addresses",
        "login": "logins",
    }

    def known(entries: Sequence[RosterEntry]) -> str:
        return ", ".join(words[f] for f in FIELDS if any(getattr(e, f) for e in entries)) or "names only"

    return InputError(
        f"Nobody in {roster.name} ({known(roster.entries)}) is in the export ({known(students)}): give the "
        "same platform's list, such as Moodle's grading worksheet or Canvas's gradebook."
    )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MAX_NAMES_TOLD} more" if len(names) > MAX_NAMES_TOLD else ""
    return ", ".join(names[:MAX_NAMES_TOLD]) + more
