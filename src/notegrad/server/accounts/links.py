"""Makes and finds links that are worth an account: only their hash is in the database."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from notegrad.server.database_time import after
from notegrad.server.models import Course, Invitation, User

CLASS_DAYS = 60
PERSON_DAYS = 7


def make_link(
    *, course: Course | None = None, user: User | None = None, role: str = "student", uses: int | None = 1
) -> str:
    """The path of a new link; it is not kept, and can be told only now."""
    token = secrets.token_urlsafe(24)
    is_of_class = course is not None and (uses is None or user is not None)
    days = CLASS_DAYS if is_of_class else PERSON_DAYS
    Invitation.objects.create(
        token_hash=_hash(token),
        course=course,
        user=user,
        role=role,
        uses_left=uses,
        expires_at=after(timedelta(days=days).total_seconds()),
    )
    return reverse("invitation", args=[token])


def make_administrator_link() -> str:
    """The path of the link that makes the first administrator; earlier ones are worth nothing any more."""
    with transaction.atomic():
        Invitation.objects.filter(course=None, user=None).delete()
        return make_link(role="admin")  # PostgreSQL holds the column to its 12 characters


def find_link(token: str) -> Invitation | None:
    """The invitation that a token opens, where it is still worth something."""
    alive = Q(uses_left=None) | Q(uses_left__gt=0)
    found = Invitation.objects.filter(alive, token_hash=_hash(token), expires_at__gt=Now())
    return found.select_related("course", "user").first()


def use_up(invitation: Invitation) -> bool:
    """Count one use, within the caller's transaction; False where another one was quicker."""
    if invitation.uses_left is None:
        return True
    left = Invitation.objects.filter(pk=invitation.pk, uses_left__gt=0)
    return bool(left.update(uses_left=F("uses_left") - 1))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
