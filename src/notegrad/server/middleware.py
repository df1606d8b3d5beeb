"""The middleware: an id for each request, policies for browsers, limits before anything is parsed."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from notegrad.server.accounts.tokens import owner_of
from notegrad.server.faults import API_PREFIX, refusal_page
from notegrad.server.logs.lines import REQUEST_ID, facts

Respond = Callable[[HttpRequest], HttpResponse]

ANONYMOUS_BYTES = 64 * 1024
MAX_ADDRESS_CHARS = 45  # an IPv6 address with an IPv4 one inside
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
SAME_SITE = ("same-origin", "none")  # none: typed, or a bookmark

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

log = logging.getLogger("notegrad.server.requests")


def request_id(respond: Respond) -> Respond:
    """Gives each request an id, in the answer and in one line of the log; no body and no query is logged."""

    def answered(request: HttpRequest) -> HttpResponse:
        request.notegrad_id = secrets.token_hex(6)
        token = REQUEST_ID.set(request.notegrad_id)
        try:
            started = time.monotonic()
            response = respond(request)
            response["X-Request-Id"] = request.notegrad_id
            if response.status_code >= 500:
                status, took_ms = response.status_code, round(1000 * (time.monotonic() - started))
                about = facts(method=request.method, path=request.path, status=status, took_ms=took_ms)
                log.error("%s %s: %d in %d ms", request.method, request.path, status, took_ms, extra=about)
        finally:
            REQUEST_ID.reset(token)
        return response

    return answered


def client_addresses(respond: Respond) -> Respond:
    """Takes who asks from the reverse proxy, where there is one: its last word, which no client can forge."""

    def answered(request: HttpRequest) -> HttpResponse:
        said = request.headers.get("X-Forwarded-For", "") if settings.IS_BEHIND_PROXY else ""
        request.notegrad_peer = request.META.get("REMOTE_ADDR", "")
        if address := said.rpartition(",")[2].strip():
            request.META["REMOTE_ADDR"] = address[:MAX_ADDRESS_CHARS]
        return respond(request)

    return answered


def policies(respond: Respond) -> Respond:
    """Says to browsers that no page runs or loads what is not ours, and that none is kept by a cache."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        response.setdefault("Content-Security-Policy", POLICY)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response

    return answered


def bearer_tokens(respond: Respond) -> Respond:
    """Says who asks the API: the owner of the token, and nobody by a browser's session."""

    def answered(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(API_PREFIX):
            kind, _, token = request.headers.get("Authorization", "").partition(" ")
            owner = owner_of(token.strip()) if kind.lower() == "bearer" else None
            request.user = owner or AnonymousUser()
        return respond(request)

    return answered


def request_limits(respond: Respond) -> Respond:
    """Refuses what is too large, of unknown length, or sent by another site, before the body is read."""

    def answered(request: HttpRequest) -> HttpResponse:
        if request.method in SAFE_METHODS:
            return respond(request)
        is_ours = request.headers.get("Sec-Fetch-Site", "same-origin") in SAME_SITE
        if not is_ours and request.path not in settings.CROSS_SITE_PATHS:
            return refusal_page(request, 403, "refused_other_site")
        length = request.headers.get("Content-Length") or ""
        if not length.isdigit():
            return refusal_page(request, 411, "refused_no_length")
        # who is not signed in has nothing to upload
        limit = settings.UPLOAD_BYTES if request.user.is_authenticated else ANONYMOUS_BYTES
        if int(length) > limit:
            return refusal_page(request, 413, "refused_too_large", megabytes=f"{limit / 2**20:.4g}")
        return respond(request)

    return answered
