"""Finds whom a file about marks means: a student of the class list, by any identifier, or a submission."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from notegrad.intake.class_list.joining import identity
from notegrad.intake.class_list.roster import FIELDS
from notegrad.messages import listed, translate
from notegrad.records import ClassList, Handed, Record, RosterEntry


class WhomError(ValueError):
    """A name that means nobody, or several people, as a sentence."""


class Person(Record, frozen=True, kw_only=True):
    """A student of the class, with what they handed in, alone or with others."""

    entry: RosterEntry
    handed: tuple[Handed, ...] = ()


class ClassPeople:
    """The people of a class by all that they are called."""

    def __init__(self, class_list: ClassList, language: str) -> None:
        """Keeps who is called how; compares without regard to case."""
        self._language = language
        self._submissions = {handed.submission: handed for handed in class_list.handed}
        entries: dict[tuple[str, str], RosterEntry] = {identity(entry): entry for entry in class_list.roster}
        handed_by: dict[tuple[str, str], list[Handed]] = {}
        for handed in class_list.handed:
            for student in handed.students:
                entries[identity(student)] = student
                handed_by.setdefault(identity(student), []).append(handed)
        self._people = {
            who: Person(entry=entry, handed=tuple(handed_by.get(who, ()))) for who, entry in entries.items()
        }
        self._called: dict[str, dict[tuple[str, str], None]] = {}
        for who, entry in entries.items():
            for name in _names(entry):
                self._called.setdefault(name.casefold(), {})[who] = None

    def submissions_of(self, name: str) -> tuple[str, ...]:
        """The submissions that a mark for this name is about. Raises WhomError where there are none."""
        if name in self._submissions:
            return (name,)
        person = self.person(name)
        if not person.handed:
            raise WhomError(translate("marks_student_absent", self._language, student=name))
        shared = [handed for handed in person.handed if len(handed.students) > 1]
        if shared:
            facts = {"student": name, "submission": shared[0].submission}
            raise WhomError(translate("marks_student_group", self._language, **facts))
        return tuple(handed.submission for handed in person.handed)

    def person(self, name: str) -> Person:
        """The one student of this name, number, address or login. Raises WhomError where there is not one."""
        if name in self._submissions and len(self._submissions[name].students) == 1:
            return self._people[identity(self._submissions[name].students[0])]
        found = list(self._called.get(name.casefold(), {}))
        if not found:
            near = difflib.get_close_matches(name.casefold(), [*self._called, *self._submissions], n=1)
            hint = translate("marks_near", self._language, name=near[0]) if near else ""
            raise WhomError(translate("marks_student_unknown", self._language, student=name, near=hint))
        if len(found) > 1:
            who = listed(" ".join(filter(None, _names(self._people[one].entry))) for one in found)
            raise WhomError(translate("marks_student_several", self._language, student=name, names=who))
        return self._people[found[0]]


def _names(entry: RosterEntry) -> Iterable[str]:
    return dict.fromkeys(value for field in ("name", *FIELDS) if (value := getattr(entry, field)))
