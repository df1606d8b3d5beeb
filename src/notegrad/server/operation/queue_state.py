"""The state of the queue: what waits and since when, who is alive, what has failed; and running it again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Min, QuerySet
from django.db.models.functions import Now

from notegrad.records import Record
from notegrad.server.database_time import after
from notegrad.server.models import GradingWorker, HandIn, Job

WORKER_SEEN_S = 60.0
DROPPED = "dropped"


class WorkerLine(Record, frozen=True, kw_only=True):
    """A worker with the job that it has; `is_alive`: it gave a sign a short time ago."""

    name: str
    queues: tuple[str, ...]
    seen_at: datetime
    is_alive: bool
    job: Job | None


class QueueNumbers(Record, frozen=True, kw_only=True):
    """The numbers of the queue: jobs by queue and state, the oldest wait and living workers by queue."""

    jobs: dict[tuple[str, str], int]
    oldest_wait_s: dict[str, float]
    workers: dict[str, int]


def worker_lines() -> list[WorkerLine]:
    """The workers of the last day, by name, with the job that each has now."""
    alive = set(GradingWorker.objects.filter(seen_at__gt=after(-WORKER_SEEN_S)).values_list("pk", flat=True))
    running = {job.worker: job for job in Job.objects.filter(state="running")}
    return [
        WorkerLine(
            name=row.name,
            queues=tuple(row.queues),
            seen_at=row.seen_at,
            is_alive=row.pk in alive,
            job=running.get(row.name),
        )
        for row in GradingWorker.objects.order_by("name")
    ]


def queue_numbers() -> QueueNumbers:
    """The numbers of the queue now; a job that is put off does not wait yet."""
    counted = Job.objects.values_list("queue", "state").annotate(count=Count("pk"))
    due = Job.objects.filter(state="ready", run_after__lte=Now())
    waiting = due.values_list("queue").annotate(since=Min("run_after"), now=Now())
    workers: dict[str, int] = {}
    for line in worker_lines():
        for name in line.queues if line.is_alive else ():
            workers[name] = workers.get(name, 0) + 1
    return QueueNumbers(
        jobs={(queue, state): count for queue, state, count in counted},
        oldest_wait_s={queue: (now - since).total_seconds() for queue, since, now in waiting},
        workers=workers,
    )


def failed_jobs() -> QuerySet[Job]:
    """The jobs that have failed for good, the newest first; what a person has dropped is not one."""
    return Job.objects.filter(state="failed").exclude(error=DROPPED).order_by("-ended_at", "-pk")


def run_again(number: int) -> Job | None:
    """Put a failed job back, as if it had never been begun; None where it has not failed."""
    with transaction.atomic():
        changed = failed_jobs().filter(pk=number)
        fresh = {"tries": 0, "starts": 0, "is_alone": False, "worker": "", "ended_at": None}
        if not changed.update(state="ready", run_after=Now(), **fresh):
            return None
        HandIn.objects.filter(job=number, current=None).update(state="queued", reason="")
        return Job.objects.get(pk=number)
