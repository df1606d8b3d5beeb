"""Signing in by a reverse proxy that has asked Shibboleth or CAS who it is, and says so in a header.

The header is believed only where the deployment names it, only from the proxy's own address, and only on this
one page: the proxy protects `/sign-in/remote/` and strips the header everywhere.
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.contrib.auth.backends import RemoteUserBackend
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from notegrad.server.accounts.sign_in import next_of
from notegrad.server.faults import refusal_page
from notegrad.server.models import RemoteIdentity, User
from notegrad.server.sso.new_people import new_person

MAX_SUBJECT_CHARS = 255

log = logging.getLogger("notegrad.server.sso")


class ProxyBackend(RemoteUserBackend):
    """The person of (provider, subject); a new one has a new account, whatever other accounts are called."""

    def authenticate(self, request: HttpRequest, remote_user: str, remote_name: str = "") -> User | None:
        """The person, made where the subject is new; None where the account is closed."""
        del request
        provider = settings.REMOTE_PROVIDER
        known = RemoteIdentity.objects.select_related("user").filter(provider=provider, subject=remote_user)
        found = known.first()
        if found is None:
            try:
                with transaction.atomic():
                    user = new_person(provider, remote_user, remote_name)
                    found = RemoteIdentity.objects.create(provider=provider, subject=remote_user, user=user)
            except IntegrityError:  # the same person in another window was quicker
                found = known.get()
        return found.user if self.user_can_authenticate(found.user) else None


@require_safe
def remote_sign_in(request: HttpRequest) -> HttpResponse:
    """Signs in whom the proxy names. Raises Http404 where no header is configured."""
    header = settings.REMOTE_USER_HEADER
    if not header:
        raise Http404
    peer = getattr(request, "notegrad_peer", "")
    subject = request.headers.get(header, "").strip()
    if peer not in settings.PROXY_ADDRESSES or not 0 < len(subject) <= MAX_SUBJECT_CHARS:
        log.warning("a sign-in from %s without a name that can be trusted", peer)
        return refusal_page(request, 403, "sso_refused")
    name = request.headers.get(settings.REMOTE_NAME_HEADER, "") if settings.REMOTE_NAME_HEADER else ""
    user = authenticate(request, remote_user=subject, remote_name=name)
    if user is None:
        return refusal_page(request, 403, "sso_refused")
    login(request, user)  # gives the session a new key
    return redirect(next_of(request))
