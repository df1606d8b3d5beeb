"""Reads what Gradescope tells about a submission: who, when, which attempt.

`submission_metadata.json` is documented ("Submission Metadata", gradescope-autograders.readthedocs.io), but
real files differ: `assignment_id` is null, each user has a `sid` (null or "") and dates of their own, scores
are strings, failed runs of an autograder are listed with `autograder_error`. Nothing is required here: what
is missing or odd is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from notegrad.records import Record
from notegrad.results.text import one_line

MAX_METADATA_BYTES = 64 * 1024 * 1024  # every earlier result is in it


class Attempt(Record, frozen=True, kw_only=True):
    """One submission as the platform knows it; `number` counts from 1, None where the file does not say.

    `late_s`: seconds after the due date, the latest among a group's; 0 in time, None where there is no date.
    """

    id: str = "submission"
    students: tuple[str, ...] = ()
    created_at: str | None = None
    due_at: str | None = None
    cut_off_at: str | None = None
    late_s: float | None = None
    number: int | None = None
    earlier_faults: int = 0


def read_attempt(path: Path) -> Attempt:
    """Read the platform's file; one that is missing or is no JSON object tells nothing; never raises."""
    try:
        with path.open("rb") as stream:
            data = json.loads(stream.read(MAX_METADATA_BYTES))
    except (OSError, ValueError, RecursionError):
        return Attempt()
    return attempt_of(data) if isinstance(data, dict) else Attempt()


def attempt_of(data: dict[str, Any]) -> Attempt:
    """The attempt that the parsed file speaks of; never raises."""
    users = _objects(data.get("users"))
    created, due = _moment(data.get("created_at")), _due(data, users, "due_date")
    earlier = data.get("previous_submissions")
    faults = sum(each.get("autograder_error") is True for each in _objects(earlier))
    return Attempt(
        id=_id(data.get("id")),
        students=tuple(name for user in users if (name := _name(user))),
        created_at=_text(created),
        due_at=_text(due),
        cut_off_at=_text(_due(data, users, "late_due_date")),
        late_s=None if created is None or due is None else max(0.0, (created - due).total_seconds()),
        number=len(earlier) - faults + 1 if isinstance(earlier, list) else None,
        earlier_faults=faults,
    )


def _due(data: dict[str, Any], users: Iterable[dict[str, Any]], key: str) -> datetime | None:
    """The due date of those who hand in together: the latest of their own, else the assignment's."""
    own = [_object(user.get("assignment")) for user in users]
    # Who has dates of their own has no others: an extension without a cut-off is not cut off.
    known = [dates for dates in own if _moment(dates.get("due_date"))] or [_object(data.get("assignment"))]
    moments = [moment for dates in known if (moment := _moment(dates.get(key))) is not None]
    return max(moments) if len(moments) == len(known) else None


def _name(user: dict[str, Any]) -> str:
    """The platform's name of a person: the name, else the address, else the number."""
    named = (user.get(key) for key in ("name", "email", "sid"))
    return next((one_line(value) for value in named if isinstance(value, str) and value.strip()), "")


def _id(value: object) -> str:
    return f"submission-{value}" if isinstance(value, int) and not isinstance(value, bool) else "submission"


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _moment(value: object) -> datetime | None:
    """ISO 8601 with an offset; one without is taken as UTC."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
