"""The state of attempts as a student may read it now: where it is in the queue, its score, which one counts."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from notegrad.records import Record
from notegrad.results.pages.visibility import Moment
from notegrad.server.models import Assignment, HandIn, ResultVersion
from notegrad.server.queue import queue
from notegrad.server.result_rows import ShownScore, decided, shown_score, unpacked, visibility_of, whole_score
from notegrad.server.student.receiving import dates_for

ShownState = Literal["waiting", "grading", "graded", "not_graded", "unreadable"]

WORKER_SEEN_S = 60.0
RECENT = 20
FIRST_GUESS_S = 10.0


class ShownAttempt(Record, frozen=True, kw_only=True):
    """An attempt as its page shows it; `ahead` and `minutes` while it waits, `mark` changes whenever the page must.

    `score` is None where nothing was graded yet, or where our fault left nothing.
    """

    state: ShownState
    score: ShownScore | None = None
    ahead: int = 0
    minutes: int | None = None
    is_again: bool = False
    mark: str = ""

    @property
    def is_pending(self) -> bool:
        """Whether the page has to look again."""
        return self.state in ("waiting", "grading") or self.is_again


def moment_for(hand_in: HandIn, now: datetime) -> Moment:
    """What the attempt's student may read at that moment."""
    return dates_for(hand_in.assignment, hand_in.user).moment(now)


def shown_attempt(hand_in: HandIn, moment: Moment) -> ShownAttempt:
    """The attempt as its student may see it at a moment."""
    job = hand_in.job
    is_open = job is not None and job.state in ("ready", "running")
    if hand_in.current is not None:
        result = unpacked(hand_in.current)
        score = decided(shown_score(result, moment, visibility_of(hand_in)), hand_in)
        state: ShownState = "unreadable" if result.status == "unreadable" else "graded"
        mark = f"{state}-{hand_in.current_id}-{int(is_open)}-{moment}-{score.score:g}"
        return ShownAttempt(state=state, score=score, is_again=is_open, mark=mark)
    if not is_open or job is None:
        return ShownAttempt(state="not_graded", mark="not_graded")
    if job.state == "running":
        return ShownAttempt(state="grading", mark=f"grading-{job.epoch}")
    ahead = queue.ahead_of(job)
    minutes = _minutes(job.queue, ahead)
    return ShownAttempt(state="waiting", ahead=ahead, minutes=minutes, mark=f"waiting-{ahead}-{minutes}")


def _minutes(queue_name: str, ahead: int) -> int | None:
    """The minutes until a job is done, by what the last ones took; None where no worker is there to do it."""
    workers = queue.living_workers(queue_name, WORKER_SEEN_S)
    if not workers:
        return None
    recent = list(ResultVersion.objects.order_by("-pk").values_list("duration_s", flat=True)[:RECENT])
    each_s = statistics.median(recent) if recent else FIRST_GUESS_S
    return max(1, math.ceil((ahead / workers + 1) * each_s / 60))


def counting(assignment: Assignment, hand_ins: Sequence[HandIn], moments: Sequence[ShownAttempt]) -> HandIn | None:
    """The attempt that counts; None where there is none, or where saying it would tell of hidden test cases.

    What could not be graded through our fault does not stand in an earlier attempt's way.
    """
    if assignment.counts == "latest":
        return next((h for h in reversed(hand_ins) if h.state != "not_graded"), None)
    graded = [(h, s) for h, s in zip(hand_ins, moments, strict=True) if h.current is not None]
    if not graded or any(s.score is not None and not s.score.is_final for _, s in graded):
        return None
    return max((h for h, _ in graded), key=lambda h: (whole_score(h), h.number))


class HistoryLine(Record, frozen=True, kw_only=True):
    """A line of the history: the attempt, as it is shown, and whether it counts."""

    hand_in: HandIn
    shown: ShownAttempt
    counts: bool


def history_of(assignment: Assignment, user_id: int, now: datetime) -> tuple[HistoryLine, ...]:
    """All attempts of a student, the newest first."""
    related = ("assignment", "user", "current__bundle", "job", "override")
    found = list(HandIn.objects.filter(assignment=assignment, user_id=user_id).select_related(*related))
    moment = moment_for(found[0], now) if found else "before_due_date"  # the same for all of one student's
    shown = [shown_attempt(hand_in, moment) for hand_in in found]
    counts = counting(assignment, found, shown)
    lines = (HistoryLine(hand_in=h, shown=s, counts=h is counts) for h, s in zip(found, shown, strict=True))
    return tuple(lines)[::-1]
