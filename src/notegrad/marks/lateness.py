"""Computes how late a hand-in is, and what that takes; pure, without a clock of its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from typing import Literal

import msgspec

from notegrad.marks.moments import days_begun, earliest, latest, on_the_clock, time_of, zone_of
from notegrad.records import Record
from notegrad.settings import LateSettings

WHOLE_PERCENT = 100.0

DueSource = Literal["assignment", "extension", "platform"]


class DueDate(Record, frozen=True, kw_only=True):
    """The due date of one hand-in, its cut-off where there is one, and who says so.

    `reason` is that of an extension, for staff alone.
    """

    due: str
    cut_off: str = ""
    source: DueSource = "assignment"
    reason: str = ""


class Lateness(Record, frozen=True, kw_only=True):
    """How late a hand-in is: days that have begun, and the part of the score, in per cent, that they take.

    `is_unknown`: nobody knows when it came, and nothing is taken. `is_cut_off`: it came when none counts.
    """

    due_at: str
    received_at: str = ""
    days: int = 0
    percent: float = 0.0
    is_cut_off: bool = False
    is_unknown: bool = False
    source: DueSource = "assignment"
    reason: str = ""


class LateRule(Record, frozen=True, kw_only=True):
    """The rule for one hand-in: the assignment's, and the date that holds for who handed it in."""

    settings: LateSettings
    date: DueDate


def due_of_assignment(settings: LateSettings) -> DueDate | None:
    """The date that holds for everybody without another; None where the assignment has none."""
    return DueDate(due=settings.due, cut_off=settings.cut_off) if settings.due else None


def extended(settings: LateSettings, due: str, cut_off: str, reason: str) -> DueDate:
    """The date of a student with an extension; the cut-off moves along where the extension names none."""
    return DueDate(due=due, cut_off=cut_off or _moved_along(settings, due), source="extension", reason=reason)


def _moved_along(settings: LateSettings, due: str) -> str:
    zone = zone_of(settings.timezone)
    times = [time_of(text) for text in (settings.due, settings.cut_off, due)]
    if not settings.cut_off or any(time is None for time in times):
        return ""
    was, cut_off, is_now = (on_the_clock(time, zone) for time in times if time is not None)
    moved = (cut_off + (is_now - was)).replace(tzinfo=None if zone else _offset(times))
    return moved.isoformat(" ", "seconds")


def _offset(times: Iterable[datetime | None]) -> tzinfo | None:
    return next((time.tzinfo for time in times if time is not None and time.tzinfo is not None), None)


def moment_of_due(text: str, settings: LateSettings) -> datetime | None:
    """The moment, in UTC, of a due date; None where it cannot be read, or has neither offset nor zone."""
    time = time_of(text)
    return None if time is None else latest(time, zone_of(settings.timezone))


def later(one: DueDate, other: DueDate, settings: LateSettings) -> DueDate:
    """The later of two dates: that of a group in which one has an extension."""
    first, second = moment_of_due(one.due, settings), moment_of_due(other.due, settings)
    return other if first is None or (second is not None and second > first) else one


def shown(text: str, zone: tzinfo | None) -> str:
    """The moment on the clock of the zone, for people; as it was written where that is not known."""
    time = time_of(text)
    if time is None or (zone is None and time.tzinfo is not None):
        return " ".join(text.split())
    return on_the_clock(time, zone).isoformat(" ", "seconds").removesuffix(":00")


def lateness(received_at: str, rule: LateRule) -> Lateness | None:
    """How late a hand-in of this moment is; None where it is in time.

    Unknown where the due date cannot be read either.
    """
    settings, date = rule.settings, rule.date
    zone = zone_of(settings.timezone)
    time, due = time_of(received_at), time_of(date.due)
    end = moment_of_due(date.due, settings)
    found = Lateness(
        due_at=shown(date.due, zone),
        received_at=shown(received_at, zone),
        source=date.source,
        reason=date.reason,
    )
    received = None if time is None else earliest(time, zone)
    if received is None or due is None or end is None:
        return msgspec.structs.replace(found, is_unknown=True)
    if received <= end + timedelta(minutes=settings.grace_minutes):
        return None
    days = days_begun(due, received, zone)
    cut_off = moment_of_due(date.cut_off, settings) if date.cut_off else None
    is_cut_off = cut_off is not None and received > cut_off >= end
    percent = WHOLE_PERCENT if is_cut_off else min(WHOLE_PERCENT, settings.percent_per_day * days)
    return msgspec.structs.replace(found, days=days, percent=percent, is_cut_off=is_cut_off)
