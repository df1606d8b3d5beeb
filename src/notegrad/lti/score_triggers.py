"""Triggers of plans: a result was written, or the staff has decided something, in the same transaction."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save

from notegrad.lti.wishes import enqueue_plan
from notegrad.server.models import Assignment, AuditEntry, HandIn, ResultVersion


def connect() -> None:
    """Watch for results, attempts and decisions; called once, when the application is loaded."""
    post_save.connect(_on_result, sender=ResultVersion, dispatch_uid="lti-result")
    post_save.connect(_on_attempt, sender=HandIn, dispatch_uid="lti-attempt")
    post_save.connect(_on_decision, sender=AuditEntry, dispatch_uid="lti-decision")


def _on_result(instance: ResultVersion, *, created: bool, **_: Any) -> None:
    if created and instance.regrade_id is None:
        _plan(Assignment.objects.filter(hand_ins=instance.hand_in_id))


def _on_attempt(instance: HandIn, *, created: bool, **_: Any) -> None:
    if created:
        _plan(Assignment.objects.filter(pk=instance.assignment_id))


def _on_decision(instance: AuditEntry, *, created: bool, **_: Any) -> None:
    if created and instance.course_id is not None:
        _plan(Assignment.objects.filter(course=instance.course_id, lti_links__isnull=False))


def _plan(assignments: Any) -> None:
    for assignment in assignments.distinct():
        enqueue_plan(assignment)
