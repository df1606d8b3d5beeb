"""Assignments, the versions of their bundles, and what single students were granted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from notegrad.server.models.blob import Blob
from notegrad.server.models.people import Course, User

STATES = ("draft", "open", "closed")
COUNTS = ("latest", "best")
REGRADE_STATES = ("tried", "applied", "dropped")
VISIBILITIES = ("", "visible", "after_due_date", "after_published", "hidden")


class Assignment(models.Model):
    """An assignment; `late_until` is the last moment, `due_at` that from which an attempt is late.

    Nothing of hidden test cases leaves before `published_at`, unless `hidden_visibility` says so, or the
    bundle where that is empty.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="assignments")
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=8, default="draft", choices=[(state, state) for state in STATES])
    opens_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    late_until = models.DateTimeField(null=True, blank=True)
    tolerance_s = models.PositiveIntegerField(default=0)
    counts = models.CharField(max_length=8, default="latest", choices=[(how, how) for how in COUNTS])
    attempts_limit = models.PositiveIntegerField(null=True, blank=True)
    bundle = models.ForeignKey("BundleVersion", null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    hidden_visibility = models.CharField(max_length=20, default="", blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        """The constraints of the table."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["course", "slug"], name="one_slug_a_course")]
        ordering: ClassVar = ["due_at", "title"]

    def __str__(self) -> str:
        return self.title


class BundleVersion(models.Model):
    """A bundle as it was uploaded, never changed; the columns beside it are read from it once."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="bundles")
    version = models.PositiveIntegerField()
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    language = models.CharField(max_length=2)
    device = models.CharField(max_length=20)
    hidden_visibility = models.CharField(max_length=20)
    deadline_s = models.FloatField()
    questions = models.JSONField(default=list)
    late = models.JSONField(default=dict)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        """The constraints of the table."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "version"], name="one_version")
        ]


class Regrade(models.Model):
    """A regrade of all attempts with a version of the bundle: tried, looked at, then applied or dropped."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="regrades")
    bundle = models.ForeignKey(BundleVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=8, default="tried", choices=[(state, state) for state in REGRADE_STATES]
    )
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())


class Hold(models.Model):
    """The results of one student held back: it wins over publication."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="holds")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="holds")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        """The constraints of the table."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["assignment", "user"], name="one_hold")]


class Extension(models.Model):
    """More time, or more attempts, for one student."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="extensions")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="extensions")
    due_at = models.DateTimeField(null=True, blank=True)
    late_until = models.DateTimeField(null=True, blank=True)
    more_attempts = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        """The constraints of the table."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["assignment", "user"], name="one_extension")]
