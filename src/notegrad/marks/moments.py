"""Reads moments as people and platforms write them, and counts days by a clock on the wall.

A moment without an offset is a school's own clock. Where that clock shows a time twice (in autumn) or never
(in spring), the reading that serves the student holds: a due date is the later one, a hand-in the earlier.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from notegrad.intake.written_dates import hour_of_day, month_of

YEARS = range(1990, 2200)

_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ]+(\d\d?:\d\d(?::\d\d)?)(?:[.,](\d{1,6})\d*)?\s*(Z|UTC|[+-]\d\d:?\d\d)?",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"(?:\w+,? )?(?:(?P<day>\d{1,2})(?:er)? (?P<month>[^\W\d]+)\.?|(?P<month2>[^\W\d]+)\.? (?P<day2>\d{1,2}))"
    r",? (?P<year>\d{4}),? (?:à |at )?(?P<hour>\d{1,2})[:h](?P<minute>\d\d)(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
)


def zone_of(name: str) -> tzinfo | None:
    """The time zone of this name; None where there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, OSError, KeyError):  # no such zone, a folder of zones, no name of a file
        return None


def time_of(text: str) -> datetime | None:
    """The day and time that a text says, with its offset where it says one; None where it says no such thing.

    Read are ISO 8601 (`2026-03-01 23:59`, `...T22:59:00Z`) and what Moodle writes in French and English.
    """
    compact = " ".join(text.split())
    try:
        found = _iso(compact) or _words(compact)
    except ValueError:  # the 30th of February
        return None
    return found if found is not None and found.year in YEARS else None


def _iso(text: str) -> datetime | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    day, clock, fraction, offset = match.groups()
    offset = "+00:00" if (offset or "").upper() in ("Z", "UTC") else offset or ""
    found = datetime.fromisoformat(f"{day} {clock.zfill(8 if clock.count(':') == 2 else 5)}{offset}")
    return found.replace(microsecond=int((fraction or "0").ljust(6, "0")))


def _words(text: str) -> datetime | None:
    match = _WORDS.fullmatch(text)
    if match is None:
        return None
    month = month_of(match["month"] or match["month2"])
    hour = hour_of_day(int(match["hour"]), match["half"])
    day = int(match["day"] or match["day2"])
    return datetime(int(match["year"]), month, day, hour, int(match["minute"]))  # noqa: DTZ001 (a school's own clock)


def latest(time: datetime, zone: tzinfo | None) -> datetime | None:
    """The moment in UTC, the later one where a clock shows the time twice; None where no offset is known."""
    both = _both(time, zone)
    return max(both) if both else None


def earliest(time: datetime, zone: tzinfo | None) -> datetime | None:
    """The moment in UTC, the earlier one where a clock shows a time twice; None where no offset is known."""
    both = _both(time, zone)
    return min(both) if both else None


def _both(time: datetime, zone: tzinfo | None) -> tuple[datetime, ...]:
    if time.tzinfo is not None:
        return (time.astimezone(UTC),)
    if zone is None:
        return ()
    return tuple(time.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


def on_the_clock(time: datetime, zone: tzinfo | None) -> datetime:
    """The time as a clock in the zone shows it, without an offset; without a zone, as it was written."""
    local = time if time.tzinfo is None or zone is None else time.astimezone(zone)
    return local.replace(tzinfo=None)


def days_begun(due: datetime, received: datetime, zone: tzinfo | None) -> int:
    """The number of days that have begun between a due date and a later moment in UTC.

    A day ends at the same time on the clock, so that the days on which it changes are days too. Without a
    zone, days are those of the due date's own offset.
    """
    clock = zone or due.tzinfo
    shown, first = on_the_clock(due, zone), _at(due, clock)
    days = max(0, (received - first).days - 1)
    while received > (_at(shown + timedelta(days=days), clock) if days else first):
        days += 1
    return days


def _at(time: datetime, zone: tzinfo | None) -> datetime:
    found = latest(time, zone)
    return found if found is not None else time.replace(tzinfo=UTC)
