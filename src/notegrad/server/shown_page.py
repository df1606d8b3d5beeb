"""Shows a page in the reader's language: the one they chose, else the course's, else French."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from notegrad.messages import CATALOGUES, DEFAULT_LANGUAGE
from notegrad.server import looks

LANGUAGE_COOKIE = "notegrad_language"


def language_of(request: HttpRequest) -> str:
    """The language of the page that answers a request."""
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    if chosen in CATALOGUES:
        return chosen
    of_course: str = getattr(request, "notegrad_course_language", "")
    return of_course if of_course in CATALOGUES else DEFAULT_LANGUAGE


def show(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The page that a template makes."""
    language = language_of(request)
    known = {
        "language": language,
        "other_language": "en" if language == "fr" else "fr",
        "style": looks.DIGEST,
    }
    with translation.override(language):
        return render(request, template, {**known, **(context or {})}, status=status)
