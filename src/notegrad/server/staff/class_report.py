"""The report of a class: asked for, and shown in a sandbox as it was made last."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from notegrad.results.report.report_script import script_source
from notegrad.server.access import assignment_for
from notegrad.server.blobs import content_of
from notegrad.server.models import ClassReport
from notegrad.server.staff.report_job import enqueue_report

REPORT_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src {script}; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)  # only the report's own script runs, in an origin of its own; the page itself allows its one style sheet


@login_required
@require_POST
def make_report(request: HttpRequest, course: str, slug: str) -> HttpResponse:
    """Asks for a new report; a worker makes it."""
    found = assignment_for(request, "see_class", course, slug)
    enqueue_report(found)
    return redirect("class", found.course.slug, found.slug)


@login_required
@require_safe
def class_report(request: HttpRequest, course: str, slug: str) -> HttpResponse:
    """The report as it was made last; raises Http404 where there is none."""
    found = assignment_for(request, "see_class", course, slug)
    known = ClassReport.objects.select_related("blob").filter(assignment=found).first()
    if known is None:
        raise Http404
    response = HttpResponse(content_of(known.blob), content_type="text/html; charset=utf-8")
    response["Content-Security-Policy"] = REPORT_POLICY.format(script=script_source())
    return response
