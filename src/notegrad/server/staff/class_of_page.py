"""The class of an assignment as gradebooks know it: a list of people, their attempts, results with marks."""

from __future__ import annotations

from typing import Any

from notegrad.records import ClassList, CsvForm, GradingResult, Handed, Record, RosterEntry
from notegrad.results.gradebooks.class_gradebook import to_class_gradebook
from notegrad.results.gradebooks.csv_form import form_of
from notegrad.results.gradebooks.scale import Scale
from notegrad.server.asked import submission_id
from notegrad.server.models import Assignment, Enrolment, HandIn, ResultVersion, User
from notegrad.server.page_marks import PageMarks
from notegrad.server.result_rows import marks_of, unpacked
from notegrad.server.staff.class_page import class_hand_ins, students_of


class ClassOfPage(Record, frozen=True, kw_only=True):
    """A class with the marks of its attempts; `people` are the entries by user, `held` whose results are."""

    class_list: ClassList
    results: dict[str, GradingResult]
    people: dict[int, RosterEntry] = {}
    held: tuple[RosterEntry, ...] = ()
    waiting: int = 0


def class_of_page(assignment: Assignment, *, for_matching: bool = False) -> ClassOfPage:
    """The class as it is now. What we could not grade is no attempt where the student has a better one.

    `for_matching`: people are called only what the course's list calls them.
    """
    hand_ins = class_hand_ins(assignment)
    marks = marks_of(hand_ins)
    known = {e.user_id: e for e in Enrolment.objects.filter(course=assignment.course)}
    people = {
        user.pk: entry_of(user, known.get(user.pk), for_matching=for_matching)
        for user in students_of(assignment)
    }
    mine: dict[int, list[HandIn]] = {}
    for hand_in in (one for one in hand_ins if one.user_id in people):  # the staff tries, and is no student
        mine.setdefault(hand_in.user_id, []).append(hand_in)
    kept = [one for several in mine.values() for one in _attempts(several, marks)]
    handed = tuple(
        Handed(
            submission=submission_id(one),
            students=(people[one.user_id],),
            attempt=one.number,
            received_at=one.received_at.isoformat(timespec="seconds"),
            late=marks.lateness(one) is not None,
        )
        for one in kept
    )
    class_list = ClassList(
        platform="gradescope" if for_matching else "folder",  # in a folder a name may be an identifier
        attempts="best" if assignment.counts == "best" else "latest",
        language=assignment.course.language,
        handed=handed,
        roster=tuple(people.values()),
    )
    held = [people[user] for user in assignment.holds.values_list("user_id", flat=True) if user in people]
    waiting = [h for h in hand_ins if h.job is not None and h.job.state in ("ready", "running")]
    results = _results(kept, marks)
    return ClassOfPage(
        class_list=class_list, results=results, people=people, held=tuple(held), waiting=len(waiting)
    )


def entry_of(user: User, enrolment: Enrolment | None, *, for_matching: bool = False) -> RosterEntry:
    """A person as the course's list calls them, else as their account does.

    `for_matching`: without the account's name and address. Their owner has chosen them, and could choose
    those of somebody else to be taken for them in a file of the school's.
    """
    told: dict[str, Any] = {
        name: getattr(enrolment, name) if enrolment else "" for name in ("number", "email", "login", "group")
    }
    return RosterEntry(
        name=str(user),
        number=told["number"],
        email=told["email"] or ("" if for_matching else user.email),
        login=told["login"] or ("" if for_matching else user.get_username()),
        group=told["group"],
    )


def own_gradebook(assignment: Assignment, form: CsvForm | None = None, scale: Scale | None = None) -> bytes:
    """The gradebook in our own form, that of the course's language unless another is asked for."""
    found = class_of_page(assignment)
    asked = form or form_of(found.class_list.language)
    return to_class_gradebook(found.class_list, found.results, scale, form=asked)


def _attempts(hand_ins: list[HandIn], marks: PageMarks) -> list[HandIn]:
    good = [h for h in hand_ins if h.state != "not_graded" or marks.points(h) is not None]
    return good or hand_ins[-1:]


def _results(hand_ins: list[HandIn], marks: PageMarks) -> dict[str, GradingResult]:
    """The results with their marks, by submission, each with the names that the page gives."""
    rows = ResultVersion.objects.filter(pk__in=[h.current_id for h in hand_ins if h.current_id])
    machines = {row.pk: unpacked(row) for row in rows}
    found = {}
    for one in hand_ins:
        if one.current_id or marks.points(one) is not None:
            found[submission_id(one)] = marks.marked(one, machines.get(one.current_id or 0))
    return found
