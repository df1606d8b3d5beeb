"""Tokens of the API: made once, kept as hashes, worth what their owners may do."""

from __future__ import annotations

import hashlib
import secrets

from django.db.models.functions import Now

from notegrad.server.database_time import after
from notegrad.server.models import Token, User

TOKEN_DAYS = 90
MAX_TOKENS = 20


def make_token(user: User, label: str) -> str:
    """A new token, which can be told only now."""
    token = f"ng_{secrets.token_urlsafe(30)}"
    Token.objects.create(
        token_hash=_hash(token), user=user, label=label, expires_at=after(TOKEN_DAYS * 24 * 3600.0)
    )
    return token


def owner_of(token: str) -> User | None:
    """The person for whom a token speaks, where it is good."""
    if not token:
        return None
    found = Token.objects.filter(token_hash=_hash(token), expires_at__gt=Now(), user__is_active=True)
    known = found.select_related("user").first()
    return None if known is None else known.user


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
