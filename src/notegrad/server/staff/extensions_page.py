"""The page of extensions: those that there are, and a list of further ones, looked at first."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from notegrad.errors import InputError
from notegrad.intake.class_list.spreadsheet import sheet_of
from notegrad.messages import translate
from notegrad.results.text import one_line
from notegrad.server.access import assignment_for
from notegrad.server.audit_log import record
from notegrad.server.models import Assignment, Enrolment, Extension, User
from notegrad.server.shown_page import language_of, show
from notegrad.server.staff.class_of_page import entry_of
from notegrad.server.staff.class_page import students_of
from notegrad.server.staff.extension_reading import ExtensionLine, ReadExtensionList, read_extensions
from notegrad.server.staff.file_forms import ExtensionsForm
from notegrad.server.staff.kept_upload import keep_upload, kept_upload

MAX_REASON_CHARS = 300


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def extensions(request: HttpRequest, course: str, slug: str) -> HttpResponse:
    """The extensions of an assignment; a list that is sent is shown before it is written."""
    found = assignment_for(request, "decide", course, slug)
    language = language_of(request)
    if "token" in request.POST:
        return _confirmed(request, found)
    form = ExtensionsForm(request.POST or None, request.FILES or None, language=language)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        token = keep_upload(form.cleaned_data["extensions_file"], _scope(found))
        reason = form.cleaned_data["common_reason"]
        try:
            read = _read(found, token, reason, language)
            context = {
                "read": read,
                "token": token,
                "reason": reason,
                "changes": len(read.lines) - sum(line.state == "same" for line in read.lines),
            }
        except InputError as error:
            form.refuse("extensions_file", "list_refused", why=error)
    return _page(request, found, form, **context)


def _page(request: HttpRequest, found: Assignment, form: ExtensionsForm, **further: Any) -> HttpResponse:
    context = {
        "assignment": found,
        "course": found.course,
        "zone": found.course.time_zone,
        "form": form,
        "known": found.extensions.select_related("user", "by").order_by("user__name"),
        **further,
    }
    is_wrong = form.errors or "refused" in further
    return show(request, "staff/extensions.html", context, status=422 if is_wrong else 200)


def _confirmed(request: HttpRequest, found: Assignment) -> HttpResponse:
    """Write what the preview has shown, each with its reason in the record."""
    language = language_of(request)
    try:
        with transaction.atomic():
            read = _read(found, request.POST["token"], request.POST.get("reason", ""), language)
            for line in read.lines:
                if line.state != "same":
                    _write(request, found, line)
    except InputError as error:
        return _page(request, found, ExtensionsForm(language=language), refused=error.text(language))
    return redirect("extensions", found.course.slug, found.slug)


def _write(request: HttpRequest, found: Assignment, line: ExtensionLine) -> None:
    reason = one_line(line.reason, MAX_REASON_CHARS)
    fields = {
        "due_at": line.due_at,
        "late_until": line.late_until,
        "reason": reason,
        "by": request.user,
    }
    Extension.objects.update_or_create(assignment=found, user_id=line.user, defaults=fields)
    said = {
        "due_at": str(line.due_at),
        "late_until": str(line.late_until or ""),
        "was": str(line.had_due_at or ""),
    }
    target = f"{line.name} · {found.slug}"
    about = User.objects.get(pk=line.user)
    record(request, "extension", target, course=found.course, about=about, reason=reason, **said)


def _read(found: Assignment, token: str, reason: str, language: str) -> ReadExtensionList:
    """The list behind a token against the class of today. Raises InputError."""
    kept = kept_upload(token, _scope(found))
    if kept is None:
        raise InputError(translate("list_too_old", language))
    data, name = kept
    enrolments = {one.user_id: one for one in Enrolment.objects.filter(course=found.course)}
    people = {user.pk: entry_of(user, enrolments.get(user.pk)) for user in students_of(found)}
    known = {one.user_id: one for one in found.extensions.all()}
    sheet = sheet_of(data, name, language)
    return read_extensions(sheet, found, people, known, reason=reason, language=language)


def _scope(found: Assignment) -> str:
    return f"extensions {found.pk}"
