"""The page of one's own tokens."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from notegrad.server.accounts.tokens import MAX_TOKENS, make_token
from notegrad.server.models import Token
from notegrad.server.shown_page import language_of, show
from notegrad.server.spoken_form import SpokenForm


class TokenForm(SpokenForm):
    """A new token."""

    label = forms.CharField(max_length=60)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens: made, listed, deleted; the oldest goes where there are too many."""
    mine = Token.objects.filter(user=request.user).order_by("-pk")
    if request.POST.get("delete", "").isdigit():
        mine.filter(pk=int(request.POST["delete"])).delete()
        return redirect("tokens")
    form = TokenForm(request.POST or None, language=language_of(request))
    token = ""
    if request.method == "POST" and form.is_valid():
        token = make_token(request.user, form.cleaned_data["label"])
        mine.filter(pk__in=[line.pk for line in mine[MAX_TOKENS:]]).delete()
    context = {"form": form, "tokens": mine, "token": token}
    return show(request, "accounts/tokens.html", context, status=422 if form.errors else 200)
