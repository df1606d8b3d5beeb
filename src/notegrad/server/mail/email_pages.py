"""Pages of one's own e-mail address, and of a forgotten password; not there where no mail server is named."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from notegrad.server.mail.letter_job import (
    confirmed_email,
    enqueue_confirmation,
    enqueue_password_link,
    is_mail_on,
)
from notegrad.server.models import User
from notegrad.server.shown_page import language_of, show
from notegrad.server.spoken_form import SpokenForm

CONFIRM_S = timedelta(days=1).total_seconds()


class EmailForm(SpokenForm):
    """An address; empty: none is kept."""

    email = forms.EmailField(
        max_length=200, required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class ForgottenForm(SpokenForm):
    """Who has forgotten their password."""

    username = forms.CharField(max_length=150, widget=forms.TextInput(attrs={"autocomplete": "username"}))


@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Sends a link to a new password; what is answered tells nobody who has an account. Raises Http404."""
    _require_mail()
    form = ForgottenForm(request.POST or None, language=language_of(request))
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent:
        found = User.objects.filter(username=form.cleaned_data["username"], is_active=True).first()
        if found is not None:
            enqueue_password_link(found)
    context = {"form": form, "is_sent": is_sent}
    return show(request, "accounts/forgotten.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def email(request: HttpRequest) -> HttpResponse:
    """One's own address: a new one counts once the letter to it was answered. Raises Http404."""
    _require_mail()
    form = EmailForm(
        request.POST or None, initial={"email": request.user.email}, language=language_of(request)
    )
    is_sent = False
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["email"]
        if not wanted:
            User.objects.filter(pk=request.user.pk).update(email="")
            return redirect("email")
        is_sent = enqueue_confirmation(request.user, wanted)
        if not is_sent:
            form.refuse("email", "email_too_many")
    context = {"form": form, "is_sent": is_sent}
    return show(request, "accounts/email.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """Keeps the address to which the letter went; raises Http404 where the link is old, or another's."""
    _require_mail()
    found = confirmed_email(request.user, token, CONFIRM_S)
    if not found:
        raise Http404
    if request.method == "POST":
        User.objects.filter(pk=request.user.pk).update(email=found)
        return redirect("email")
    return show(request, "accounts/confirm_email.html", {"email": found})


def _require_mail() -> None:
    if not is_mail_on():
        raise Http404
