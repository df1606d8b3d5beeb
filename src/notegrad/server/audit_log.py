"""Writes down the decisions of the staff, in the transaction that makes them."""

from __future__ import annotations

from django.http import HttpRequest

from notegrad.server.models import AuditEntry, Course


def record(
    request: HttpRequest,
    action: str,
    target: object,
    *,
    course: Course | None = None,
    reason: str = "",
    **facts: object,
) -> None:
    """Add a decision of the person who is signed in."""
    AuditEntry.objects.create(
        by=request.user if request.user.is_authenticated else None,
        course=course,
        action=action,
        target=str(target)[:200],
        facts=facts,
        reason=reason[:300],
        address=request.META.get("REMOTE_ADDR", "")[:45],
    )
