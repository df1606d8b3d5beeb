"""The rule of when a score that could not be sent is tried again, and when it is given up; pure."""

from __future__ import annotations

from notegrad.grading.retries import MAX_PASSBACK_TRIES

BACK_OFF_S = (30.0, 120.0, 600.0, 3_600.0, 3 * 3_600.0, 6 * 3_600.0, 12 * 3_600.0)
DAY_S = 24 * 3_600.0


def pause_after(tries: int) -> float | None:
    """The pause in s after so many tries, longer each time, at last a day; None where it is given up."""
    if tries >= MAX_PASSBACK_TRIES:
        return None
    return BACK_OFF_S[tries - 1] if tries <= len(BACK_OFF_S) else DAY_S
