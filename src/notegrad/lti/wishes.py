"""Wishes: the score that each link's gradebook ought to have of each student, planned as that changes.

A score is wished for once the assignment is published, of the attempt that counts, and not while it is held
back. What could not be graded through our fault, or is not graded yet, is Pending: never a zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from notegrad.lti.models import LtiLink, LtiMember, Passback
from notegrad.records import Record
from notegrad.server.database_time import after, database_now
from notegrad.server.models import Assignment, Job
from notegrad.server.queue import queue
from notegrad.server.queue.loop import Control, FinalFaultError, Kind
from notegrad.server.queue.queue import Claim
from notegrad.server.staff.class_page import ClassLine, class_lines

QUEUE = "lti"
PLAN_KIND, SEND_KIND = "lti_plan", "lti_send"
OPEN_STATES = ("ready", "running")


class Wish(Record, frozen=True, kw_only=True):
    """A score that a gradebook ought to have; `score` None: Pending."""

    user_id: int
    score: float | None
    points: float | None


def wish_of(line: ClassLine) -> Wish | None:
    """The wish for one student of a published assignment; None where there is nothing to say."""
    if line.hand_in is None or line.is_held:
        return None
    is_graded = line.score is not None and line.points is not None
    return Wish(
        user_id=line.user.pk,
        score=line.score if is_graded else None,
        points=line.points if is_graded else None,
    )


def enqueue_plan(assignment: Assignment) -> None:
    """Ask for a plan of an assignment that a link opens, unless one waits; in the caller's transaction."""
    if not LtiLink.objects.filter(assignment=assignment).exists():
        return
    waiting = Job.objects.filter(kind=PLAN_KIND, state="ready", payload__assignment=assignment.pk)
    with transaction.atomic():
        # locked, so that no worker begins it before the caller's changes are there to be seen
        if waiting.select_for_update(skip_locked=True).first() is None:
            queue.enqueue(PLAN_KIND, {"assignment": assignment.pk}, queue=QUEUE)


def plan_kind() -> Kind:
    """The kind of job that plans."""
    return Kind(_work, _nothing_follows)


def _work(held: Claim, _control: Control) -> Callable[[], None]:
    assignment = Assignment.objects.select_related("course").filter(pk=held.payload["assignment"]).first()
    if assignment is None:
        raise FinalFaultError("the assignment was deleted")
    return lambda: plan(assignment)


def _nothing_follows(_payload: dict[str, Any], _error: str) -> None:
    return None


def plan(assignment: Assignment) -> None:
    """Bring the wishes up to date, and ask for the sending of what is new."""
    with transaction.atomic():
        assignment.refresh_from_db()
        is_published = assignment.published_at is not None
        lines = class_lines(assignment) if is_published else []
        wishes = {wish.user_id: wish for line in lines if (wish := wish_of(line)) is not None}
        now = database_now()
        # one plan of a link after the other
        for link in LtiLink.objects.select_for_update().filter(assignment=assignment):
            known = {row.user_id: row for row in link.passbacks.select_for_update()}
            for user_id in _students_of(link):
                if (wish := wishes.get(user_id)) is not None:
                    _wish(link, wish, known.get(user_id), now)
            for user_id, row in known.items():
                if user_id not in wishes:
                    _withhold(row)


def _students_of(link: LtiLink) -> Iterator[int]:
    """The accounts of the students who are in the link's course now."""
    members = LtiMember.objects.filter(context=link.context_id, state="in", role="student")
    yield from members.values_list("identity__user_id", flat=True).distinct()


def _wish(link: LtiLink, wish: Wish, row: Passback | None, now: datetime) -> None:
    """Take over a wish where it is new; what has been sent is sent again only if another score is wanted."""
    if row is None:
        row = Passback(link=link, user_id=wish.user_id)
    is_same = row.version > 0 and (row.score, row.points) == (wish.score, wish.points)
    if is_same and row.state not in ("withheld", "no_column"):
        if row.state == "waiting" and not Job.objects.filter(pk=row.job_id, state__in=OPEN_STATES).exists():
            enqueue_send(row)  # held back and given free again before a plan has seen it
        return
    if wish.score is None and row.score is not None and row.state != "withheld":
        return  # a newer attempt is being graded: the score that counts so far stays until there is another
    row.score, row.points = wish.score, wish.points
    send_soon(row, now)


def send_soon(row: Passback, now: datetime) -> None:
    """Ask for the sending of a row as a new wish; a job that is under way sends the newest wish itself."""
    row.version += 1
    # a platform takes only what is newer than what it has, by its milliseconds
    row.wanted_at = max(now, row.wanted_at + timedelta(milliseconds=1)) if row.wanted_at else now
    row.state, row.tries, row.next_try_at, row.reason = "waiting", 0, None, {}
    row.save()
    # read now, under the lock of the row: a job that ends looks at the row once more
    job = Job.objects.filter(pk=row.job_id, state__in=OPEN_STATES).first()
    if job is None:
        enqueue_send(row)
    elif job.state == "ready":  # it waits for a platform that did not answer
        Job.objects.filter(pk=job.pk, state="ready").update(run_after=after(0))


def enqueue_send(row: Passback, delay_s: float = 0.0) -> None:
    """Put the sending of a row into the queue; it has one job at most."""
    row.job = queue.enqueue(SEND_KIND, {"passback": row.pk}, queue=QUEUE, delay_s=delay_s)
    row.save(update_fields=["job"])


def _withhold(row: Passback) -> None:
    """Take back a wish that was not fulfilled yet; what a platform has, it keeps."""
    if row.state not in ("sent", "newer_there", "withheld"):
        row.state, row.reason, row.next_try_at = "withheld", {}, None
        row.save()
