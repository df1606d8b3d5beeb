"""A student's page of an assignment: dates, what counts, what is left, the form, the history; and its upload."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from notegrad.messages import translate
from notegrad.server.access import assignment_for, is_allowed, thing_of
from notegrad.server.models import Assignment, HandIn, User
from notegrad.server.page_marks import late_settings
from notegrad.server.shown_page import language_of, show
from notegrad.server.database_time import database_now
from notegrad.server.student.receiving import Refusal, attempts_left, dates_for, receive
from notegrad.server.student.shown import history_of


@login_required
@require_safe
def assignment(request: HttpRequest, course: str, slug: str) -> HttpResponse:
    """The page of an assignment, as the person who is signed in hands in."""
    found = assignment_for(request, "see_assignment", course, slug)
    return assignment_as(request, found, request.user)


def assignment_as(
    request: HttpRequest, found: Assignment, user: User, *, error: str = "", status: int = 200, is_preview: bool = False
) -> HttpResponse:
    """The page of an assignment for one student; `is_preview`: as the staff looks at it."""
    now = database_now()
    dates = dates_for(found, user)
    left = attempts_left(found, user)
    phase = dates.phase(now)
    may_hand_in = is_allowed(request, "hand_in", thing_of(found)) and not is_preview
    context: dict[str, Any] = {
        "assignment": found,
        "course": found.course,
        "zone": found.course.time_zone,
        "student": user,
        "dates": dates,
        "phase": phase,
        "now": now,
        "left": left,
        "takes": may_hand_in and found.bundle is not None and phase in ("open", "late", "draft") and left != 0,
        "form_key": uuid4(),
        "history": history_of(found, user.pk, now, language_of(request)),
        "late_percent": late_settings(found.bundle).percent_per_day,
        "error": error,
        "is_preview": is_preview,
        "is_staff": is_allowed(request, "see_class", thing_of(found)),
        "may_manage": is_allowed(request, "manage_course", thing_of(found)),
    }
    return show(request, "student/assignment.html", context, status=status)


@login_required
@require_POST
def upload(request: HttpRequest, course: str, slug: str) -> HttpResponse:
    """Takes a file: to the attempt's page, or the form again with one sentence."""
    found = assignment_for(request, "hand_in", course, slug)
    language = language_of(request)
    file = request.FILES.get("notebook")
    try:
        form_key = UUID(request.POST.get("form_key", ""))
    except ValueError:
        return assignment_as(request, found, request.user, error=translate("upload_no_key", language), status=422)
    if file is None:
        return assignment_as(request, found, request.user, error=translate("upload_no_file", language), status=422)
    outcome: HandIn | Refusal = receive(found, request.user, file.read(), file.name or "", form_key)
    if isinstance(outcome, Refusal):
        sentence = outcome.sentence or translate(outcome.key, language, **outcome.facts)
        return assignment_as(request, found, request.user, error=sentence, status=422)
    return redirect("attempt", outcome.pk)
