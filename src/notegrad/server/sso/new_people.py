"""New accounts of people whom a university names: no password, no course, and a login that nobody has."""

from __future__ import annotations

import re

from notegrad.server.models import User

MAX_LOGIN_CHARS = 120
_NOT_IN_LOGINS = re.compile(r"[^\w.@+-]+")


def new_person(provider: str, subject: str, name: str) -> User:
    """Make an account; an existing one with that login or address is somebody else's."""
    user = User(username=free_login(provider, subject), name=_readable(name)[:150])
    user.set_unusable_password()
    user.save()
    return user


def free_login(provider: str, subject: str) -> str:
    """A login that tells where the person comes from, and that no account has, in whatever case."""
    wanted = _NOT_IN_LOGINS.sub("-", f"{subject}@{provider}")[:MAX_LOGIN_CHARS]
    login, number = wanted, 1
    while User.objects.filter(username__iexact=login).exists():
        number += 1
        login = f"{wanted}-{number}"
    return login


def _readable(name: str) -> str:
    """The name; a proxy sends UTF-8, which a server reads as Latin-1."""
    try:
        return name.encode("latin-1").decode("utf-8").strip()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return name.strip()
