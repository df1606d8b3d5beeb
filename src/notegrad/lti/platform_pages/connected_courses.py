"""A course's page of platforms, for its teachers: what it is connected with, its links, its rosters."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from notegrad.lti.connecting import code_for
from notegrad.lti.models import LtiContext, LtiLink
from notegrad.lti.platform_forms import LinkForm
from notegrad.lti.reasons import reason_text
from notegrad.lti.roster_job import enqueue_roster
from notegrad.lti.wishes import enqueue_plan
from notegrad.server.access import course_for
from notegrad.server.audit_log import record
from notegrad.server.models import Course
from notegrad.server.shown_page import language_of, show

RUNS_SHOWN = 5


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def course(request: HttpRequest, course: str) -> HttpResponse:
    """What a course is connected with; POST makes a code that connects it."""
    found = course_for(request, "manage_course", course)
    code = ""
    if request.method == "POST":
        code = code_for(found)
        with transaction.atomic():
            record(request, "lti_code", found.slug, course=found)
    contexts = [_shown(request, context, found) for context in found.lti_contexts.select_related("platform")]
    page = {"course": found, "contexts": contexts, "code": code, "zone": found.time_zone}
    return show(request, "lti/course.html", page)


def _shown(request: HttpRequest, context: LtiContext, found: Course) -> dict[str, object]:
    """A connected course as the page shows it."""
    assignments = found.assignments.order_by("title")
    language = language_of(request)
    runs = context.roster_runs.order_by("-pk")[:RUNS_SHOWN]
    links = []
    for link in context.links.select_related("assignment").order_by("title", "pk"):
        initial = {"assignment": link.assignment_id}
        form = LinkForm(
            initial=initial, assignments=assignments, language=language, auto_id=f"link{link.pk}_%s"
        )
        links.append({"link": link, "form": form})
    return {
        "context": context,
        "links": links,
        "members": context.members.filter(state="in").count(),
        "runs": [{"run": run, "reason": reason_text(run.reason, language)} for run in runs],
    }


def _context_of(course: Course, number: int) -> LtiContext:
    """The connected course of that number; raises Http404 where it is not this course's."""
    found = course.lti_contexts.select_related("platform").filter(pk=number).first()
    if found is None:
        raise Http404
    context: LtiContext = found
    return context


@login_required
@require_POST
def read_roster(request: HttpRequest, course: str, context: int) -> HttpResponse:
    """Asks for the reading of a roster; a worker reads it."""
    found = course_for(request, "manage_people", course)
    connected = _context_of(found, context)
    with transaction.atomic():
        enqueue_roster(connected, request.user)
        record(request, "lti_roster", str(connected), course=found)
    return redirect("lti_course", found.slug)


@login_required
@require_POST
def disconnect(request: HttpRequest, course: str, context: int) -> HttpResponse:
    """Parts a platform's course from ours; people, attempts and results stay."""
    found = course_for(request, "manage_course", course)
    connected = _context_of(found, context)
    with transaction.atomic():
        LtiContext.objects.filter(pk=connected.pk).update(course=None)
        LtiLink.objects.filter(context=connected).update(assignment=None)
        record(request, "lti_disconnect", str(connected), course=found)
    return redirect("lti_course", found.slug)


@login_required
@require_POST
def change_link(request: HttpRequest, course: str, link: int) -> HttpResponse:
    """Changes what a link opens, or lets its column be made. Raises Http404 for a link of another course."""
    found = course_for(request, "manage_course", course)
    known = LtiLink.objects.select_related("assignment").filter(pk=link, context__course=found).first()
    if known is None:
        raise Http404
    if request.POST.get("what") == "column":
        with transaction.atomic():
            LtiLink.objects.filter(pk=known.pk).update(may_create_item=True)
            record(request, "lti_column", str(known), course=found)  # its trigger plans the sending
    else:
        form = LinkForm(request.POST, assignments=found.assignments, language=language_of(request))
        if form.is_valid():
            chosen = form.cleaned_data["assignment"]
            with transaction.atomic():
                LtiLink.objects.filter(pk=known.pk).update(assignment=chosen, found_item="")
                record(request, "lti_link", f"{known} → {chosen.slug}", course=found)
                enqueue_plan(chosen)
    return redirect("lti_course", found.slug)
