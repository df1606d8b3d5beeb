"""Data of persons that other applications hold: each brings how it is handed out, and how it is deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from notegrad.records import Record
from notegrad.server.models import Course, User


class FurtherData(Record, frozen=True, kw_only=True):
    """The data of one application: `held` gives what a course holds of a person there, `delete` ends it."""

    name: str
    held: Callable[[Course, User], Any]
    delete: Callable[[Course, User], None]


_BROUGHT: dict[str, FurtherData] = {}


def bring(further: FurtherData) -> None:
    """Add an application's data."""
    _BROUGHT[further.name] = further


def further_held(course: Course, person: User) -> dict[str, Any]:
    """What a course holds about a person elsewhere, by the name of the application."""
    return {name: further.held(course, person) for name, further in _BROUGHT.items()}


def delete_further(course: Course, person: User) -> None:
    """Delete what a course holds about a person elsewhere, within the caller's transaction."""
    for further in _BROUGHT.values():
        further.delete(course, person)
