"""The page that says of each student what was sent to which gradebook, when, and why not."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from notegrad.lti.models import LtiMember, Passback
from notegrad.lti.reasons import reason_text
from notegrad.lti.wishes import enqueue_plan, send_soon
from notegrad.server.access import assignment_for, is_allowed, thing_of
from notegrad.server.audit_log import record
from notegrad.server.database_time import database_now
from notegrad.server.models import Assignment
from notegrad.server.shown_page import language_of, show

OPEN_STATES = ("waiting", "refused", "no_column", "given_up", "newer_there")
STATE_KEYS = {
    "sent": "passback_sent_state",
    "refused": "passback_refused_state",
    "no_column": "passback_no_column_state",
}


@login_required
@require_safe
def passbacks(request: HttpRequest, course: str, slug: str) -> HttpResponse:
    """A line for each link and student; students of a link of whom nothing is wanted yet are counted."""
    found = assignment_for(request, "see_class", course, slug)
    rows = Passback.objects.filter(link__assignment=found).select_related("user", "link__context__platform")
    language = language_of(request)
    lines = [
        {
            "row": row,
            "state_key": STATE_KEYS.get(row.state, f"passback_{row.state}"),
            "reason": reason_text(row.reason, language),
        }
        for row in rows.order_by("user__name", "user__username", "pk")
    ]
    links = found.lti_links.select_related("context__platform")
    contexts = list(links.values_list("context", flat=True))
    students = LtiMember.objects.filter(context__in=contexts, state="in", role="student").count()
    context = {
        "assignment": found,
        "course": found.course,
        "zone": found.course.time_zone,
        "lines": lines,
        "links": links,
        "students": students,
        "waiting": sum(line["row"].state == "waiting" for line in lines),
        "failed": sum(line["row"].state in OPEN_STATES[1:] for line in lines),
        "may_manage": is_allowed(request, "manage_course", thing_of(found)),
    }
    return show(request, "lti/passbacks.html", context)


@login_required
@require_POST
def send_again(request: HttpRequest, course: str, slug: str) -> HttpResponse:
    """Sends again, now, what has not arrived; one that is newer there is overwritten only so."""
    found = assignment_for(request, "manage_course", course, slug)
    with transaction.atomic():
        count = _again(found)
        record(request, "lti_again", found.slug, course=found.course, count=count)
        enqueue_plan(found)
    return redirect("lti_scores", found.course.slug, found.slug)


def _again(assignment: Assignment) -> int:
    """Ask for the sending of all open rows, and return how many they are."""
    if assignment.published_at is None:
        return 0
    rows = Passback.objects.select_for_update().filter(link__assignment=assignment, state__in=OPEN_STATES)
    found, now = list(rows), database_now()
    for row in found:
        send_soon(row, now)
    return len(found)
