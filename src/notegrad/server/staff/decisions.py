"""Decisions about one student: more time or attempts, results held back; each with its reason."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.forms.models import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from notegrad.server.access import assignment_for
from notegrad.server.audit_log import Decision, record
from notegrad.server.models import Assignment, Extension, Hold, User
from notegrad.server.shown_page import language_of, show
from notegrad.server.staff.staff_forms import ExtensionForm, HoldForm


def person_of(assignment: Assignment, user: int) -> User:
    """The person of that number in the assignment's course; raises Http404 for others."""
    person = User.objects.filter(pk=user, enrolments__course=assignment.course).first()
    if person is None:
        raise Http404
    return person


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, course: str, slug: str, user: int) -> HttpResponse:
    """More time or attempts for one student, and their results held back or given free."""
    found = assignment_for(request, "decide", course, slug)
    person = person_of(found, user)
    extension = Extension.objects.filter(assignment=found, user=person).first()
    form = ExtensionForm(
        request.POST or None,
        initial=model_to_dict(extension) if extension else None,
        zone=found.course.time_zone,
        language=language_of(request),
    )
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            Extension.objects.update_or_create(
                assignment=found, user=person, defaults={**form.cleaned_data, "by": request.user}
            )
            said = {name: str(value) for name, value in form.cleaned_data.items()}
            reason = said.pop("reason")
            record(
                request,
                "extension",
                f"{person} · {found.slug}",
                course=found.course,
                about=person,
                reason=reason,
                **said,
            )
        return redirect("student", found.course.slug, found.slug, person.pk)
    return _page(request, found, person, form, HoldForm(language=language_of(request)))


@login_required
@require_POST
def hold(request: HttpRequest, course: str, slug: str, user: int) -> HttpResponse:
    """Holds back the results of one student, or gives them free."""
    found = assignment_for(request, "decide", course, slug)
    person = person_of(found, user)
    form = HoldForm(request.POST, language=language_of(request))
    if not form.is_valid():
        extension = ExtensionForm(zone=found.course.time_zone, language=language_of(request))
        return _page(request, found, person, extension, form)
    reason = form.cleaned_data["reason"]
    with transaction.atomic():
        held, is_new = Hold.objects.get_or_create(
            assignment=found, user=person, defaults={"reason": reason, "by": request.user}
        )
        if not is_new:
            held.delete()
        action: Decision = "hold" if is_new else "give_free"
        target = f"{person} · {found.slug}"
        record(request, action, target, course=found.course, about=person, reason=reason)
    return redirect("student", found.course.slug, found.slug, person.pk)


def _page(
    request: HttpRequest, found: Assignment, person: User, extension: ExtensionForm, hold_form: HoldForm
) -> HttpResponse:
    context: dict[str, Any] = {
        "assignment": found,
        "course": found.course,
        "person": person,
        "form": extension,
        "hold_form": hold_form,
        "held": Hold.objects.filter(assignment=found, user=person).first(),
    }
    is_wrong = extension.errors or hold_form.errors
    return show(request, "staff/decide.html", context, status=422 if is_wrong else 200)
