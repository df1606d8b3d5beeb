"""The style sheet and the sign of life, which need no session."""

from __future__ import annotations

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from notegrad.server.looks import DIGEST, STYLE


@require_safe
def style_sheet(request: HttpRequest, digest: str) -> HttpResponse:
    """The style sheet, kept for ever: another one has another address. Raises Http404 for others."""
    del request
    if digest != DIGEST:
        raise Http404
    response = HttpResponse(STYLE, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """`ok` where the database answers."""
    del request
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
