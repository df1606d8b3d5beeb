"""Joins a roster and an export by number, address or login, never by an ambiguous name."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence

import msgspec

from notegrad.errors import InputError
from notegrad.intake.class_list.naming import compared, listed_names
from notegrad.intake.class_list.roster import FIELDS, Field, Roster
from notegrad.messages import translate
from notegrad.records import ClassList, Handed, Record, RosterEntry

_Find = Callable[[RosterEntry], RosterEntry | None]
_FindAll = Callable[[RosterEntry], list[RosterEntry]]


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
    find, find_all, claims = _finders(class_list, roster)
    language = class_list.language
    known = {entry: entry for entry in roster.entries}
    first_of: dict[RosterEntry, RosterEntry] = {}
    handed: list[Handed] = []
    strangers: list[str] = []
    contradicted: list[str] = []
    matched = 0
    for one in class_list.handed:
        students: list[RosterEntry] = []
        for student in one.students:
            claimed = claims(student)
            for found in find_all(student):
                entry = first_of.get(found, found)
                if entry in known:
                    matched += 1
                    known[entry] = _filled(known[entry], student)
                    for double in (other for other in claimed if entry in claimed and other != entry):
                        known.pop(double, None)
                        first_of[double] = entry
                else:
                    (contradicted if claimed else strangers).append(student.name)
                students.append(known.get(entry, entry))
        handed.append(_with_students(one, tuple(students)))
    if class_list.handed and roster.entries and not matched:
        raise _nothing_in_common(class_list, roster)
    absent = [entry for entry in class_list.roster if find(entry) is None]
    warnings = tuple(
        translate(
            key, language, name=roster.name, count=len(names), names=listed_names(sorted(names), language)
        )
        for key, names in (("students_not_found", strangers), ("students_contradicted", contradicted))
        if names
    )
    everybody = (*known.values(), *absent)
    joined = msgspec.structs.replace(class_list, handed=tuple(handed), roster=everybody)
    return Joined(class_list=joined, warnings=warnings)


def _with_students(handed: Handed, students: tuple[RosterEntry, ...]) -> Handed:
    received = handed.received_at or next((entry.received_at for entry in students if entry.received_at), "")
    late = handed.late or any(entry.late for entry in students)
    return msgspec.structs.replace(handed, students=students, received_at=received, late=late)


def _finders(class_list: ClassList, roster: Roster) -> tuple[_Find, _FindAll, _FindAll]:
    """Three functions: find a student's entry; all entries of a student or a group; lines that name them."""
    fields = roster.fields(class_list.platform)
    indexes = {field: by_value(roster.entries, field) for field in fields}
    names = _unique((_plain(entry.name), entry) for entry in roster.entries)
    # The number in such an export is the group's, and may be some participant's too.
    teams = roster.teams and class_list.platform == "moodle"

    def claims(student: RosterEntry) -> list[RosterEntry]:
        found = [entry for f in fields for entry in indexes[f].get(compared(getattr(student, f)), ())]
        if not found and class_list.platform == "folder":  # a file's name may be anything that identifies
            found = [entry for index in indexes.values() for entry in index.get(compared(student.name), ())]
        return found

    def find(student: RosterEntry) -> RosterEntry | None:
        found = claims(student)
        if not found and class_list.platform == "brightspace":
            return names.get(_plain(student.name))
        return agreed(student, found, fields)

    def find_all(student: RosterEntry) -> list[RosterEntry]:
        if teams and not student.group:
            return [e for e in roster.entries if _plain(e.group) == _plain(student.name)] or [student]
        return [find(student) or student]

    return find, find_all, claims


def by_value(entries: Iterable[RosterEntry], field: Field) -> dict[str, list[RosterEntry]]:
    """The entries by what they have in this field; who has nothing there is left out."""
    found: dict[str, list[RosterEntry]] = {}
    for entry in entries:
        if value := compared(getattr(entry, field)):
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
    pairs = ((compared(getattr(one, field)), compared(getattr(other, field))) for field in fields)
    return any(mine and theirs and mine != theirs for mine, theirs in pairs)


def _unique(pairs: Iterable[tuple[str, RosterEntry]]) -> dict[str, RosterEntry]:
    """The entries by what only one of them has."""
    found: dict[str, RosterEntry | None] = {}
    for value, entry in pairs:
        found[value] = None if value in found else entry
    return {value: entry for value, entry in found.items() if value and entry is not None}


def _filled(entry: RosterEntry, student: RosterEntry) -> RosterEntry:
    """The roster's entry, with what only the export knows of the same student."""
    missing = {field: getattr(student, field) for field in ("name", *FIELDS) if not getattr(entry, field)}
    return msgspec.structs.replace(entry, **missing)


def _plain(name: str) -> str:
    """A name as it is compared: letters and digits alone, since platforms drop the rest from file names."""
    return "".join(char for char in unicodedata.normalize("NFC", name).casefold() if char.isalnum())


def _nothing_in_common(class_list: ClassList, roster: Roster) -> InputError:
    language = class_list.language
    students = [student for one in class_list.handed for student in one.students]

    def known(entries: Sequence[RosterEntry]) -> str:
        told = [f"known_{field}" for field in FIELDS if any(getattr(entry, field) for entry in entries)]
        return ", ".join(translate(key, language) for key in told or ["known_names"])

    return InputError(
        translate(
            "nothing_in_common", language, name=roster.name, there=known(roster.entries), here=known(students)
        )
    )
