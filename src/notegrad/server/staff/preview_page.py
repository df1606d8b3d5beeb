"""The page of a bundle before its assignment opens: what it asks, and its solutions graded once."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from notegrad.intake.unreadable import UnreadableError
from notegrad.results.text import one_line
from notegrad.server.access import assignment_for
from notegrad.server.audit_log import record
from notegrad.server.blobs import keep
from notegrad.server.models import Assignment, Rehearsal
from notegrad.server.page_marks import late_settings
from notegrad.server.queue import queue
from notegrad.server.shown_page import language_of, show
from notegrad.server.staff.file_forms import SolutionForm
from notegrad.server.staff.rehearsal_job import enqueue_rehearsal
from notegrad.server.staff.rehearsals import notebooks_in, preview_of

MAX_NAME_CHARS = 150
WORKER_SEEN_S = 60.0


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, course: str, slug: str) -> HttpResponse:
    """The questions of the bundle in use, and how its solutions go; takes further ones, and drops some.

    Raises Http404 where there is no bundle.
    """
    found = assignment_for(request, "manage_course", course, slug)
    if found.bundle is None:
        raise Http404
    language = language_of(request)
    if "drop" in request.POST or "again" in request.POST:
        _changed(found, request)
        return redirect("preview", found.course.slug, found.slug)
    form = SolutionForm(request.POST or None, request.FILES or None, language=language)
    if request.method == "POST" and form.is_valid():
        try:
            _rehearse(request, found)
            return redirect("preview", found.course.slug, found.slug)
        except UnreadableError as error:
            form.refuse("solution", "solution_refused", why=error.message.text(language))
    context = {
        "assignment": found,
        "course": found.course,
        "zone": found.course.time_zone,
        "form": form,
        "preview": preview_of(found.bundle),
        "late": late_settings(found.bundle),
        "workers": queue.living_workers("cpu", WORKER_SEEN_S),
    }
    return show(request, "staff/preview.html", context, status=422 if form.errors else 200)


def _rehearse(request: HttpRequest, found: Assignment) -> None:
    """Grade each notebook that was sent. Raises UnreadableError for a zip that holds none."""
    sent = [notebooks_in(file.read(), file.name or "") for file in request.FILES.getlist("solution")]
    with transaction.atomic():
        for name, data in (one for several in sent for one in several):
            made = Rehearsal.objects.create(
                bundle=found.bundle,
                kind="solution",
                blob=keep(data),
                file_name=one_line(name)[-MAX_NAME_CHARS:] or "notebook.ipynb",
                by=request.user,
            )
            enqueue_rehearsal(made)
            record(request, "rehearse", f"{found.slug} · {made.file_name}", course=found.course)


def _changed(found: Assignment, request: HttpRequest) -> None:
    """Drop a solution that was the wrong file, or grade one once more; raises Http404 for others."""
    number = request.POST.get("drop") or request.POST.get("again") or ""
    rows = found.bundle.rehearsals.filter(pk=int(number)) if number.isdecimal() else None
    row = rows.first() if rows is not None else None
    if row is None:
        raise Http404
    with transaction.atomic():
        if "again" in request.POST:
            Rehearsal.objects.filter(pk=row.pk).update(state="queued", reason="", data=None, score=None)
            enqueue_rehearsal(row)
        elif row.kind == "solution":
            found.bundle.rehearsals.filter(kind="solution", blob=row.blob_id).delete()
            record(request, "rehearsal_dropped", f"{found.slug} · {row.file_name}", course=found.course)
