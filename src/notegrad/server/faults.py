"""Pages for what is refused, not there, or our fault: one sentence each, and nothing of the inside."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from notegrad.messages import translate
from notegrad.server.shown_page import language_of, show

API_PREFIX = "/api/"


def refusal_page(request: HttpRequest, status: int, key: str, **facts: object) -> HttpResponse:
    """A page with the sentence of that key; for a program, the sentence alone."""
    sentence = translate(key, language_of(request), **facts)
    if request.path.startswith(API_PREFIX):
        return JsonResponse({"error": sentence}, status=status)
    return show(request, "fault.html", {"sentence": sentence, "status": status}, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for what is not there, and for what is not this person's."""
    del exception
    return refusal_page(request, 404, "fault_not_found")


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for what is not allowed."""
    del exception
    return refusal_page(request, 403, "fault_denied")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for a request that makes no sense."""
    del exception
    return refusal_page(request, 400, "fault_bad_request")


def our_fault(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours, with the number under which it is in the log."""
    return refusal_page(request, 500, "fault_ours", id=getattr(request, "notegrad_id", ""))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form that is too old, or that another site has sent."""
    del reason
    return refusal_page(request, 403, "fault_form_too_old")
