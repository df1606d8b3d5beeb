"""The class of an assignment for its staff: a line for each student, a student's page, grading again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from notegrad.marks.final_mark import Mark
from notegrad.records import Record
from notegrad.server.access import assignment_for, hand_in_for
from notegrad.server.audit_log import record
from notegrad.server.grade_job import enqueue_grading
from notegrad.server.models import Assignment, ClassReport, Enrolment, HandIn, Problem, User
from notegrad.server.page_marks import PageMarks, better
from notegrad.server.queue import queue
from notegrad.server.result_rows import marks_of
from notegrad.server.shown_page import show
from notegrad.server.student.assignment_page import assignment_as

FILTERS = ("all", "missing", "late", "waiting", "not_graded", "held", "problem", "alike", "decided")
SORTS = ("name", "state", "score", "received", "attempts")


class Alike(Record, frozen=True, kw_only=True):
    """Another attempt whose answers look alike, in these questions: a hint, never a proof."""

    user: str
    attempt: int
    questions: str


class ClassLine(Record, frozen=True, kw_only=True):
    """A student's line: the attempt that counts with its whole score, and how many there are."""

    user: User
    hand_in: HandIn | None
    count: int
    state: str
    is_pending: bool = False
    is_late: bool = False
    is_held: bool = False
    is_decided: bool = False
    has_misfit: bool = False
    has_problem: bool = False
    score: float | None = None
    late_percent: float = 0.0
    points: float | None = None
    alike: tuple[Alike, ...] = ()

    def is_in(self, chosen: str) -> bool:
        """Whether a filter keeps the line."""
        kept = {
            "missing": self.hand_in is None,
            "late": self.is_late,
            "waiting": self.is_pending,
            "not_graded": self.state == "not_graded",
            "held": self.is_held,
            "problem": self.has_problem,
            "alike": bool(self.alike),
            "decided": self.is_decided,
        }
        return kept.get(chosen, True)


def class_lines(assignment: Assignment) -> list[ClassLine]:
    """The lines of all students of the course, by name; those who left after handing in are there too."""
    hand_ins = class_hand_ins(assignment)
    marks = marks_of(hand_ins)
    by_user: dict[int, list[HandIn]] = {}
    for hand_in in hand_ins:
        by_user.setdefault(hand_in.user_id, []).append(hand_in)
    held = set(assignment.holds.values_list("user_id", flat=True))
    lines = [
        _line(marks, user, by_user.get(user.pk, []), is_held=user.pk in held)
        for user in students_of(assignment)
    ]
    alike = _alike(assignment, {hand_in.pk: hand_in for hand_in in hand_ins})
    return [
        msgspec.structs.replace(line, alike=tuple(alike.get(line.hand_in.pk, ()))) if line.hand_in else line
        for line in lines
    ]


def _alike(assignment: Assignment, hand_ins: dict[int, HandIn]) -> dict[int, list[Alike]]:
    """The pairs of the report as it was made last, by each of their attempts."""
    report = ClassReport.objects.filter(assignment=assignment).only("alike").first()
    found: dict[int, list[Alike]] = {}
    for first, second, questions, _ in report.alike if report else ():
        for one, other in ((first, second), (second, first)):
            if one in hand_ins and other in hand_ins:
                user = str(hand_ins[other].user)
                said = Alike(user=user, attempt=other, questions=", ".join(questions))
                found.setdefault(one, []).append(said)
    return found


def students_of(assignment: Assignment) -> list[User]:
    """The students of the course by name, and those who left after handing in."""
    students = User.objects.filter(enrolments__course=assignment.course, enrolments__role="student")
    active = students.filter(enrolments__is_active=True) | students.filter(hand_ins__assignment=assignment)
    return list(active.distinct().order_by("name", "username"))


def class_hand_ins(assignment: Assignment) -> list[HandIn]:
    """All attempts of the class without the bytes of results, by student and number."""
    related = ("current__bundle", "job", "assignment__course", "assignment__bundle", "user")
    signalled = Exists(Problem.objects.filter(hand_in=OuterRef("pk"), answer=""))
    found = assignment.hand_ins.select_related(*related).defer("current__data")
    return list(found.annotate(has_problem=signalled).order_by("user_id", "number"))


def _line(marks: PageMarks, user: User, hand_ins: list[HandIn], *, is_held: bool) -> ClassLine:
    chosen = counting_for_staff(hand_ins, marks)
    if chosen is None:
        return ClassLine(user=user, hand_in=None, count=0, state="missing", is_held=is_held)
    mark = marks.mark(chosen)
    return ClassLine(
        user=user,
        hand_in=chosen,
        count=len(hand_ins),
        state=chosen.state,
        is_pending=any(h.job is not None and h.job.state in ("ready", "running") for h in hand_ins),
        is_late=marks.lateness(chosen) is not None,
        is_held=is_held,
        is_decided=bool(mark.overrides),
        has_misfit=len(mark.overrides) < len(marks.decisions(chosen)),
        has_problem=any(h.has_problem for h in hand_ins),
        score=mark.points,
        late_percent=_taken(mark),
        points=chosen.current.max_score if chosen.current else marks.machine(chosen).max_score or None,
    )


def _taken(mark: Mark) -> float:
    """The per cent that lateness takes of a mark, where there is one."""
    takes = mark.points is not None and mark.reduces and mark.lateness is not None
    return mark.lateness.percent if takes and mark.lateness else 0.0


def counting_for_staff(hand_ins: list[HandIn], marks: PageMarks) -> HandIn | None:
    """The attempt that counts, by marks; one that could not be graded only where there is no other.

    One that was not graded, and has a mark that was given by hand, is as good as a graded one.
    """
    good = [h for h in hand_ins if h.state != "not_graded" or marks.points(h) is not None]
    scored = [h for h in good if marks.points(h) is not None]
    if scored and scored[0].assignment.counts == "best":
        return max(scored, key=lambda h: better(marks, h))
    kept = good or hand_ins
    return kept[-1] if kept else None


def sorted_lines(lines: list[ClassLine], sort: str) -> list[ClassLine]:
    """The lines in the order that is asked for, turned round by a `-`; what is not there comes last."""
    keys: dict[str, Callable[[ClassLine], Any]] = {
        "state": lambda line: line.state,
        "score": lambda line: line.score,
        "received": lambda line: line.hand_in.received_at if line.hand_in else None,
        "attempts": lambda line: line.count,
    }
    name = sort.removeprefix("-")
    if name not in keys:
        return lines[::-1] if sort == "-name" else lines
    with_key = [line for line in lines if keys[name](line) is not None]
    without = [line for line in lines if keys[name](line) is None]
    return [*sorted(with_key, key=keys[name], reverse=sort.startswith("-")), *without]


def _head(name: str, sort: str) -> dict[str, str]:
    """A head of the table: what its link asks for next, and the order in which it stands."""
    orders = {name: "ascending", f"-{name}": "descending"}
    return {
        "key": f"class_by_{name}",
        "next": f"-{name}" if sort == name else name,
        "order": orders.get(sort, ""),
    }


def _identifiers(assignment: Assignment) -> dict[int, str]:
    """The words by which a student of the course's list is searched, beside their name."""
    rows = Enrolment.objects.filter(course=assignment.course)
    return {one.user_id: f"{one.number} {one.email} {one.login} {one.group}" for one in rows}


def _is_found(line: ClassLine, known: dict[int, str], words: str) -> bool:
    said = f"{line.user} {line.user.get_username()} {known.get(line.user.pk, '')}".casefold()
    return all(word in said for word in words.casefold().split())


@login_required
@require_safe
def class_page(request: HttpRequest, course: str, slug: str) -> HttpResponse:
    """The class: filtered, and searched by name."""
    found = assignment_for(request, "see_class", course, slug)
    lines = class_lines(found)
    chosen = request.GET.get("show", "all")
    words = request.GET.get("search", "").strip()
    sort = request.GET.get("sort", "name")
    known = _identifiers(found) if words else {}
    shown = [line for line in lines if line.is_in(chosen) and _is_found(line, known, words)]
    shown = sorted_lines(shown, sort)
    context = {
        "assignment": found,
        "course": found.course,
        "zone": found.course.time_zone,
        "lines": shown,
        "total": len(lines),
        "filters": [(name, f"filter_{name}", sum(line.is_in(name) for line in lines)) for name in FILTERS],
        "chosen": chosen if chosen in FILTERS else "all",
        "search": words,
        "sort": sort,
        "sorts": [_head(name, sort) for name in SORTS],
        "report": ClassReport.objects.filter(assignment=found).defer("alike").first(),
        "workers": queue.living_workers("cpu", 60.0),
    }
    return show(request, "staff/class.html", context)


@login_required
@require_safe
def student(request: HttpRequest, course: str, slug: str, user: int) -> HttpResponse:
    """One student's page of an assignment, made by the code that makes it for the student.

    Raises Http404 for who is not of the course.
    """
    found = assignment_for(request, "see_class", course, slug)
    person = User.objects.filter(pk=user, enrolments__course=found.course).first()
    if person is None:
        raise Http404
    return assignment_as(request, found, person, is_preview=True)


@login_required
@require_POST
def grade_again(request: HttpRequest, number: int) -> HttpResponse:
    """Puts one attempt into the queue once more, with today's bundle; the old result stays until then."""
    hand_in = hand_in_for(request, "grade_again", number)
    if hand_in.job is None or hand_in.job.state not in ("ready", "running"):
        with transaction.atomic():
            enqueue_grading(hand_in, priority=queue.REGRADE_PRIORITY)
            if hand_in.current is None:
                HandIn.objects.filter(pk=hand_in.pk).update(state="queued", reason="")
            course = hand_in.assignment.course
            record(request, "grade_again", f"attempt {hand_in.pk}", course=course, about=hand_in.user)
    return redirect("attempt", hand_in.pk)
