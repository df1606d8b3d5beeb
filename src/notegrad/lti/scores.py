"""Sends scores: one row's newest wish, and what the platform's answer means for it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.db.models.functions import Now

from notegrad.lti.back_off import pause_after
from notegrad.lti.line_items import FaultyColumnError, NoColumnError, column_of, result_in, scores_address
from notegrad.lti.models import LtiIdentity, LtiLink, Passback
from notegrad.lti.services import AGS_ITEM, AGS_ITEM_READ, AGS_RESULT, AGS_SCORE, PlatformAnswer, Service
from notegrad.lti.wishes import enqueue_send
from notegrad.server.database_time import after
from notegrad.server.models import Hold
from notegrad.server.queue.loop import Control, Kind
from notegrad.server.queue.queue import Claim

SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
DEFAULT_POINTS = 20.0
SAME_SCORE = 1e-6
AFTER_OUR_FAULT_S = 600.0


def score_message(subject: str, score: float | None, points: float | None, at: datetime) -> dict[str, Any]:
    """A score as a platform takes it; without a score it is Pending, which is no zero.

    The time has milliseconds: a platform refuses what is not newer than what it has.
    """
    message: dict[str, Any] = {
        "userId": subject,
        "timestamp": at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "activityProgress": "Submitted" if score is None else "Completed",
        "gradingProgress": "Pending" if score is None else "FullyGraded",
    }
    if score is not None:
        message |= {"scoreGiven": score, "scoreMaximum": points}
    return message


def send_kind() -> Kind:
    """The kind of job that sends."""
    return Kind(_work, _after_our_fault)


def _work(held: Claim, _control: Control) -> Callable[[], None]:
    related = ("link__context__platform", "link__assignment")
    row = Passback.objects.select_related(*related).filter(pk=held.payload["passback"]).first()
    if row is None or not _is_due(row):
        return lambda: _look_again(held.payload["passback"], row.version if row else 0)
    answer = _send(row)
    return lambda: _book(row, answer)


def _is_due(row: Passback) -> bool:
    """Whether the wish still stands; what was held back meanwhile stays here."""
    assignment = row.link.assignment
    if row.state != "waiting" or assignment is None or assignment.published_at is None:
        return False
    return not Hold.objects.filter(assignment=assignment, user=row.user_id).exists()


def _send(row: Passback) -> PlatformAnswer | str:
    """The platform's answer, or the key of what prevents us from asking."""
    link: LtiLink = row.link
    platform = link.context.platform
    identity = LtiIdentity.objects.filter(
        platform=platform, user=row.user_id, memberships__context=link.context
    )
    known = identity.first()
    if known is None or not platform.is_active:
        return "passback_no_identity" if platform.is_active else "passback_platform_off"
    if link.scopes and AGS_SCORE not in link.scopes:
        return "passback_no_service"
    scopes = [AGS_SCORE]
    if not link.line_item:  # looking for a column needs a right of its own
        scopes += [name for name in (AGS_ITEM, AGS_ITEM_READ) if name in link.scopes][:1]
    service = Service(platform, scopes)
    try:
        column = column_of(link, service, row.points or DEFAULT_POINTS)
    except NoColumnError:
        return "passback_no_column" if link.line_items else "passback_no_service"
    except FaultyColumnError as fault:
        return fault.answer
    message = score_message(known.subject, row.score, row.points, row.wanted_at)
    answer = service.post(scores_address(column), json.dumps(message).encode(), SCORE_TYPE)
    if answer.outcome == "newer_there" and AGS_RESULT in link.scopes and row.score is not None:
        # an earlier try may have arrived, and only its answer was lost: what is there is this very score
        there = result_in(column, known.subject, platform)
        if there is not None and math.isclose(there * (row.points or 0.0), row.score, abs_tol=SAME_SCORE):
            return msgspec.structs.replace(answer, outcome="done")
    return answer


def _look_again(number: int, version: int) -> None:
    """Send what was wished for while a job ended that had nothing to do."""
    row = Passback.objects.select_for_update().filter(pk=number, state="waiting").first()
    if row is not None and row.version != version:
        enqueue_send(row)


def _book(asked: Passback, answer: PlatformAnswer | str) -> None:
    """Write down what came of a wish; a newer one, made meanwhile, goes out next."""
    row = Passback.objects.select_for_update().filter(pk=asked.pk).first()
    if row is None:
        return
    is_taken = isinstance(answer, PlatformAnswer) and answer.outcome == "done"
    if is_taken:
        row.sent_score, row.sent_points = asked.score, asked.points
        row.sent_wish_at, row.sent_at = asked.wanted_at, Now()
        row.save(update_fields=["sent_score", "sent_points", "sent_wish_at", "sent_at"])
    if row.version != asked.version:
        if row.state == "waiting":
            enqueue_send(row)
        return
    if row.state != "waiting" and not is_taken:
        return  # held back while it was on its way
    if isinstance(answer, str):
        row.state = "refused" if answer == "passback_platform_off" else "no_column"
        row.reason = {"key": answer}
    elif is_taken:
        row.state, row.reason, row.next_try_at = "sent", {}, None
    elif answer.outcome == "again":
        _later(row, answer)
        return
    else:
        row.state = "newer_there" if answer.outcome == "newer_there" else "refused"
        row.reason, row.next_try_at = reason_of(answer), None
        if answer.status == 404:  # the column that was found is gone: the next one is looked for anew
            LtiLink.objects.filter(pk=row.link_id).update(found_item="")
    row.save()


def _later(row: Passback, answer: PlatformAnswer) -> None:
    """Ask for another try, later each time; after two weeks it is given up."""
    row.tries += 1
    row.reason = reason_of(answer)
    pause_s = pause_after(row.tries)
    if pause_s is None:
        row.state, row.next_try_at = "given_up", None
        row.save()
        return
    pause_s = max(answer.wait_s, pause_s)
    row.next_try_at = after(pause_s)
    row.save()
    enqueue_send(row, pause_s)


def reason_of(answer: PlatformAnswer) -> dict[str, Any]:
    """The reason that the staff reads: a key, and the platform's own words."""
    if answer.body == "token":
        key = "passback_no_token"
    elif answer.status == 0:
        key = "passback_no_answer"
    elif answer.status == 401:
        key = "passback_no_right"
    else:
        key = "passback_newer" if answer.outcome == "newer_there" else "passback_refused"
    return {"key": key, "facts": {"status": answer.status, "said": answer.said or "—"}}


def _after_our_fault(payload: dict[str, Any], error: str) -> None:
    """Try later where our own job failed again and again: a score is never lost with it."""
    row = Passback.objects.select_for_update().filter(pk=payload["passback"], state="waiting").first()
    if row is not None:
        row.reason = {"key": "passback_our_fault", "facts": {"said": error[:200]}}
        row.next_try_at = after(AFTER_OUR_FAULT_S)
        row.save()
        enqueue_send(row, AFTER_OUR_FAULT_S)
