"""Jobs in the queue, and the workers that take them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

JOB_STATES = ("ready", "running", "done", "failed")


class Job(models.Model):
    """A job; `payload` holds ids only.

    `epoch` rises whenever it changes hands: who has an older one has lost it. `tries` counts the faults that
    may be its own, `starts` all starts that were not given back in order; `is_alone`: the next start is made
    while nothing else runs on that machine.
    """

    kind = models.CharField(max_length=20)
    payload = models.JSONField(default=dict)
    queue = models.CharField(max_length=12, default="cpu")
    owner_id = models.BigIntegerField(null=True)
    priority = models.IntegerField(default=0)
    run_after = models.DateTimeField(db_default=Now())
    state = models.CharField(max_length=8, default="ready", choices=[(s, s) for s in JOB_STATES])
    tries = models.PositiveIntegerField(default=0)
    max_tries = models.PositiveIntegerField(default=3)
    starts = models.PositiveIntegerField(default=0)
    max_starts = models.PositiveIntegerField(default=12)
    is_alone = models.BooleanField(default=False)
    epoch = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=100, default="")
    error = models.TextField(default="")
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """The indexes of the table: what is ready, and what is running."""

        indexes: ClassVar = [
            models.Index(fields=["queue", "-priority", "id"], condition=Q(state="ready"), name="ready_jobs"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="running_jobs"),
        ]


class GradingWorker(models.Model):
    """A worker that is alive, or was: `seen_at` is its last sign."""

    name = models.CharField(max_length=100, unique=True)
    queues = models.JSONField(default=list)
    seen_at = models.DateTimeField(db_default=Now())
