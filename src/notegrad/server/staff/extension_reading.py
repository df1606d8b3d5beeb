"""A list of extensions read against the class: whose dates become which, as `marks.extensions` says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from notegrad.intake.class_list.spreadsheet import Sheet
from notegrad.marks.class_people import ClassPeople, WhomError
from notegrad.marks.extensions import ExtensionRow, extensions_of
from notegrad.marks.lateness import moment_of_due
from notegrad.marks.mark_book import mark_book
from notegrad.messages import translate
from notegrad.records import ClassList, Handed, Record, RosterEntry
from notegrad.server.models import Assignment, Extension
from notegrad.settings import LateSettings

_MARK = "\0"  # no name of a student begins so


class ExtensionLine(Record, frozen=True, kw_only=True):
    """Another date for one student; `had_due_at` and `had_late_until` are those of an extension before it."""

    user: int
    name: str
    state: Literal["new", "same", "changed"]
    due_at: datetime
    late_until: datetime | None
    reason: str
    had_due_at: datetime | None = None
    had_late_until: datetime | None = None


class ReadExtensionList(Record, frozen=True, kw_only=True):
    """The extensions that a list gives, and a sentence on each line that gives none."""

    lines: tuple[ExtensionLine, ...]
    problems: tuple[str, ...] = ()


def page_settings(assignment: Assignment) -> LateSettings:
    """The dates of the page, as the reader of lists takes them: clock times are the course's."""
    zone = ZoneInfo(assignment.course.time_zone)
    return LateSettings(
        due=assignment.due_at.astimezone(zone).isoformat() if assignment.due_at else "",
        cut_off=assignment.late_until.astimezone(zone).isoformat() if assignment.late_until else "",
        timezone=assignment.course.time_zone,
    )


def read_extensions(
    sheet: Sheet,
    assignment: Assignment,
    people: Mapping[int, RosterEntry],
    known: Mapping[int, Extension],
    *,
    reason: str,
    language: str,
) -> ReadExtensionList:
    """The extensions of a sheet; `reason` is that of lines without one. A line without any reason is refused.

    Raises InputError where the heads do not say whose and when.
    """
    late = page_settings(assignment)
    read = extensions_of(sheet, late, language)
    with_reason = [row for row in read.extensions if row.reason or reason]
    problems = [*read.problems]
    problems += [
        translate("extensions_no_reason", language, line=row.line)
        for row in read.extensions
        if not (row.reason or reason)
    ]
    handed = tuple(Handed(submission=f"{_MARK}{user}", students=(entry,)) for user, entry in people.items())
    class_list = ClassList(platform="folder", handed=handed)
    book = mark_book(
        class_list, language=language, late=late, extensions=with_reason, extensions_path=sheet.name
    )
    lines = []
    for user, entry in people.items():
        rule = book.rules.get(f"{_MARK}{user}")
        if rule is None or rule.date.source != "extension":
            continue
        due_at = moment_of_due(rule.date.due, late)
        if due_at is not None:
            until = moment_of_due(rule.date.cut_off, late) if rule.date.cut_off else None
            lines.append(_line(user, entry, due_at, until, rule.date.reason or reason, known.get(user)))
    problems += [*book.problems, *_without_effect(with_reason, class_list, lines, sheet.name, language)]
    return ReadExtensionList(lines=tuple(lines), problems=tuple(dict.fromkeys(problems)))


def _line(
    user: int,
    entry: RosterEntry,
    due_at: datetime,
    late_until: datetime | None,
    reason: str,
    known: Extension | None,
) -> ExtensionLine:
    had = (known.due_at, known.late_until) if known else (None, None)
    is_same = known is not None and had == (due_at, late_until)
    return ExtensionLine(
        user=user,
        name=entry.name,
        state="new" if known is None else "same" if is_same else "changed",
        due_at=due_at,
        late_until=late_until,
        reason=reason,
        had_due_at=had[0],
        had_late_until=had[1],
    )


def _without_effect(
    rows: list[ExtensionRow], class_list: ClassList, lines: list[ExtensionLine], path: str, language: str
) -> list[str]:
    """Sentences on lines of a known student that give the date that everybody has."""
    people = ClassPeople(class_list, language)
    taken = {f"{_MARK}{line.user}" for line in lines}
    said = []
    for row in rows:
        try:
            person = people.person(row.student)
        except WhomError:
            continue  # told already
        is_taken = any(handed.submission in taken for handed in person.handed)
        contradicts = len({(o.due, o.late_due) for o in rows if o.student == row.student}) > 1
        if not is_taken and not contradicts:
            said.append(translate("extensions_same_date", language, path=path, line=row.line))
    return said
