"""The API for programs: hand in, ask what became of it, read the result, take the gradebook.

A program shows a token of its owner's; a browser's session counts for nothing here. The description is at
`/api/openapi.json`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import File, NinjaAPI, Schema, Status
from ninja.errors import AuthenticationError, ValidationError
from ninja.files import UploadedFile
from ninja.security import HttpBearer

from notegrad import __version__
from notegrad.messages import translate
from notegrad.results.gradescope_json import to_gradescope, to_json
from notegrad.results.pages.visibility import Moment
from notegrad.server.access import assignment_for, hand_in_for, is_allowed, thing_of
from notegrad.server.database_time import database_now
from notegrad.server.faults import refusal_page
from notegrad.server.models import HandIn
from notegrad.server.result_rows import readable_result, shown_result, visibility_of
from notegrad.server.shown_page import language_of
from notegrad.server.staff.class_of_page import own_gradebook
from notegrad.server.student.receiving import Refusal, receive
from notegrad.server.student.shown import moment_for, shown_attempt


class TokenOwner(HttpBearer):
    """The person whose token a request shows; the middleware has looked already."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The person, or None."""
        del token
        return request.user if request.user.is_authenticated else None


class ReceiptOut(Schema):
    """An attempt as it was taken, and what has become of it; a score as far as its student may read it."""

    id: int
    number: int
    received_at: datetime
    is_late: bool
    file_name: str
    sha256: str
    url: str
    state: str
    ahead: int
    score: float | None
    points: float | None
    is_final: bool


class RefusalOut(Schema):
    """A refusal in one sentence; no attempt is used."""

    error: str


api = NinjaAPI(title="notegrad", version=__version__, auth=TokenOwner(), docs_url=None, urls_namespace="api")


def _refuses_with(status: int, key: str) -> Callable[[HttpRequest, Exception], HttpResponse]:
    return lambda request, _: refusal_page(request, status, key)


api.add_exception_handler(ValidationError, _refuses_with(422, "api_wrong_fields"))
api.add_exception_handler(AuthenticationError, _refuses_with(401, "api_no_token"))
api.add_exception_handler(Http404, _refuses_with(404, "fault_not_found"))

_REFUSED = dict.fromkeys((401, 404, 411, 413, 422, 429), RefusalOut)
_CSV = {"content": {"text/csv": {"schema": {"type": "string"}}}}
_ASSIGNMENT = "/courses/{slug:course}/assignments/{slug:slug}"


@api.post(f"{_ASSIGNMENT}/attempts", response={201: ReceiptOut, **_REFUSED}, operation_id="hand_in")
def hand_in(
    request: HttpRequest, course: str, slug: str, notebook: File[UploadedFile], key: UUID | None = None
) -> Any:
    """Hand in a file; the same `key` again is the same attempt."""
    assignment = assignment_for(request, "hand_in", course, slug)
    found = receive(assignment, request.user, notebook.read(), notebook.name or "", key or uuid4(), via="api")
    if isinstance(found, Refusal):
        sentence = found.sentence or translate(found.key, language_of(request), **found.facts)
        return Status(422, {"error": sentence})
    return Status(201, _receipt(request, hand_in_for(request, "see_attempt", found.pk)))


@api.get("/attempts/{int:number}", response={200: ReceiptOut, **_REFUSED}, operation_id="attempt")
def attempt(request: HttpRequest, number: int) -> dict[str, Any]:
    """What became of an attempt."""
    return _receipt(request, hand_in_for(request, "see_attempt", number))


@api.get(
    "/attempts/{int:number}/result",
    response={200: dict[str, Any], **_REFUSED},
    operation_id="result",
)
def result(request: HttpRequest, number: int, whole: bool = False) -> HttpResponse:
    """The result in Gradescope's format, as far as its student may read it; `whole` for the staff.

    Raises Http404 where there is none.
    """
    found = hand_in_for(request, "see_attempt", number)
    if found.current is None:
        raise Http404
    is_whole = whole and is_allowed(request, "see_class", thing_of(found))
    moment: Moment = "published" if is_whole else moment_for(found, database_now())
    record = readable_result(found, moment)
    if not is_whole:
        record = shown_result(record, moment, visibility_of(found))
    document = to_gradescope(record, language=found.current.bundle.language)
    if not is_whole:
        del document["extra_data"]  # names the seed, among others
    return HttpResponse(to_json(document), content_type="application/json")


@api.get(
    f"{_ASSIGNMENT}/gradebook.csv",
    response={200: str, **_REFUSED},
    operation_id="gradebook",
    openapi_extra={"responses": {200: _CSV}},
)
def gradebook(request: HttpRequest, course: str, slug: str) -> HttpResponse:
    """The class: a line for each student, with the attempt that counts; for the staff."""
    assignment = assignment_for(request, "see_class", course, slug)
    return HttpResponse(own_gradebook(assignment), content_type="text/csv; charset=utf-8")


def _receipt(request: HttpRequest, found: HandIn) -> dict[str, Any]:
    shown = shown_attempt(found, moment_for(found, database_now()))
    return {
        "id": found.pk,
        "number": found.number,
        "received_at": found.received_at,
        "is_late": shown.is_late,
        "file_name": found.file_name,
        "sha256": found.blob_id,
        "url": request.build_absolute_uri(reverse("attempt", args=[found.pk])),
        "state": shown.state,
        "ahead": shown.ahead,
        "score": shown.score.score if shown.score else None,
        "points": shown.score.points if shown.score else None,
        "is_final": bool(shown.score and shown.score.is_final),
    }
