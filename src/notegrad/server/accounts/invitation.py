"""The page that a link opens: a new account, a place in a course, or a new password."""

from __future__ import annotations

from django.contrib.auth import login
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from notegrad.server.accounts.account_forms import NewAccountForm, NewPasswordForm
from notegrad.server.accounts.claiming import claim
from notegrad.server.accounts.links import find_link, use_up
from notegrad.server.audit_log import record
from notegrad.server.models import Enrolment, Invitation, User
from notegrad.server.shown_page import language_of, show

BACKEND = "django.contrib.auth.backends.ModelBackend"


@sensitive_post_parameters("new_password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Opens a link; raises Http404 where it is worth nothing, or nothing any more."""
    found = find_link(token)
    if found is None:
        raise Http404
    if found.course is not None:
        request.notegrad_course_language = found.course.language
    if found.user is not None:
        is_other = request.user.is_authenticated and request.user.pk != found.user.pk
        if found.course is not None and is_other:
            return claim(request, found)
        return _new_password(request, found)
    if request.user.is_authenticated and found.course is not None:
        return _join(request, found)
    return _new_account(request, found)


def _new_account(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = NewAccountForm(request.POST or None, language=language_of(request))
    if request.method == "POST" and form.is_valid():
        user = _make(found, form.cleaned_data)
        if user is None:
            form.refuse("username", "account_name_taken")
        else:
            login(request, user, backend=BACKEND)
            record(request, "account", user, course=found.course, about=user, role=found.role)
            return redirect("home")
    context = {"form": form, "invitation": found, "path": request.path}
    return show(request, "accounts/new_account.html", context, status=422 if form.errors else 200)


def _make(found: Invitation, data: dict[str, str]) -> User | None:
    """The new person, enrolled; None where the name was taken meanwhile. Raises Http404 where the link is."""
    try:
        with transaction.atomic():
            if not use_up(found):
                raise Http404
            user = User(username=data["username"], name=data["name"], is_superuser=found.course is None)
            user.set_password(data["new_password"])
            user.save()
            if found.course is not None:
                Enrolment.objects.create(course=found.course, user=user, role=found.role)
            return user
    except IntegrityError:
        return None


def _join(request: HttpRequest, found: Invitation) -> HttpResponse:
    """A place in a course for who has an account; a link never changes the role of who is in the course."""
    enrolment = Enrolment.objects.filter(course=found.course, user=request.user).first()
    if enrolment is not None and enrolment.is_active:
        return redirect("course", found.course.slug)
    if request.method == "POST" and enrolment is None:
        with transaction.atomic():
            if not use_up(found):
                raise Http404
            Enrolment.objects.create(course=found.course, user=request.user, role=found.role)
            record(request, "join", request.user, course=found.course, about=request.user, role=found.role)
        return redirect("course", found.course.slug)
    is_out = enrolment is not None
    return show(
        request, "accounts/join.html", {"invitation": found, "is_out": is_out}, status=403 if is_out else 200
    )


def _new_password(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = NewPasswordForm(request.POST or None, user=found.user, language=language_of(request))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            if not use_up(found):
                raise Http404
            found.user.set_password(form.cleaned_data["new_password"])
            found.user.save(update_fields=["password"])
        login(request, found.user, backend=BACKEND)
        record(request, "password", found.user, about=found.user)
        return redirect("home")
    context = {"form": form, "person": found.user, "invitation": found, "path": request.path}
    return show(request, "accounts/new_password.html", context, status=422 if form.errors else 200)
