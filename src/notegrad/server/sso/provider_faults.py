"""The middleware for providers that are away or answer nonsense: one sentence; the log has the rest."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse

from notegrad.server.faults import refusal_page

PREFIX = "/sso/"

log = logging.getLogger("notegrad.server.sso")


class ProviderFaults:
    """A middleware in Django's form: what goes wrong while a provider is asked is no fault of the page."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as without it."""
        return self._respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for what a provider's routes raise; None for what is refused anyway."""
        if not request.path.startswith(PREFIX) or isinstance(
            error, Http404 | PermissionDenied | SuspiciousOperation
        ):
            return None
        log.error("%s: %s: %s", request.path, type(error).__name__, error)
        return refusal_page(request, 503, "sso_away")
