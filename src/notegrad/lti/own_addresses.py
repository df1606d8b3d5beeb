"""Our own addresses, as platforms must know them: always under the public name."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse


def address_of(route: str, *arguments: object) -> str:
    """The whole address of a route."""
    return f"{settings.PUBLIC_URL}{reverse(route, args=arguments)}"
