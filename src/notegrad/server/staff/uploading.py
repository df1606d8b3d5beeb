"""The page on which the staff hands in for a student, with the reason that the receipt tells."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from notegrad.messages import translate
from notegrad.server.access import assignment_for
from notegrad.server.audit_log import record
from notegrad.server.database_time import database_now
from notegrad.server.models import Assignment, HandIn, User
from notegrad.server.shown_page import language_of, show
from notegrad.server.staff.decisions import person_of
from notegrad.server.staff.file_forms import StaffUploadForm
from notegrad.server.student.receiving import Refusal, Sender, attempts_left, dates_for, receive


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def staff_upload(request: HttpRequest, course: str, slug: str, user: int) -> HttpResponse:
    """Hands in for a student, after the last moment and beyond their attempts; raises Http404 for others."""
    found = assignment_for(request, "decide", course, slug)
    person = person_of(found, user)
    form = StaffUploadForm(request.POST or None, request.FILES or None, language=language_of(request))
    if request.method == "POST" and form.is_valid():
        outcome = _receive(request, found, person, form)
        if isinstance(outcome, HandIn):
            return redirect("attempt", outcome.pk)
        language = language_of(request)
        sentence = outcome.sentence or translate(outcome.key, language, **outcome.facts)
        form.refuse("notebook", "staff_upload_refused", why=sentence)
    phase = dates_for(found, person).phase(database_now())
    context = {
        "assignment": found,
        "course": found.course,
        "person": person,
        "form": form,
        "form_key": uuid4(),
        "is_late": phase in ("late", "closed"),
        "left": attempts_left(found, person),
    }
    return show(request, "staff/upload.html", context, status=422 if form.errors else 200)


def _receive(
    request: HttpRequest, found: Assignment, person: User, form: StaffUploadForm
) -> HandIn | Refusal:
    """The attempt, and its line in the record; a second press is the same attempt, with one line."""
    file, reason = form.cleaned_data["notebook"], form.cleaned_data["reason"]
    try:
        key = UUID(request.POST.get("form_key", ""))
    except ValueError:
        return Refusal(key="upload_no_key")
    sender = Sender(by=request.user, reason=reason)
    with transaction.atomic():
        known = HandIn.objects.filter(user=person, form_key=key).exists()
        outcome = receive(found, person, file.read(), file.name or "", key, via="staff", sender=sender)
        if isinstance(outcome, HandIn) and not known:
            record(
                request,
                "staff_upload",
                f"{person} · {found.slug}",
                course=found.course,
                about=person,
                reason=reason,
                attempt=outcome.pk,
                file=outcome.file_name,
            )
    return outcome
