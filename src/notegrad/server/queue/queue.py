"""Jobs in a table: put in within the caller's transaction, taken with a lease, finished behind a fence.

A worker may die, hang, or be cut off and come back. Whoever takes a job raises its epoch; renewing,
finishing and failing change nothing where the epoch has moved on, so that the result of a lost worker
loses. All times are the database's, since workers' clocks differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from notegrad.grading.retries import MAX_JOB_STARTS, MAX_JOB_TRIES
from notegrad.records import Record
from notegrad.server.database_time import after
from notegrad.server.models import GradingWorker, Job
from notegrad.server.queue.job_ends import JobNext, after_fault, after_loss

UPLOAD_PRIORITY = 10
EARLIER_UPLOAD_PRIORITY = 0
REGRADE_PRIORITY = -10
PAUSE_AFTER_FAULT_S = 1.0
PAUSE_WITHOUT_GRADER_S = 10.0
MAX_ERROR_CHARS = 4_000

GiveUp = Callable[[dict[str, Any], str], None]
"""Writes, in the transaction in which a job fails for good, what follows from it: payload, and error."""


class LostJobError(Exception):
    """The job went to another worker meanwhile: nothing of what was done may be kept."""


class Claim(Record, frozen=True, kw_only=True):
    """A job that a worker has, and the epoch that proves it; `tries` are its faults until now."""

    job_id: int
    kind: str
    payload: dict[str, Any]
    epoch: int
    worker: str
    tries: int
    max_tries: int
    starts: int
    max_starts: int
    is_alone: bool = False


def enqueue(
    kind: str,
    payload: dict[str, Any],
    *,
    queue: str = "cpu",
    priority: int = UPLOAD_PRIORITY,
    owner_id: int | None = None,
    delay_s: float = 0.0,
    max_tries: int = MAX_JOB_TRIES,
    max_starts: int = MAX_JOB_STARTS,
) -> Job:
    """Put a job in; where the caller's transaction is rolled back, there was none."""
    return Job.objects.create(
        kind=kind,
        payload=payload,
        queue=queue,
        priority=priority,
        owner_id=owner_id,
        run_after=after(delay_s),
        max_tries=max_tries,
        max_starts=max_starts,
    )


def let_earlier_wait(owner_id: int, kind: str) -> None:
    """Lower what one student still has waiting: of several quick uploads the newest is graded first."""
    waiting = Job.objects.filter(
        owner_id=owner_id, kind=kind, state="ready", priority__gt=EARLIER_UPLOAD_PRIORITY
    )
    waiting.update(priority=EARLIER_UPLOAD_PRIORITY)


def claim(worker: str, queues: Iterable[str], lease_s: float) -> Claim | None:
    """Take the first job that is ready in these queues, or none; its lease lasts so many seconds.

    While a job runs alone on the worker's machine, nothing is taken there.
    """
    ready = Job.objects.filter(state="ready", queue__in=list(queues), run_after__lte=Now())
    if not ready.exists():  # without a lock: workers that have nothing to do disturb nobody
        return None
    with transaction.atomic():
        if _running_beside(worker).filter(is_alone=True).exists():
            return None
        job = ready.order_by("-priority", "id").select_for_update(skip_locked=True).first()
        if job is None:
            return None
        changed = Job.objects.filter(pk=job.pk, state="ready", epoch=job.epoch).update(
            state="running",
            epoch=job.epoch + 1,
            starts=job.starts + 1,
            worker=worker,
            lease_until=after(lease_s),
            started_at=Now(),
        )
    if not changed:
        return None
    return Claim(
        job_id=job.pk,
        kind=job.kind,
        payload=job.payload,
        epoch=job.epoch + 1,
        worker=worker,
        tries=job.tries,
        max_tries=job.max_tries,
        starts=job.starts + 1,
        max_starts=job.max_starts,
        is_alone=job.is_alone,
    )


def _running_beside(worker: str) -> QuerySet[Job]:
    """The jobs that run on a worker's machine, whose name its own begins with."""
    machine = worker.rpartition(":")[0]
    return Job.objects.filter(state="running", worker__startswith=f"{machine}:", lease_until__gte=Now())


def has_neighbours(held: Claim) -> bool:
    """Whether other jobs run on the machine of one that is to be alone; of two such, the older goes first."""
    others = _running_beside(held.worker).exclude(pk=held.job_id)
    return others.filter(Q(is_alone=False) | Q(pk__lt=held.job_id)).exists()


def _mine(held: Claim) -> QuerySet[Job]:
    return Job.objects.filter(pk=held.job_id, epoch=held.epoch, state="running")


def renew(held: Claim, lease_s: float) -> bool:
    """Prolong a lease; False where the job is not this worker's any more."""
    return bool(_mine(held).update(lease_until=after(lease_s)))


def finish(held: Claim) -> None:
    """End a job; to be called in the transaction that writes its result, before anything is written.

    Raises LostJobError, which rolls that transaction back, where the job is not this worker's any more.
    """
    if not _mine(held).update(state="done", ended_at=Now(), lease_until=None, error=""):
        raise LostJobError(f"job {held.job_id} went to another worker")


def give_back(held: Claim) -> None:
    """Put a job back that was dropped, without counting the start: its worker is asked to stop."""
    _mine(held).update(
        state="ready", epoch=F("epoch") + 1, starts=F("starts") - 1, lease_until=None, worker=""
    )


def fail(held: Claim, error: str, give_up: GiveUp, *, is_final: bool = False) -> None:
    """Book that a try failed: the job waits for the next one, or has failed for good after its last.

    Raises LostJobError where the job is not this worker's any more.
    """
    faults = held.tries + 1
    follows = after_fault(faults, held.starts, max_tries=held.max_tries)
    if is_final:
        follows = JobNext(is_over=True)
    _go_on(held, error, give_up, follows, tries=faults, pause_s=PAUSE_AFTER_FAULT_S * faults)


def lose(held: Claim, error: str, give_up: GiveUp) -> None:
    """Book that a job could not even be begun: no fault of its own, and no try.

    Raises LostJobError where the job is not this worker's any more.
    """
    follows = after_loss(held.starts, max_starts=held.max_starts)
    _go_on(held, error, give_up, follows, tries=held.tries, pause_s=PAUSE_WITHOUT_GRADER_S * held.starts)


def _go_on(held: Claim, error: str, give_up: GiveUp, follows: JobNext, *, tries: int, pause_s: float) -> None:
    error = error[:MAX_ERROR_CHARS].replace("\0", "\ufffd")  # students write NUL, PostgreSQL keeps none
    with transaction.atomic():
        changed = _mine(held).update(
            state="failed" if follows.is_over else "ready",
            epoch=F("epoch") + 1,
            tries=tries,
            is_alone=follows.is_alone,
            run_after=after(pause_s),
            lease_until=None,
            error=error,
            ended_at=Now() if follows.is_over else None,
        )
        if not changed:
            raise LostJobError(f"job {held.job_id} went to another worker")
        if follows.is_over:
            give_up(held.payload, error)


def reap(give_ups: Mapping[str, GiveUp]) -> int:
    """Take back the jobs of silent workers, and return how many.

    That a worker was killed is not the job's fault; what was begun too often fails for good all the same.
    """
    expired = Q(state="running", lease_until__lt=Now())
    taken = 0
    for pk, epoch in list(Job.objects.filter(expired).values_list("pk", "epoch")):
        with transaction.atomic():
            job = Job.objects.filter(expired, pk=pk, epoch=epoch).select_for_update(skip_locked=True).first()
            if job is None:
                continue
            error = f"the worker {job.worker} fell silent (start {job.starts} of {job.max_starts})"
            follows = after_loss(job.starts, max_starts=job.max_starts)
            taken += Job.objects.filter(expired, pk=pk, epoch=epoch).update(
                state="failed" if follows.is_over else "ready",
                epoch=epoch + 1,
                is_alone=job.is_alone or follows.is_alone,
                lease_until=None,
                error=error,
                ended_at=Now() if follows.is_over else None,
            )
            if follows.is_over and job.kind in give_ups:
                give_ups[job.kind](job.payload, error)
    return taken


def ahead_of(job: Job) -> int:
    """The number of jobs that are taken before this one, those that run now included."""
    same = Job.objects.filter(queue=job.queue)
    earlier = Q(priority__gt=job.priority) | Q(priority=job.priority, pk__lt=job.pk)
    return same.filter(Q(state="running") | Q(state="ready") & earlier).exclude(pk=job.pk).count()


def living_workers(queue: str, within_s: float) -> int:
    """The number of workers that take from a queue and gave a sign within so many seconds."""
    seen = GradingWorker.objects.filter(seen_at__gt=after(-within_s)).values_list("queues", flat=True)
    return sum(queue in queues for queues in seen)
