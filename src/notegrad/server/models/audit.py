"""The record of decisions: who did what to whom, and why."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from notegrad.server.models.people import Course, User


class AuditEntry(models.Model):
    """A decision of a person of the staff; rows are added, never changed.

    `about` is the person whom it concerns: when their data is deleted, the row stays and names nobody.
    """

    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    about = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    course = models.ForeignKey(Course, null=True, on_delete=models.SET_NULL, related_name="audit")
    action = models.CharField(max_length=40)
    target = models.CharField(max_length=200)
    facts = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, default="")
    address = models.CharField(max_length=45, default="")
