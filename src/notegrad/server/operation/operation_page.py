"""The administrators' page of workers and failed jobs, and the numbers for a monitor as plain text."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from notegrad.server.access import demand, is_allowed
from notegrad.server.audit_log import record
from notegrad.server.models import HandIn, Job
from notegrad.server.operation.queue_state import failed_jobs, queue_numbers, run_again, worker_lines
from notegrad.server.shown_page import show

MAX_FAILED_SHOWN = 50


@login_required
@require_safe
def operation(request: HttpRequest) -> HttpResponse:
    """Who is alive, what waits, and which jobs failed and why."""
    demand(request, "operate")
    numbers = queue_numbers()
    names = sorted({queue for queue, _ in numbers.jobs} | set(numbers.workers))
    queues = [
        {
            "name": name,
            "waiting": numbers.jobs.get((name, "ready"), 0),
            "running": numbers.jobs.get((name, "running"), 0),
            "oldest_s": round(numbers.oldest_wait_s.get(name, 0)),
            "workers": numbers.workers.get(name, 0),
        }
        for name in names
    ]
    jobs = list(failed_jobs()[:MAX_FAILED_SHOWN])
    known = HandIn.objects.in_bulk([job.payload.get("hand_in") for job in jobs if "hand_in" in job.payload])
    failed = [{"job": job, "hand_in": known.get(job.payload.get("hand_in"))} for job in jobs]
    context = {"workers": worker_lines(), "queues": queues, "failed": failed, "count": failed_jobs().count()}
    return show(request, "staff/operation.html", context)


@login_required
@require_POST
def job_again(request: HttpRequest, job: int) -> HttpResponse:
    """Runs a failed job again; raises Http404 where there is none of that number."""
    demand(request, "operate")
    found = run_again(job)
    if found is None:
        raise Http404
    facts: dict[str, Any] = {"kind": found.kind, "error": found.error[:200]}
    hand_in = _hand_in_of(found)
    if hand_in is not None:
        facts |= {"course": hand_in.assignment.course, "about": hand_in.user}
    record(request, "run_again", f"job {job}", **facts)
    return redirect("operation")


def _hand_in_of(job: Job) -> HandIn | None:
    related = HandIn.objects.select_related("assignment__course", "user")
    return related.filter(pk=job.payload.get("hand_in")).first()


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers as Prometheus reads them, for who has the deployment's token, and for administrators.

    Raises Http404 for others.
    """
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.METRICS_TOKEN
    is_monitor = (
        bool(wanted) and kind.lower() == "bearer" and hmac.compare_digest(token.encode(), wanted.encode())
    )
    if not is_monitor and not is_allowed(request, "operate"):
        raise Http404
    return HttpResponse("\n".join(_lines()) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _lines() -> Iterator[str]:
    numbers = queue_numbers()
    yield "# HELP notegrad_jobs Jobs in the queue, by queue and state."
    yield "# TYPE notegrad_jobs gauge"
    for (queue, state), count in sorted(numbers.jobs.items()):
        yield f'notegrad_jobs{{queue="{queue}",state="{state}"}} {count}'
    yield "# HELP notegrad_oldest_wait_seconds How long the job that has waited longest has waited."
    yield "# TYPE notegrad_oldest_wait_seconds gauge"
    for queue in sorted({queue for queue, _ in numbers.jobs} | {"cpu"}):
        yield f'notegrad_oldest_wait_seconds{{queue="{queue}"}} {numbers.oldest_wait_s.get(queue, 0):.1f}'
    yield "# HELP notegrad_workers Workers that gave a sign within the last minute."
    yield "# TYPE notegrad_workers gauge"
    for queue in sorted(set(numbers.workers) | {"cpu"}):
        yield f'notegrad_workers{{queue="{queue}"}} {numbers.workers.get(queue, 0)}'
    yield "# HELP notegrad_failed_jobs Jobs that failed for good and were not run again."
    yield "# TYPE notegrad_failed_jobs gauge"
    yield f"notegrad_failed_jobs {failed_jobs().count()}"
    yield "# HELP notegrad_attempts Attempts of students, by state."
    yield "# TYPE notegrad_attempts gauge"
    counted = HandIn.objects.order_by().values_list("state").annotate(count=Count("pk"))
    for state, count in sorted(counted):
        yield f'notegrad_attempts{{state="{state}"}} {count}'
