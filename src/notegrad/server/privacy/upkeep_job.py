"""The daily job: retention of courses, and what is of no use any more: sessions, links, jobs, bytes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.db.models.functions import Now

from notegrad.server import blobs
from notegrad.server.database_time import after
from notegrad.server.models import ClassFile, Invitation, Job, Token
from notegrad.server.privacy.retention import keep_retention
from notegrad.server.queue import queue
from notegrad.server.queue.loop import Control, Kind
from notegrad.server.queue.queue import Claim

KIND = "upkeep"
DAY_S = timedelta(days=1).total_seconds()
KEEP_JOBS_S = 30 * DAY_S
KEEP_CLASS_FILES_S = 30 * DAY_S
KEEP_BLOBS_S = DAY_S
KEEP_FAILED_SIGN_INS_S = DAY_S


def ensure_upkeep(*, delay_s: float = 0.0) -> None:
    """Put the daily job into the queue, unless it waits there already."""
    if not Job.objects.filter(kind=KIND, state__in=("ready", "running")).exists():
        queue.enqueue(KIND, {}, priority=queue.REGRADE_PRIORITY, delay_s=delay_s)


def upkeep_kind() -> Kind:
    """The kind of job that tidies up."""
    return Kind(_work, lambda _payload, _error: _tomorrow())


def _work(_held: Claim, _control: Control) -> Callable[[], None]:
    keep_up()
    return _tomorrow


def _tomorrow() -> None:
    """Ask for the next one; this one is over in the same transaction."""
    ensure_upkeep(delay_s=DAY_S)


def keep_up() -> dict[str, Any]:
    """Do it now, each part in transactions of its own; return how many rows went of each kind."""
    old_link = Q(expires_at__lt=Now()) | Q(uses_left=0)
    ended = Job.objects.filter(state__in=("done", "failed"), created_at__lt=after(-KEEP_JOBS_S))
    old_file = ClassFile.objects.filter(created_at__lt=after(-KEEP_CLASS_FILES_S))
    old_attempt = AccessAttempt.objects.filter(attempt_time__lt=after(-KEEP_FAILED_SIGN_INS_S))
    return {
        "people": keep_retention(),
        "sessions": Session.objects.filter(expire_date__lt=Now()).delete()[0],
        "links": Invitation.objects.filter(old_link).delete()[0],
        "tokens": Token.objects.filter(expires_at__lt=Now()).delete()[0],
        "sign_ins": old_attempt.delete()[0],
        "jobs": ended.delete()[0],
        "files": old_file.delete()[0],
        "blobs": blobs.prune(KEEP_BLOBS_S),
    }
