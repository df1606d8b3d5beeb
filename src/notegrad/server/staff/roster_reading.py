"""A course's list read against its people: who is new, known, filled in, or contradicts; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from notegrad.intake.class_list.joining import agreed, by_value, contradict
from notegrad.intake.class_list.naming import compared
from notegrad.intake.class_list.roster import Field, roster_of
from notegrad.intake.class_list.spreadsheet import Sheet
from notegrad.records import ClassList, Record, RosterEntry

LineState = Literal["new", "same", "filled", "back", "namesake", "twice", "contradicts", "staff"]
IDENTIFIERS: tuple[Field, ...] = ("number", "email", "login")
FILLED = (*IDENTIFIERS, "group")


class KnownPerson(Record, frozen=True, kw_only=True):
    """A person of the course as the list's lines are compared with them."""

    user: int
    username: str
    role: str
    is_active: bool
    entry: RosterEntry


class RosterLine(Record, frozen=True, kw_only=True):
    """A line of the list, with the person whom it means where there is one; `fills` is what it adds.

    `row` is where it stands in the file, `others` are whom it contradicts or resembles.
    """

    row: int
    entry: RosterEntry
    state: LineState
    person: KnownPerson | None = None
    fills: dict[str, str] = {}
    others: tuple[str, ...] = ()


class ReadRoster(Record, frozen=True, kw_only=True):
    """The lines of a list; `passed_over` are rows that name no student, `absent` who is on no line."""

    lines: tuple[RosterLine, ...]
    passed_over: tuple[int, ...] = ()
    absent: tuple[KnownPerson, ...] = ()

    def of(self, *states: LineState) -> list[RosterLine]:
        """The lines in one of these states."""
        return [line for line in self.lines if line.state in states]


def read_roster(sheet: Sheet, people: Sequence[KnownPerson], *, key: str | None = None) -> ReadRoster:
    """The lines of a sheet against the people. Raises InputError where it identifies nobody."""
    everybody = ClassList(platform="folder", roster=tuple(one.entry for one in people))
    roster = roster_of(sheet, everybody, key=key)
    taken = [
        (row, entry)
        for row, entry in zip(roster.rows, roster.entries, strict=True)
        if any(getattr(entry, field) for field in IDENTIFIERS)
    ]
    entries = [entry for _, entry in taken]
    mine = {field: by_value([one.entry for one in people], field) for field in IDENTIFIERS}
    theirs = {field: by_value(entries, field) for field in IDENTIFIERS}
    first: dict[RosterEntry, int] = {}
    lines = []
    for row, entry in taken:
        line = _line(row + 1, entry, people, mine)
        alike = [other for f in IDENTIFIERS for other in theirs[f].get(compared(getattr(entry, f)), ())]
        rivals = [other for other in alike if contradict(entry, other, IDENTIFIERS)]
        if rivals:
            names = tuple(dict.fromkeys(_called(other) for other in rivals))
            line = RosterLine(row=row + 1, entry=entry, state="contradicts", others=names)
        elif any(other in first for other in alike):
            line = RosterLine(row=row + 1, entry=entry, state="twice", person=line.person)
        first.setdefault(entry, row)
        lines.append(line)
    rows = {row for row, _ in taken}
    passed = [n for n in range(1, len(sheet.rows)) if n not in rows and _says_something(sheet, n)]
    met = {line.person.user for line in lines if line.person}
    absent = [one for one in people if one.role == "student" and one.is_active and one.user not in met]
    return ReadRoster(lines=tuple(lines), passed_over=tuple(n + 1 for n in passed), absent=tuple(absent))


def _line(
    row: int,
    entry: RosterEntry,
    people: Sequence[KnownPerson],
    mine: dict[Field, dict[str, list[RosterEntry]]],
) -> RosterLine:
    tried = [one for f in IDENTIFIERS for one in mine[f].get(compared(getattr(entry, f)), ())]
    found = agreed(entry, tried, IDENTIFIERS)
    if tried and found is None:
        names = tuple(dict.fromkeys(_called(one) for one in tried))
        return RosterLine(row=row, entry=entry, state="contradicts", others=names)
    if found is None:
        return _new_line(row, entry, people)
    person = next(one for one in people if one.entry == found)
    if person.role != "student":
        return RosterLine(row=row, entry=entry, state="staff", person=person)
    fills = fills_of(entry, found)
    state: LineState = "back" if not person.is_active else "filled" if fills else "same"
    return RosterLine(row=row, entry=entry, state=state, person=person, fills=fills)


def _new_line(row: int, entry: RosterEntry, people: Sequence[KnownPerson]) -> RosterLine:
    """A line of nobody known; of one student of the same name, whom nothing contradicts, it may be."""
    named = [
        one
        for one in people
        if one.role == "student"
        and entry.name
        and compared(one.entry.name) == compared(entry.name)
        and not contradict(entry, one.entry, ("number", "email"))
    ]
    if len(named) == 1:
        fills = fills_of(entry, named[0].entry)
        return RosterLine(row=row, entry=entry, state="namesake", person=named[0], fills=fills)
    return RosterLine(row=row, entry=entry, state="new")


def fills_of(entry: RosterEntry, known: RosterEntry) -> dict[str, str]:
    """What a line says that is not known yet, and another group."""
    new = {f: getattr(entry, f) for f in FILLED if getattr(entry, f) and not getattr(known, f)}
    if entry.group and entry.group != known.group:
        new["group"] = entry.group
    return new


def _says_something(sheet: Sheet, row: int) -> bool:
    return any(cell.text.strip() for cell in sheet.rows[row])


def _called(entry: RosterEntry) -> str:
    return " · ".join(filter(None, (entry.name, entry.number, entry.email, entry.login)))
