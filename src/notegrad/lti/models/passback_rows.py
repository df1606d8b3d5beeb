"""Scores on their way to platforms: one wanted score for each link and student."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from notegrad.lti.models.connections import LtiLink
from notegrad.server.models import Job, User

PASSBACK_STATES = ("waiting", "sent", "newer_there", "refused", "no_column", "given_up", "withheld")


class Passback(models.Model):
    """The score of a student that a link's gradebook ought to have; the newest wish wins.

    `version` rises with each wish, `wanted_at` is its time there. `score` None: Pending, since nothing is
    graded. `tries` counts those of this wish. `sent_*` say what the platform took last, `reason` is a key
    with facts, or empty.
    """

    link = models.ForeignKey(LtiLink, on_delete=models.CASCADE, related_name="passbacks")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passbacks")
    version = models.PositiveIntegerField(default=0)
    score = models.FloatField(null=True)
    points = models.FloatField(null=True)
    wanted_at = models.DateTimeField(null=True)
    state = models.CharField(
        max_length=12, default="waiting", choices=[(state, state) for state in PASSBACK_STATES]
    )
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    reason = models.JSONField(default=dict)
    sent_score = models.FloatField(null=True)
    sent_points = models.FloatField(null=True)
    sent_wish_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        """The constraints of the table."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["link", "user"], name="one_passback")]
