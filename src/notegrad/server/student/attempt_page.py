"""The pages of one attempt: receipt and state, its fragment, the file, and the feedback under a policy of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from notegrad.messages import translate
from notegrad.results.pages.feedback import to_feedback
from notegrad.results.pages.visibility import Moment
from notegrad.server.access import hand_in_for, is_allowed, thing_of
from notegrad.server.blobs import content_of
from notegrad.server.asked import prompts_of, read_hand_in, receipt_for
from notegrad.server.models import HandIn
from notegrad.server.shown_page import language_of, show
from notegrad.server.result_rows import marks_of, readable_result, visibility_of
from notegrad.server.database_time import database_now
from notegrad.server.student.shown import history_of, moment_for, shown_attempt

FEEDBACK_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)  # the page itself allows its one style sheet, by its hash


def _context(request: HttpRequest, hand_in: HandIn, now: datetime) -> dict[str, Any]:
    thing = thing_of(hand_in)
    language = language_of(request)
    marks = marks_of([hand_in], language)
    is_staff = is_allowed(request, "see_class", thing)
    return {
        "hand_in": hand_in,
        "assignment": hand_in.assignment,
        "course": hand_in.assignment.course,
        "zone": hand_in.assignment.course.time_zone,
        "shown": shown_attempt(hand_in, moment_for(hand_in, now), marks, language),
        "now": now,
        "is_staff": is_staff,
        "mark": marks.mark(hand_in) if is_staff else None,
        "decisions": marks.decisions(hand_in) if is_staff else (),
        "misfits": marks.misfits(hand_in) if is_staff else (),
        "is_own": hand_in.user_id == request.user.pk,
    }


@login_required
@require_safe
def attempt(request: HttpRequest, number: int) -> HttpResponse:
    """The page of an attempt: the receipt at once, then what becomes of it."""
    hand_in = hand_in_for(request, "see_attempt", number)
    now = database_now()
    history = history_of(hand_in.assignment, hand_in.user_id, now, language_of(request))
    counts = next((line.hand_in.pk for line in history if line.counts), None)
    context = {**_context(request, hand_in, now), "history": history, "counts": counts == hand_in.pk}
    context["problems"] = hand_in.problems.select_related("answered_by").order_by("pk")
    return show(request, "student/attempt.html", context)


@login_required
@require_safe
def attempt_state(request: HttpRequest, number: int) -> HttpResponse:
    """The part of the page that changes; 204 where it has not."""
    hand_in = hand_in_for(request, "see_attempt", number)
    context = _context(request, hand_in, database_now())
    if request.GET.get("mark") == context["shown"].mark:
        return HttpResponse(status=204)
    context["history"] = history_of(
        hand_in.assignment, hand_in.user_id, context["now"], language_of(request)
    )
    return show(request, "student/_state_change.html", context)


@login_required
@require_safe
def handed_in_file(request: HttpRequest, number: int) -> HttpResponse:
    """The file as it was handed in, byte for byte; browsers keep it and never show it."""
    hand_in = hand_in_for(request, "see_attempt", number)
    response = HttpResponse(content_of(hand_in.blob), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=hand_in.file_name)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@login_required
@require_safe
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """The receipt as a text to keep."""
    hand_in = hand_in_for(request, "see_attempt", number)
    zone = ZoneInfo(hand_in.assignment.course.time_zone)
    text = translate(
        "receipt_text",
        language_of(request),
        course=hand_in.assignment.course.title,
        assignment=hand_in.assignment.title,
        student=hand_in.user,
        number=hand_in.number,
        received=hand_in.received_at.astimezone(zone).isoformat(timespec="seconds"),
        file=hand_in.file_name,
        size=hand_in.blob.size,
        sha256=hand_in.blob_id,
        address=request.build_absolute_uri(f"/attempts/{hand_in.pk}/"),
    )
    if hand_in.via == "staff":
        facts = {"by": hand_in.sent_by or "—", "reason": hand_in.sent_reason}
        text = f"{text.rstrip()}\n{translate('receipt_sent', language_of(request), **facts)}\n"
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    name = f"{hand_in.assignment.slug}-{hand_in.number}.txt"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


@login_required
@require_safe
@xframe_options_sameorigin
def feedback(request: HttpRequest, number: int) -> HttpResponse:
    """The feedback page in a sandbox; the staff may ask for `?all=1`. Raises Http404 where nothing is graded."""
    hand_in = hand_in_for(request, "see_attempt", number)
    if hand_in.current is None:
        raise Http404
    wants_all = "all" in request.GET and is_allowed(request, "see_class", thing_of(hand_in))
    moment: Moment = "published" if wants_all else moment_for(hand_in, database_now())
    submission = read_hand_in(hand_in, hand_in.current.bundle)
    page = to_feedback(
        readable_result(hand_in, moment),
        submission,
        title=hand_in.assignment.title,
        language=hand_in.current.bundle.language,
        moment=moment,
        hidden_visibility=visibility_of(hand_in),  # type: ignore[arg-type]
        receipt=receipt_for(hand_in, submission),
        prompts=prompts_of(hand_in.current.bundle),
    )
    response = HttpResponse(page, content_type="text/html; charset=utf-8")
    response["Content-Security-Policy"] = FEEDBACK_POLICY
    return response
