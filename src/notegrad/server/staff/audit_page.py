"""The record of a course: who decided what, when, and why."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from notegrad.server.access import course_for
from notegrad.server.shown_page import show

PAGE_LINES = 100


@login_required
@require_safe
def audit(request: HttpRequest, course: str) -> HttpResponse:
    """The decisions in a course, the newest first."""
    found = course_for(request, "see_audit", course)
    lines = found.audit.select_related("by").order_by("-pk")
    page = Paginator(lines, PAGE_LINES).get_page(request.GET.get("page"))
    return show(request, "staff/audit.html", {"course": found, "page": page, "zone": found.time_zone})
