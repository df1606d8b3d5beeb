"""Writes down the decisions of the staff, in the transaction that makes them."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest

from notegrad.server.models import AuditEntry, Course, User

Decision = Literal[
    "account",
    "join",
    "password",
    "new_course",
    "link",
    "password_link",
    "in",
    "out",
    "new_assignment",
    "settings",
    "new_bundle",
    "publish",
    "withdraw",
    "grade_again",
    "extension",
    "answer",
    "hold",
    "give_free",
    "override",
    "override_removed",
    "try_regrade",
    "apply_regrade",
    "drop_regrade",
    "gradebook",
    "roster",
    "roster_links",
    "claim",
    "rehearse",
    "rehearsal_dropped",
    "open_anyway",
    "staff_upload",
    "retention",
    "expired",
    "export_person",
    "delete_person",
    "run_again",
    "lti_platform",
    "lti_invitation",
    "lti_key",
    "lti_key_withdrawn",
    "lti_code",
    "lti_connect",
    "lti_disconnect",
    "lti_link",
    "lti_column",
    "lti_roster",
    "lti_again",
]
"""What is recorded; the sentence of each is `action_<name>`."""


def record(
    request: HttpRequest,
    action: Decision,
    target: object,
    *,
    course: Course | None = None,
    about: User | None = None,
    reason: str = "",
    **facts: object,
) -> None:
    """Add a decision of the person who is signed in; `about`: the person whom it concerns."""
    AuditEntry.objects.create(
        by=request.user if request.user.is_authenticated else None,
        about=about,
        course=course,
        action=action,
        target=str(target)[:200],
        facts=facts,
        reason=reason[:300],
        address=request.META.get("REMOTE_ADDR", "")[:45],
    )
