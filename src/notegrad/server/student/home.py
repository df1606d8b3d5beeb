"""The first page after signing in, and a course's page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from notegrad.server.access import course_for, is_allowed, thing_of, who_is
from notegrad.server.models import Course
from notegrad.server.shown_page import show
from notegrad.server.database_time import database_now
from notegrad.server.student.receiving import dates_for


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The courses of a person; all of them for an administrator."""
    who = who_is(request)
    mine = Q() if who.is_administrator else Q(pk__in=list(who.roles))
    context = {"courses": Course.objects.filter(mine).order_by("title"), "may_create": who.is_administrator}
    return show(request, "student/home.html", context)


@login_required
@require_safe
def course(request: HttpRequest, course: str) -> HttpResponse:
    """The assignments of a course; drafts for the staff only."""
    found = course_for(request, "see_course", course)
    is_staff = is_allowed(request, "see_class", thing_of(found))
    assignments = found.assignments.select_related("bundle")
    now = database_now()
    lines = []
    for assignment in assignments if is_staff else assignments.exclude(state="draft"):
        dates = dates_for(assignment, request.user)
        count = request.user.hand_ins.filter(assignment=assignment).count()
        lines.append({"assignment": assignment, "dates": dates, "phase": dates.phase(now), "count": count})
    context = {
        "course": found,
        "lines": lines,
        "now": now,
        "is_staff": is_staff,
        "may_manage": is_allowed(request, "manage_course", thing_of(found)),
    }
    return show(request, "student/course.html", context)
