"""The dates of an assignment for one student, and what follows from them at a moment; pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from notegrad.records import Record
from notegrad.results.pages.visibility import Moment

Phase = Literal["draft", "not_open", "open", "late", "closed"]


class Dates(Record, frozen=True, kw_only=True):
    """The dates of an assignment, a student's extension included; `late_until` is the last moment.

    Without `late_until` nothing is taken after `due`; without `due` there is no end but the state `closed`.
    """

    state: str = "open"
    opens: datetime | None = None
    due: datetime | None = None
    late_until: datetime | None = None
    tolerance_s: int = 0
    published: datetime | None = None
    is_held: bool = False

    @property
    def last_moment(self) -> datetime | None:
        """The moment after which nothing is taken, tolerance left aside."""
        if self.due is not None and self.late_until is not None:
            return max(self.due, self.late_until)
        return self.late_until or self.due

    def phase(self, now: datetime) -> Phase:
        """What an upload at that moment would be."""
        grace = timedelta(seconds=self.tolerance_s)
        if self.state == "draft":
            return "draft"
        if self.state == "closed":
            return "closed"
        if self.opens is not None and now < self.opens:
            return "not_open"
        last = self.last_moment
        if last is not None and now > last + grace:
            return "closed"
        if self.due is not None and now > self.due + grace:
            return "late"
        return "open"

    def moment(self, now: datetime) -> Moment:
        """What a student may read of hidden test cases at that moment; whose results are held back, least."""
        if self.is_held:
            return "before_due_date"
        if self.published is not None and now >= self.published:
            return "published"
        last = self.last_moment
        is_over = self.state == "closed" or (
            last is not None and now > last + timedelta(seconds=self.tolerance_s)
        )
        return "after_due_date" if is_over else "before_due_date"
