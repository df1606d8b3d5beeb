"""Signing in and out, one's own password, and the language of pages."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from notegrad.messages import CATALOGUES
from notegrad.server.accounts.account_forms import ChangePasswordForm, SignInForm
from notegrad.server.shown_page import LANGUAGE_COOKIE, language_of, show

LANGUAGE_COOKIE_S = 365 * 24 * 3600


def next_of(request: HttpRequest) -> str:
    """The place to go to after signing in, on this site only."""
    wanted: str = request.POST.get("next") or request.GET.get("next") or ""
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=hosts, require_https=request.is_secure())
    return wanted if is_ours else settings.LOGIN_REDIRECT_URL


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The page where people sign in; a wrong name and a wrong password are told alike."""
    form = SignInForm(request.POST or None, language=language_of(request))
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if user is not None:
            login(request, user)  # gives the session a new key
            return redirect(next_of(request))
        if getattr(request, "axes_locked_out", False):
            return locked_out(request)
        form.refuse(None, "account_wrong_pair")
    status = 422 if form.errors else 200
    return _page(request, form, status=status)


def locked_out(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """The page for who failed too often."""
    form = SignInForm(language=language_of(request))
    return _page(request, form, status=429, is_locked=True)


def _page(request: HttpRequest, form: SignInForm, *, status: int, is_locked: bool = False) -> HttpResponse:
    context = {
        "form": form,
        "next": next_of(request),
        "is_locked": is_locked,
        "is_mail_on": bool(settings.EMAIL_HOST),
        "ways": _other_ways(),
    }
    return show(request, "accounts/sign_in.html", context, status=status)


def _other_ways() -> list[tuple[str, str]]:
    """The address and the name of each way to sign in with an account of the university."""
    ways = [("/sign-in/remote/", settings.REMOTE_PROVIDER)] if settings.REMOTE_USER_HEADER else []
    for line in settings.DEPLOYMENT.sso:
        path = f"/sso/oidc/{line.id}/login/" if line.kind == "oidc" else f"/sso/saml/{line.id}/login/"
        ways.append((path, line.name))
    return ways


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout(request)
    return redirect("sign_in")


@sensitive_post_parameters("password", "new_password")
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """One's own account: the password."""
    form = ChangePasswordForm(request.POST or None, user=request.user, language=language_of(request))
    is_done = False
    if request.method == "POST" and form.is_valid():
        request.user.set_password(form.cleaned_data["new_password"])
        request.user.save(update_fields=["password"])
        update_session_auth_hash(request, request.user)  # every other session of this person ends
        is_done = True
    status = 422 if form.errors else 200
    context = {"form": form, "is_done": is_done, "is_mail_on": bool(settings.EMAIL_HOST)}
    return show(request, "accounts/account.html", context, status=status)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keeps the language that a reader chose, and goes back to the page."""
    response = redirect(next_of(request))
    language = request.POST.get("language", "")
    if language in CATALOGUES:
        response.set_cookie(
            LANGUAGE_COOKIE,
            language,
            max_age=LANGUAGE_COOKIE_S,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite=settings.SESSION_COOKIE_SAMESITE,
        )
    return response
