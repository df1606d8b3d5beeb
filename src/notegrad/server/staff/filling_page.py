"""A platform's file filled in with the class's grades, and all that could not be brought into it, told."""

from __future__ import annotations

import msgspec

from notegrad.errors import InputError
from notegrad.intake.class_list.joining import agreed, by_value
from notegrad.intake.class_list.naming import called, compared
from notegrad.intake.class_list.roster import Roster, roster_of
from notegrad.intake.class_list.spreadsheet import Sheet
from notegrad.messages import listed, translate
from notegrad.records import Record, RosterEntry
from notegrad.results.gradebooks.feedback_zip import moodle_folder
from notegrad.results.gradebooks.fill_template import FillOptions, Target, fill_template
from notegrad.results.gradebooks.scale import Scale
from notegrad.results.gradebooks.standings import standings, told_incomplete
from notegrad.server.staff.class_of_page import ClassOfPage

MAX_NAMES_TOLD = 40


class PageFilled(Record, frozen=True, kw_only=True):
    """The file as it goes back to the platform, and the sentences on it, the first of which sums up.

    `folders`: for Moodle, by the id of each submission that has a grade, the folder of its feedback.
    """

    data: bytes
    target: Target
    notes: tuple[str, ...]
    folders: dict[str, str] = {}


def filled_for(
    found: ClassOfPage, sheet: Sheet, options: FillOptions, scale: Scale | None, language: str
) -> PageFilled:
    """The file with the grades of those whose results are not held back; the platform is recognised.

    Raises InputError where the file cannot be used, or the column is not clear.
    """
    class_list = msgspec.structs.replace(found.class_list, language=language)
    roster = roster_of(sheet, class_list, key=options.key)
    target: Target = "moodle" if roster.platform == "moodle" else "canvas" if roster.platform else "csv"
    if target == "csv" and not options.column:
        heads = ", ".join(head for head in sheet.heads if head)
        raise InputError(translate("fill_column_needed", language, name=sheet.name, columns=heads))
    free = tuple(one for one in class_list.handed if not set(one.students) & set(found.held))
    given = msgspec.structs.replace(class_list, handed=free)
    asked = msgspec.structs.replace(
        options,
        target=target,
        column=None if target == "moodle" else options.column or None,
        comments=options.comments and target == "moodle",
    )
    made = fill_template(asked, sheet, given, found.results, scale)
    summary = translate("gradebook_filled", language, graded=made.filled.graded, empty=made.filled.empty)
    standing = standings(made.class_list, found.results)
    told = (
        *_told(found, made.roster, sheet, language),
        *made.notes,
        *told_incomplete(standing, language, MAX_NAMES_TOLD),
    )
    folders = {
        one.handed.submission: moodle_folder(one.student)
        for one in standing
        if one.handed and one.scored and one.student.key and target == "moodle"
    }
    return PageFilled(data=made.filled.data, target=target, notes=(summary, *told), folders=folders)


def _told(found: ClassOfPage, roster: Roster, sheet: Sheet, language: str) -> list[str]:
    """Sentences on who is in one list only, whose results are held back, and what still waits."""
    strangers, absent = differences(roster, list(found.people.values()))
    named = (
        ("fill_strangers", strangers),
        ("fill_absent", absent),
        ("fill_held", list(found.held)),
    )
    said = [
        translate(
            key,
            language,
            name=sheet.name,
            count=len(entries),
            names=listed(map(called, entries), MAX_NAMES_TOLD),
        )
        for key, entries in named
        if entries
    ]
    return said + ([translate("fill_waiting", language, count=found.waiting)] if found.waiting else [])


def differences(roster: Roster, people: list[RosterEntry]) -> tuple[list[RosterEntry], list[RosterEntry]]:
    """The lines that are nobody of the class, and the people that are on no line."""
    fields = roster.fields("folder")
    indexes = {field: by_value(people, field) for field in fields}
    met: set[RosterEntry] = set()
    strangers = []
    for entry in roster.entries:
        tried = [one for f in fields for one in indexes[f].get(compared(getattr(entry, f)), ())]
        person = agreed(entry, tried, fields)
        if person is None:
            strangers.append(entry)
        else:
            met.add(person)
    return strangers, [one for one in people if one not in met]
