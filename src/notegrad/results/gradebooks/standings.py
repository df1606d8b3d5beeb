"""Finds the attempt that counts for each student of a class, and its result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from notegrad.intake.class_list.joining import identity
from notegrad.intake.class_list.naming import called
from notegrad.marks.final_mark import is_scored
from notegrad.messages import MAX_NAMES_TOLD, listed, translate
from notegrad.records import ClassList, GradingResult, Handed, Record, RosterEntry
from notegrad.results.gradebooks.scale import exact
from notegrad.results.pending import pending_questions


class Standing(Record, frozen=True, kw_only=True):
    """A student, with the attempt and its result where there are any, and how many attempts there are."""

    student: RosterEntry
    handed: Handed | None = None
    result: GradingResult | None = None
    attempts: int = 0

    @property
    def scored(self) -> GradingResult | None:
        """The result, where it holds a score: nobody gets a zero for a failure of ours."""
        return self.result if self.result is not None and is_scored(self.result) else None


def is_class(class_list: ClassList) -> bool:
    """Whether this is more than files: an export, a roster, or attempts that are to be compared."""
    return class_list.platform != "folder" or bool(class_list.roster) or class_list.attempts != "latest"


def every_attempt(class_list: ClassList, results: Mapping[str, GradingResult]) -> tuple[Standing, ...]:
    """One standing per student and attempt, the roster first; who handed in nothing has one too."""
    students: dict[tuple[str, str], RosterEntry] = {identity(entry): entry for entry in class_list.roster}
    attempts: dict[tuple[str, str], list[Handed]] = {}
    for handed in class_list.handed:
        for student in handed.students:
            students[identity(student)] = student
            attempts.setdefault(identity(student), []).append(handed)
    made: list[Standing] = []
    for who, student in students.items():
        own = sorted(attempts.get(who, []), key=lambda handed: (handed.attempt, handed.received_at))
        made += [
            Standing(student=student, handed=h, result=results.get(h.submission), attempts=len(own))
            for h in own
        ] or [Standing(student=student)]
    return tuple(made)


def standings(class_list: ClassList, results: Mapping[str, GradingResult]) -> tuple[Standing, ...]:
    """One standing per student: the best attempt where that counts, else the latest."""
    own: dict[tuple[str, str], list[Standing]] = {}
    for standing in every_attempt(class_list, results):
        own.setdefault(identity(standing.student), []).append(standing)
    best = class_list.attempts == "best"
    return tuple(_best(several) if best else several[-1] for several in own.values())


def told_incomplete(
    several: Sequence[Standing], language: str, most: int = MAX_NAMES_TOLD
) -> tuple[str, ...]:
    """A sentence on whose scores lack points for want of a verdict; none where there are no such scores."""
    found = [
        called(one.student) for one in several if one.scored is not None and pending_questions(one.scored)
    ]
    facts = {"count": len(found), "names": listed(found, most)}
    return (translate("gradebook_incomplete", language, **facts),) if found else ()


def _best(several: Sequence[Standing]) -> Standing:
    """The highest score, the later of equals; an attempt that was not graded counts below every score."""
    return max(reversed(several), key=lambda s: exact(s.scored.score) if s.scored else -1)
