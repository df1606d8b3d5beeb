"""Pages of a course's data: how long it is kept; what is held about one person, handed out or deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notegrad.server.access import course_for
from notegrad.server.audit_log import record
from notegrad.server.models import Course, Enrolment, User
from notegrad.server.privacy.person_data import held_about, person_zip
from notegrad.server.privacy.person_deletion import NOBODY, delete_person
from notegrad.server.privacy.retention import deletion_day
from notegrad.server.shown_page import language_of, show
from notegrad.server.spoken_form import SpokenForm

MAX_RETENTION_DAYS = 20 * 366


class RetentionForm(SpokenForm):
    """The end of a course, and for how long after it data about people is kept; empty: without end."""

    ends_on = forms.DateField(
        required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    retention_days = forms.IntegerField(min_value=0, max_value=MAX_RETENTION_DAYS, required=False)

    def clean(self) -> dict[str, Any]:
        """Refuses days without the date from which they count."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("retention_days") is not None and data.get("ends_on") is None and not self.errors:
            self.refuse("ends_on", "retention_no_end")
        return data


class ExportForm(SpokenForm):
    """Why data about a person is handed out."""

    why = forms.CharField(max_length=300)

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, auto_id="export_%s", **keywords)


class DeleteForm(SpokenForm):
    """Why data about a person is deleted, and their login once more, since nothing brings it back."""

    why = forms.CharField(max_length=300)
    confirm_username = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, person: User, **keywords: Any) -> None:
        super().__init__(*args, auto_id="delete_%s", **keywords)
        self.person = person

    def clean_confirm_username(self) -> str:
        """Refuses another login than the person's."""
        username: str = self.cleaned_data["confirm_username"]
        if username != self.person.get_username():
            self.refuse("confirm_username", "delete_other_username")
        return username


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def course_data(request: HttpRequest, course: str) -> HttpResponse:
    """How long a course keeps what it holds about people."""
    found = course_for(request, "manage_data", course)
    initial = {"ends_on": found.ends_on, "retention_days": found.retention_days}
    form = RetentionForm(request.POST or None, initial=initial, language=language_of(request))
    if request.method == "POST" and form.is_valid():
        found.ends_on = form.cleaned_data["ends_on"]
        found.retention_days = form.cleaned_data["retention_days"]
        with transaction.atomic():
            found.save(update_fields=["ends_on", "retention_days"])
            said: dict[str, Any] = {name: str(value) for name, value in form.cleaned_data.items()}
            record(request, "retention", found.slug, course=found, **said)
        return redirect("course_data", found.slug)
    context = {"course": found, "form": form, "deletion_day": deletion_day(found)}
    return show(request, "staff/course_data.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def person_data(request: HttpRequest, course: str, user: int) -> HttpResponse:
    """What a course holds about a person, and what can be done with it."""
    found = course_for(request, "manage_data", course)
    person = _person_for(request, found, user)
    return _page(request, found, person)


@login_required
@require_POST
def export_person(request: HttpRequest, course: str, user: int) -> HttpResponse:
    """A zip with all that a course holds about a person."""
    found = course_for(request, "manage_data", course)
    person = _person_for(request, found, user)
    form = ExportForm(request.POST, language=language_of(request))
    if not form.is_valid():
        return _page(request, found, person, export_form=form)
    data = person_zip(found, person)
    record(request, "export_person", person, course=found, about=person, reason=form.cleaned_data["why"])
    response = HttpResponse(data, content_type="application/zip")
    name = f"{found.slug}-{person.get_username()}.zip"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


@login_required
@require_POST
def delete_of_person(request: HttpRequest, course: str, user: int) -> HttpResponse:
    """Deletes all that a course holds about a person, for good."""
    found = course_for(request, "manage_data", course)
    person = _person_for(request, found, user)
    form = DeleteForm(request.POST, person=person, language=language_of(request))
    if not form.is_valid():
        return _page(request, found, person, delete_form=form)
    with transaction.atomic():
        delete_person(found, person)
        record(request, "delete_person", NOBODY, course=found, reason=form.cleaned_data["why"])
    return redirect("people", found.slug)


def _person_for(request: HttpRequest, course: Course, user: int) -> User:
    """The person, where this one may decide about their data.

    Raises Http404 for who is not of the course, for oneself, and for the staff's data, which is an
    administrator's matter.
    """
    enrolment = Enrolment.objects.select_related("user").filter(course=course, user_id=user).first()
    if enrolment is None or enrolment.user_id == request.user.pk:
        raise Http404
    has_rights = enrolment.role != "student" or enrolment.user.is_superuser
    if has_rights and not request.user.is_superuser:
        raise Http404
    return enrolment.user


def _page(
    request: HttpRequest,
    course: Course,
    person: User,
    *,
    export_form: ExportForm | None = None,
    delete_form: DeleteForm | None = None,
) -> HttpResponse:
    language = language_of(request)
    context = {
        "course": course,
        "person": person,
        "held": held_about(course, person),
        "is_last_course": not person.enrolments.exclude(course=course).exists(),
        "export_form": export_form or ExportForm(language=language),
        "delete_form": delete_form or DeleteForm(person=person, language=language),
    }
    is_wrong = export_form is not None or delete_form is not None
    return show(request, "staff/person_data.html", context, status=422 if is_wrong else 200)
