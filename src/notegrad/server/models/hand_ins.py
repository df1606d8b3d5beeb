"""Attempts of students, and the results of grading them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from notegrad.marks.overrides import WHOLE
from notegrad.server.models.assignment_rows import Assignment, BundleVersion, Regrade
from notegrad.server.models.blob import Blob
from notegrad.server.models.people import User

HAND_IN_STATES = ("queued", "graded", "not_graded")
CLASS_FILE_KINDS = ("pages", "filled")
REHEARSAL_KINDS = ("empty", "solution")


class HandIn(models.Model):
    """One attempt of one student; regrading never changes or deletes it.

    `form_key` is the one-time key of the form: a second press finds the first attempt. `current` is the
    newest result; a fault of ours is the state `not_graded`, and no result. `is_late` is what was said at
    the upload: dates may move, and `page_marks` says what holds. `sent_by`: a person of the staff who handed
    in for the student, and why.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="hand_ins")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="hand_ins")
    number = models.PositiveIntegerField()
    form_key = models.UUIDField()
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    received_at = models.DateTimeField(db_default=Now())
    is_late = models.BooleanField(default=False)
    via = models.CharField(max_length=12, default="form")
    sent_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    sent_reason = models.CharField(max_length=300, default="")
    state = models.CharField(max_length=12, default="queued", choices=[(s, s) for s in HAND_IN_STATES])
    reason = models.CharField(max_length=500, default="")
    current = models.ForeignKey("ResultVersion", null=True, on_delete=models.SET_NULL, related_name="+")
    job = models.ForeignKey("Job", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        """The constraints of the table."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "user", "number"], name="one_number"),
            models.UniqueConstraint(fields=["user", "form_key"], name="one_press"),
        ]
        ordering: ClassVar = ["number"]


class ResultVersion(models.Model):
    """A result of one attempt with one bundle; rows are added, never changed.

    `data` is a `GradingResult` in msgpack, compressed; score and status stand beside it for lists.
    """

    hand_in = models.ForeignKey(HandIn, on_delete=models.CASCADE, related_name="results")
    bundle = models.ForeignKey(BundleVersion, on_delete=models.PROTECT, related_name="+")
    data = models.BinaryField()
    score = models.FloatField()
    max_score = models.FloatField()
    status = models.CharField(max_length=12)
    duration_s = models.FloatField(default=0.0)
    regrade = models.ForeignKey(Regrade, null=True, on_delete=models.SET_NULL, related_name="results")
    created_at = models.DateTimeField(db_default=Now())


class ClassReport(models.Model):
    """The report of a class as it was made last, by a worker.

    `alike` are its pairs of attempts: `[number, number, questions, overlap]`.
    """

    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="report")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    submissions = models.PositiveIntegerField()
    alike = models.JSONField(default=list)
    created_at = models.DateTimeField(db_default=Now())


class ClassFile(models.Model):
    """A file that was made of a class: all feedback pages, or somebody's gradebook with the grades in it."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in CLASS_FILE_KINDS])
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    notes = models.JSONField(default=list)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())


class Problem(models.Model):
    """A problem that a student signals with an attempt; `answer` is empty until the staff has answered."""

    hand_in = models.ForeignKey(HandIn, on_delete=models.CASCADE, related_name="problems")
    text = models.CharField(max_length=2000)
    answer = models.CharField(max_length=2000, default="")
    answered_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    answered_at = models.DateTimeField(null=True)


class AnonymousResult(models.Model):
    """A result of a person whose data was deleted: it counts in statistics, and belongs to nobody."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="anonymous_results")
    state = models.CharField(max_length=12)
    score = models.FloatField(null=True)
    max_score = models.FloatField(null=True)
    is_late = models.BooleanField(default=False)


class Override(models.Model):
    """Points that a person of the staff has decided, for a question or for the `whole`.

    The words are those of `overrides.yml`; the result beside it is kept.
    """

    hand_in = models.ForeignKey(HandIn, on_delete=models.CASCADE, related_name="overrides")
    question = models.CharField(max_length=200, default=WHOLE)
    points = models.FloatField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        """The constraints of the table."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hand_in", "question"], name="one_override_a_question")
        ]


class Rehearsal(models.Model):
    """A notebook of the staff's graded with a version of the bundle; it belongs to no student.

    `empty` has no cells: its result tells what the bundle asks, and what is given for nothing. `solution` is
    to have all points.
    """

    bundle = models.ForeignKey(BundleVersion, on_delete=models.CASCADE, related_name="rehearsals")
    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in REHEARSAL_KINDS])
    blob = models.ForeignKey(Blob, null=True, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200, default="")
    state = models.CharField(max_length=12, default="queued", choices=[(s, s) for s in HAND_IN_STATES])
    reason = models.CharField(max_length=500, default="")
    data = models.BinaryField(null=True)
    score = models.FloatField(null=True)
    max_score = models.FloatField(null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
