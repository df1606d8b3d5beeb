"""A regrade of a whole assignment: tried with today's bundle, looked at, then applied or dropped."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from notegrad.records import Record
from notegrad.server.access import assignment_for
from notegrad.server.audit_log import Decision, record
from notegrad.server.grade_job import KIND, enqueue_regrade
from notegrad.server.models import Assignment, HandIn, Job, Regrade, ResultVersion
from notegrad.server.operation.queue_state import DROPPED
from notegrad.server.result_rows import marks_of
from notegrad.server.shown_page import language_of, show

MIN_MOVE = 1e-9


class Movement(Record, frozen=True, kw_only=True):
    """An attempt whose mark a regrade changes; `before` is None where there is none.

    `misfits` are sentences on decisions that the new version has no place for: they would count no more.
    """

    hand_in: HandIn
    before: float | None
    after: float
    points: float
    misfits: tuple[str, ...] = ()

    @property
    def by(self) -> float:
        """The points that it moves by."""
        return self.after - (self.before or 0.0)


def affected(assignment: Assignment) -> list[HandIn]:
    """The attempts whose result is not of today's bundle."""
    return list(assignment.hand_ins.exclude(current__bundle=assignment.bundle).select_related("user"))


def newest_results(regrade: Regrade) -> list[ResultVersion]:
    """The last result of each attempt in a regrade."""
    related = ("bundle", "hand_in__user", "hand_in__current__bundle", "hand_in__assignment__course")
    found = regrade.results.select_related(*related).defer("data", "hand_in__current__data")
    return list({row.hand_in_id: row for row in found.order_by("pk")}.values())


def is_running(regrade: Regrade) -> bool:
    """Whether attempts are still waiting to be graded again: half a regrade is never applied."""
    return Job.objects.filter(kind=KIND, payload__regrade=regrade.pk, state__in=("ready", "running")).exists()


def movements(results: Sequence[ResultVersion], language: str = "") -> list[Movement]:
    """Who moves, those who lose most first; marks are compared, since they are what counts."""
    marks = marks_of([row.hand_in for row in results], language, results)
    moved = []
    for row in results:
        before, after = marks.points(row.hand_in), marks.points(row.hand_in, row) or 0.0
        misfits = marks.misfits(row.hand_in, row)
        if before is None or abs(after - before) > MIN_MOVE or misfits:
            moved.append(
                Movement(
                    hand_in=row.hand_in, before=before, after=after, points=row.max_score, misfits=misfits
                )
            )
    return sorted(moved, key=lambda movement: (movement.by, str(movement.hand_in.user)))


@login_required
@require_POST
def try_regrade(request: HttpRequest, course: str, slug: str) -> HttpResponse:
    """Grades all attempts with today's bundle, for a look only. Raises Http404 without a bundle."""
    found = assignment_for(request, "manage_course", course, slug)
    if found.bundle is None:
        raise Http404
    with transaction.atomic():
        made = Regrade.objects.create(assignment=found, bundle=found.bundle, by=request.user)
        hand_ins = affected(found)
        for hand_in in hand_ins:
            enqueue_regrade(hand_in, made)
        record(request, "try_regrade", found.slug, course=found.course, attempts=len(hand_ins))
    return redirect("regrade", found.course.slug, found.slug, made.pk)


def _regrade_for(request: HttpRequest, course: str, slug: str, regrade: int) -> Regrade:
    """The regrade of that number; raises Http404 where it is not this assignment's."""
    assignment = assignment_for(request, "manage_course", course, slug)
    found = assignment.regrades.select_related("bundle").filter(pk=regrade).first()
    if found is None:
        raise Http404
    found.assignment = assignment
    return found


@login_required
@require_safe
def regrade(request: HttpRequest, course: str, slug: str, regrade: int) -> HttpResponse:
    """What a regrade would change: who moves, by how much."""
    found = _regrade_for(request, course, slug, regrade)
    jobs = Job.objects.filter(kind=KIND, payload__regrade=found.pk)
    results = newest_results(found)
    context = {
        "regrade": found,
        "assignment": found.assignment,
        "course": found.assignment.course,
        "waiting": jobs.filter(state__in=("ready", "running")).count(),
        "failed": jobs.filter(state="failed").count(),
        "done": len(results),
        "movements": movements(results, language_of(request)) if found.state == "tried" else [],
    }
    return show(request, "staff/regrade.html", context)


@login_required
@require_POST
def end_regrade(request: HttpRequest, course: str, slug: str, regrade: int) -> HttpResponse:
    """Applies a regrade, or drops it; what was graded with a newer bundle meanwhile stays."""
    found = _regrade_for(request, course, slug, regrade)
    applies = request.POST.get("what") == "apply"
    if applies and is_running(found):
        return redirect("regrade", found.assignment.course.slug, found.assignment.slug, found.pk)
    with transaction.atomic():
        open_ = Regrade.objects.filter(pk=found.pk, state="tried")
        if open_.update(state="applied" if applies else "dropped"):
            Job.objects.filter(kind=KIND, payload__regrade=found.pk, state="ready").update(
                state="failed", error=DROPPED
            )
            moved = movements(newest_results(found))
            if applies:
                _apply(found)
            action: Decision = "apply_regrade" if applies else "drop_regrade"
            record(request, action, found.assignment.slug, course=found.assignment.course, moved=len(moved))
    return redirect("regrade", found.assignment.course.slug, found.assignment.slug, found.pk)


def _apply(regrade: Regrade) -> None:
    for row in newest_results(regrade):
        mine = HandIn.objects.filter(pk=row.hand_in_id)
        newer = mine.filter(current__bundle__version__gte=regrade.bundle.version)
        if not newer.exists():
            mine.update(current=row, state="graded", reason="")
