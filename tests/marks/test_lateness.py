"""Lateness: what platforms write is read, days are days of the clock, and doubt serves the student."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notegrad.marks.lateness import DueDate, Lateness, LateRule, extended, lateness, later, moment_of_due
from notegrad.marks.moments import time_of
from notegrad.settings import LateSettings

PARIS = LateSettings(due="2026-03-01 23:59", timezone="Europe/Paris", percent_per_day=10)


def late(received: str, **changes: object) -> Lateness | None:
    settings = LateSettings(
        **({"due": PARIS.due, "timezone": PARIS.timezone, "percent_per_day": 10} | changes)
    )
    return lateness(
        received, LateRule(settings=settings, date=DueDate(due=settings.due, cut_off=settings.cut_off))
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-12-02 02:52:07.938335000 Z", "2023-12-02T02:52:07.938335+00:00"),
        ("2022-06-25 13:16:26 -0600", "2022-06-25T13:16:26-06:00"),
        ("lundi 3 mars 2025, 14:05", "2025-03-03T14:05:00"),
        ("dimanche 1er février 2026, 09:05", "2026-02-01T09:05:00"),
        ("Monday, 3 March 2025, 2:05 PM", "2025-03-03T14:05:00"),
        ("Monday, 3 March 2025, 12:05 AM", "2025-03-03T00:05:00"),
        ("2026-03-01", None),
        ("2026-02-30 10:00", None),
        ("-", None),
        ("9999-12-31 23:59", None),
    ],
)
def test_moments_as_platforms_write_them(text: str, expected: str | None) -> None:
    """Gradescope's, Moodle's and ISO moments are read as what they say; a day without a time is none."""
    found = time_of(text)
    assert (found and found.isoformat()) == expected


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading(text: str) -> None:
    """A received_at is whatever a platform, or a list, has written: it never ends a run."""
    time_of(text)
    late(text)


@pytest.mark.parametrize(
    ("received", "days", "percent"),
    [
        ("2026-03-01 23:59", None, None),
        ("2026-03-02 00:09", None, None),  # within the grace
        ("2026-03-02 00:10", 1, 10),
        ("2026-03-02 23:59", 1, 10),
        ("2026-03-03 00:00", 2, 20),
        ("2026-03-02T23:30:00Z", 2, 20),  # half past midnight in Paris
        ("2026-03-29 00:00", 28, 100),
    ],
)
def test_days_that_have_begun(received: str, days: int | None, percent: float | None) -> None:
    """Each day begun after the due date takes its per cent, the grace takes nothing, and 100 is all."""
    found = late(received, grace_minutes=10)
    assert (found and (found.days, found.percent)) == (days and (days, percent))


def test_a_day_on_which_the_clock_changes_is_a_day() -> None:
    """Due on the evening before the clock changes: a day later by the clock is one day, not 23 or 25 hours."""
    for due, at_the_end, after in (
        ("2026-03-28 23:59", "2026-03-29 23:59", "2026-03-30 00:00"),
        ("2026-10-24 23:59", "2026-10-25 23:59", "2026-10-26 00:00"),
    ):
        for received, days in ((at_the_end, 1), (after, 2)):
            found = late(received, due=due)
            assert found is not None and found.days == days, received


def test_what_a_clock_shows_twice_serves_the_student() -> None:
    """Half past two came twice on 25 October: due is the second, handed in the first, of the two."""
    assert late("2026-10-25T01:30:00Z", due="2026-10-25 02:30") is None
    assert late("2026-10-25 02:30", due="2026-10-25T00:30:00Z") is None
    assert late("2026-10-25T01:31:00Z", due="2026-10-25 02:30") is not None


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 (times on a clock)
    st.timedeltas(timedelta(seconds=1), timedelta(days=400)),
    st.sampled_from(["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_days_grow_with_time(due: datetime, after: timedelta, zone: str) -> None:
    """A later hand-in is never less late, and days by the clock differ from days of 24 hours by at most one."""
    settings = {"due": due.isoformat(" ", "minutes"), "timezone": zone, "percent_per_day": 1}
    end = moment_of_due(settings["due"], LateSettings(**settings))
    first, second = (late((end + part).isoformat(), **settings) for part in (after / 2, after))
    assert first is not None and second is not None
    assert 1 <= first.days <= second.days
    assert abs(second.days - (after / timedelta(days=1))) < 1 + 2 / 24


def test_after_the_cut_off_nothing_counts() -> None:
    """One minute before the cut-off days count, one after it all is lost."""
    before, after = (late(f"2026-03-08 {clock}", cut_off="2026-03-08 12:00") for clock in ("11:59", "12:01"))
    assert before is not None and after is not None
    assert (before.percent, before.is_cut_off) == (70, False)
    assert (after.percent, after.is_cut_off) == (100, True)


def test_an_unknown_time_takes_nothing() -> None:
    """No time, one that cannot be read, and a school's clock in no known zone: unknown, not late."""
    for received, changes in (
        ("", {}),
        ("hier", {}),
        ("2026-09-01 10:00", {"due": "2026-03-01T23:59+01:00", "timezone": ""}),
    ):
        found = late(received, **changes)
        assert found is not None and found.is_unknown and found.percent == 0


def test_an_extension_moves_the_cut_off_along() -> None:
    """Who may hand in a week later is not cut off on everybody's day; the latest date in a group holds."""
    settings = LateSettings(due="2026-03-22 23:59", cut_off="2026-03-27 12:00", timezone="Europe/Paris")
    own = extended(settings, "2026-03-29 23:59", "", "grippe")
    assert own.cut_off == "2026-04-03 12:00:00"
    everybody = DueDate(due=settings.due, cut_off=settings.cut_off)
    assert later(everybody, own, settings) == later(own, everybody, settings) == own
    assert moment_of_due(own.due, settings) == datetime(
        2026, 3, 29, 23, 59, tzinfo=ZoneInfo("Europe/Paris")
    ).astimezone(UTC)
