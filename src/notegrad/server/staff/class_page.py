"""The class of an assignment for its staff: a line for each student, a student's page, grading again."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from notegrad.records import Record
from notegrad.server.access import assignment_for, hand_in_for
from notegrad.server.audit_log import record
from notegrad.server.grade_job import enqueue_grading
from notegrad.server.models import Assignment, HandIn, Problem, User
from notegrad.server.queue import queue
from notegrad.server.result_rows import whole_score
from notegrad.server.shown_page import show
from notegrad.server.student.assignment_page import assignment_as

FILTERS = ("all", "missing", "late", "waiting", "not_graded", "held", "problem")


class ClassLine(Record, frozen=True, kw_only=True):
    """A student's line: the attempt that counts with its whole score, and how many there are."""

    user: User
    hand_in: HandIn | None
    count: int
    state: str
    is_pending: bool = False
    is_late: bool = False
    is_held: bool = False
    has_problem: bool = False
    score: float | None = None
    points: float | None = None

    def is_in(self, chosen: str) -> bool:
        """Whether a filter keeps the line."""
        kept = {
            "missing": self.hand_in is None,
            "late": self.is_late,
            "waiting": self.is_pending,
            "not_graded": self.state == "not_graded",
            "held": self.is_held,
            "problem": self.has_problem,
        }
        return kept.get(chosen, True)


def class_lines(assignment: Assignment) -> list[ClassLine]:
    """The lines of all students of the course, by name; those who left after handing in are there too."""
    students = User.objects.filter(enrolments__course=assignment.course, enrolments__role="student")
    active = students.filter(enrolments__is_active=True) | students.filter(hand_ins__assignment=assignment)
    by_user: dict[int, list[HandIn]] = {}
    related = ("current", "job", "override")
    signalled = Exists(Problem.objects.filter(hand_in=OuterRef("pk"), answer=""))
    hand_ins = assignment.hand_ins.select_related(*related).defer("current__data")
    for hand_in in hand_ins.annotate(has_problem=signalled):
        by_user.setdefault(hand_in.user_id, []).append(hand_in)
    people = active.distinct().order_by("name", "username")
    held = set(assignment.holds.values_list("user_id", flat=True))
    return [_line(assignment, user, by_user.get(user.pk, []), is_held=user.pk in held) for user in people]


def _line(assignment: Assignment, user: User, hand_ins: list[HandIn], *, is_held: bool) -> ClassLine:
    chosen = counting_for_staff(assignment, hand_ins)
    if chosen is None:
        return ClassLine(user=user, hand_in=None, count=0, state="missing", is_held=is_held)
    pending = any(h.job is not None and h.job.state in ("ready", "running") for h in hand_ins)
    return ClassLine(
        user=user,
        hand_in=chosen,
        count=len(hand_ins),
        state=chosen.state,
        is_pending=pending,
        is_late=chosen.is_late,
        is_held=is_held,
        has_problem=any(h.has_problem for h in hand_ins),
        score=whole_score(chosen),
        points=chosen.current.max_score if chosen.current else None,
    )


def counting_for_staff(assignment: Assignment, hand_ins: list[HandIn]) -> HandIn | None:
    """The attempt that counts, by whole scores; one that could not be graded only where there is no other."""
    good = [h for h in hand_ins if h.state != "not_graded"]
    if assignment.counts == "best" and any(h.current for h in good):
        return max((h for h in good if h.current), key=lambda h: (whole_score(h), h.number))
    kept = good or hand_ins
    return kept[-1] if kept else None


@login_required
@require_safe
def class_page(request: HttpRequest, course: str, slug: str) -> HttpResponse:
    """The class: filtered, and searched by name."""
    found = assignment_for(request, "see_class", course, slug)
    lines = class_lines(found)
    chosen = request.GET.get("show", "all")
    words = request.GET.get("search", "").strip()
    shown = [line for line in lines if line.is_in(chosen) and words.casefold() in str(line.user).casefold()]
    context = {
        "assignment": found,
        "course": found.course,
        "zone": found.course.time_zone,
        "lines": shown,
        "total": len(lines),
        "filters": [(name, f"filter_{name}", sum(line.is_in(name) for line in lines)) for name in FILTERS],
        "chosen": chosen if chosen in FILTERS else "all",
        "search": words,
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
