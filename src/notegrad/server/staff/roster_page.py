"""The page that takes a course's list: a preview first, then each new person has an account and a link."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST

from notegrad.errors import InputError
from notegrad.intake.class_list.naming import called
from notegrad.intake.class_list.spreadsheet import sheet_of
from notegrad.messages import listed, translate
from notegrad.records import RosterEntry
from notegrad.results.gradebooks.csv_form import form_of, to_csv
from notegrad.results.text import one_line
from notegrad.server.access import course_for
from notegrad.server.accounts.links import make_link
from notegrad.server.audit_log import record
from notegrad.server.models import Course, Enrolment, Invitation, User
from notegrad.server.shown_page import language_of, show
from notegrad.server.staff.class_of_page import entry_of
from notegrad.server.staff.file_forms import RosterForm
from notegrad.server.staff.kept_upload import keep_upload, kept_upload
from notegrad.server.staff.roster_reading import (
    KnownPerson,
    LineState,
    ReadRoster,
    RosterLine,
    read_roster,
)

_NO_NAME = re.compile(r"[^\w.@+-]+")
MAX_USERNAME_CHARS = 140
MAX_NAME_CHARS = 150
MAX_ROWS_TOLD = 40
WIDTHS = {"number": 100, "email": 254, "login": 150, "group": 100}
"""The longest text that the table of people keeps, by field."""
SAME, NEW = "same", "new"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: HttpRequest, course: str) -> HttpResponse:
    """A list given, looked at, confirmed; the file itself waits in between, and is read again."""
    found = course_for(request, "manage_people", course)
    language = language_of(request)
    if "token" in request.POST:
        return _confirmed(request, found)
    form = RosterForm(request.POST or None, request.FILES or None, language=language)
    context: dict[str, Any] = {"course": found, "form": form, "waiting": len(unclaimed(found))}
    if request.method == "POST" and form.is_valid():
        token = keep_upload(form.cleaned_data["roster_file"], f"roster {found.pk}")
        try:
            key = form.cleaned_data["key_column"]
            context |= {**_preview(_read(found, token, key, language)), "token": token, "key_column": key}
        except InputError as error:
            form.refuse("roster_file", "list_refused", why=error)
    return show(request, "staff/roster.html", context, status=422 if form.errors else 200)


def _preview(read: ReadRoster) -> dict[str, Any]:
    """The lines by what becomes of them, those that want a look first."""
    order: tuple[LineState, ...] = (
        "contradicts",
        "namesake",
        "staff",
        "twice",
        "new",
        "filled",
        "back",
        "same",
    )
    return {
        "read": read,
        "groups": [(state, read.of(state)) for state in order],
        "passed_over": listed(map(str, read.passed_over), MAX_ROWS_TOLD),
        "changes": len(read.of("new", "filled", "back", "namesake")),
    }


def _confirmed(request: HttpRequest, found: Course) -> HttpResponse:
    """Write what the preview has shown; the list is compared anew, so that nothing is done twice."""
    language, key = language_of(request), request.POST.get("key_column", "")
    form = RosterForm(None, language=language)
    try:
        with transaction.atomic():
            Course.objects.select_for_update().get(pk=found.pk)
            read = _read(found, request.POST["token"], key, language)
            made = [_apply(found, line, request.POST.get(f"line-{line.row}", "")) for line in read.lines]
            counts: dict[str, Any] = {
                what: made.count(what) for what in ("added", "filled", "back") if what in made
            }
            record(request, "roster", found.slug, course=found, **counts)
    except InputError as error:
        context = {"course": found, "form": form, "refused": error.text(language)}
        return show(request, "staff/roster.html", context, status=422)
    return redirect("roster", found.slug)


def _read(found: Course, token: str, key: str, language: str) -> ReadRoster:
    """The list behind a token against the course of today. Raises InputError."""
    kept = kept_upload(token, f"roster {found.pk}")
    if kept is None:
        raise InputError(translate("list_too_old", language))
    data, name = kept
    return read_roster(sheet_of(data, name, language, head=key or None), people_of(found), key=key or None)


def people_of(course: Course) -> list[KnownPerson]:
    """The people of a course, of every role, those who are out too."""
    enrolments = course.enrolments.select_related("user").order_by("pk")
    return [
        KnownPerson(
            user=one.user_id,
            username=one.user.get_username(),
            role=one.role,
            is_active=one.is_active,
            entry=entry_of(one.user, one, for_matching=True),
        )
        for one in enrolments
    ]


def _apply(course: Course, line: RosterLine, choice: str) -> str:
    """Do what a line asks for; of one whose name is known, what was chosen."""
    if line.state == "new" or (line.state == "namesake" and choice == NEW):
        _add(course, line.entry)
        return "added"
    joins = line.state in ("filled", "back") or (line.state == "namesake" and choice == SAME)
    if not joins or line.person is None:
        return ""
    fills = {name: one_line(value, WIDTHS[name]) for name, value in line.fills.items()}
    fields = {**fills, "is_active": True}
    Enrolment.objects.filter(course=course, user=line.person.user).update(**fields)
    return "back" if line.state == "back" else "filled"


def _add(course: Course, entry: RosterEntry) -> None:
    """An account that nobody can sign in to yet, and its place in the course."""
    user = User(username=_free_name(entry), name=one_line(called(entry), MAX_NAME_CHARS))
    user.set_unusable_password()
    user.save()
    told = {field: one_line(getattr(entry, field), most) for field, most in WIDTHS.items()}
    Enrolment.objects.create(course=course, user=user, role="student", source="list", **told)


def _free_name(entry: RosterEntry) -> str:
    """A name to sign in with: the school's login, what stands before the @, or the number, if it is free."""
    said = (entry.login, entry.email.partition("@")[0], entry.number)
    wanted = next(filter(None, (_NO_NAME.sub("-", text).strip("-") for text in said)), "student")
    wanted = candidate = wanted[:MAX_USERNAME_CHARS]
    number = 1
    while User.objects.filter(username__iexact=candidate).exists():
        number += 1
        candidate = f"{wanted}-{number}"
    return candidate


def unclaimed(course: Course) -> list[Enrolment]:
    """The students of a list whose account nobody has taken yet, and who are nowhere else."""
    found = course.enrolments.filter(
        role="student",
        is_active=True,
        user__last_login=None,
        user__is_superuser=False,
        user__password__startswith=UNUSABLE_PASSWORD_PREFIX,
    ).exclude(user__enrolments__in=Enrolment.objects.exclude(course=course))
    return list(found.select_related("user").order_by("user__name", "user__username"))


@login_required
@require_POST
def roster_links(request: HttpRequest, course: str) -> HttpResponse:
    """A CSV with a fresh link for each student whose account is nobody's yet; earlier links end."""
    found = course_for(request, "manage_people", course)
    language = found.language
    heads = [translate(f"links_{name}", language) for name in ("name", "number", "email", "username", "link")]
    rows = [heads]
    with transaction.atomic():
        for one in unclaimed(found):
            Invitation.objects.filter(course=found, user=one.user).delete()
            link = request.build_absolute_uri(make_link(course=found, user=one.user))
            rows.append([str(one.user), one.number, one.email, one.user.get_username(), link])
        record(request, "roster_links", found.slug, course=found, count=len(rows) - 1)
    response = HttpResponse(to_csv(rows, form_of(language)), content_type="application/octet-stream")
    name = f"{found.slug}-{translate('links_file', language)}.csv"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response
