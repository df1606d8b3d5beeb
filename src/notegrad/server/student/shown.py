"""The state of attempts as a student may read it now: where it is in the queue, its score, which one counts."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from notegrad.marks.final_mark import is_scored
from notegrad.records import Record
from notegrad.results.pages.visibility import Moment
from notegrad.server.models import Assignment, HandIn, ResultVersion
from notegrad.server.queue import queue
from notegrad.server.page_marks import PageMarks, better
from notegrad.server.result_rows import ShownScore, marks_of, shown_mark, unpacked, visibility_of
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
    is_late: bool = False
    mark: str = ""

    @property
    def is_pending(self) -> bool:
        """Whether the page has to look again."""
        return self.state in ("waiting", "grading") or self.is_again


def moment_for(hand_in: HandIn, now: datetime) -> Moment:
    """What the attempt's student may read at that moment."""
    return dates_for(hand_in.assignment, hand_in.user).moment(now)


def shown_attempt(
    hand_in: HandIn, moment: Moment, marks: PageMarks | None = None, language: str = ""
) -> ShownAttempt:
    """The attempt as its student may see it at a moment; `marks` where many are read at once."""
    job = hand_in.job
    is_open = job is not None and job.state in ("ready", "running")
    language = language or hand_in.assignment.course.language
    known = marks or marks_of([hand_in], language)
    is_late = known.lateness(hand_in) is not None
    if hand_in.current is not None or known.decisions(hand_in):
        machine = unpacked(hand_in.current) if hand_in.current else known.machine(hand_in)
        marked = known.marked(hand_in, machine)
        if hand_in.current is not None or is_scored(marked):
            score = shown_mark(machine, marked, moment, visibility_of(hand_in), language)
            state: ShownState = "unreadable" if machine.status == "unreadable" else "graded"
            mark = f"{state}-{hand_in.current_id}-{int(is_open)}-{moment}-{score.score:g}"
            return ShownAttempt(state=state, score=score, is_again=is_open, mark=mark, is_late=is_late)
    if not is_open or job is None:
        return ShownAttempt(state="not_graded", mark="not_graded", is_late=is_late)
    if job.state == "running":
        return ShownAttempt(state="grading", mark=f"grading-{job.epoch}", is_late=is_late)
    ahead = queue.ahead_of(job)
    minutes = _minutes(job.queue, ahead)
    mark = f"waiting-{ahead}-{minutes}"
    return ShownAttempt(state="waiting", ahead=ahead, minutes=minutes, mark=mark, is_late=is_late)


def _minutes(queue_name: str, ahead: int) -> int | None:
    """The minutes until a job is done, by what the last ones took; None where no worker is there to do it."""
    workers = queue.living_workers(queue_name, WORKER_SEEN_S)
    if not workers:
        return None
    recent = list(ResultVersion.objects.order_by("-pk").values_list("duration_s", flat=True)[:RECENT])
    each_s = statistics.median(recent) if recent else FIRST_GUESS_S
    return max(1, math.ceil((ahead / workers + 1) * each_s / 60))


def counting(
    assignment: Assignment, hand_ins: Sequence[HandIn], moments: Sequence[ShownAttempt], marks: PageMarks
) -> HandIn | None:
    """The attempt that counts; None where there is none, or where saying it would tell of hidden test cases.

    What could not be graded through our fault does not stand in an earlier attempt's way.
    """
    if assignment.counts == "latest":
        both = list(zip(hand_ins, moments, strict=True))[::-1]
        return next((h for h, s in both if s.state != "not_graded"), None)
    graded = [(h, s) for h, s in zip(hand_ins, moments, strict=True) if s.score is not None]
    if not graded or any(s.score is not None and not s.score.is_final for _, s in graded):
        return None
    return max((h for h, _ in graded), key=lambda h: better(marks, h))


class HistoryLine(Record, frozen=True, kw_only=True):
    """A line of the history: the attempt, as it is shown, and whether it counts."""

    hand_in: HandIn
    shown: ShownAttempt
    counts: bool


def history_of(
    assignment: Assignment, user_id: int, now: datetime, language: str = ""
) -> tuple[HistoryLine, ...]:
    """All attempts of a student, the newest first."""
    related = ("assignment__course", "assignment__bundle", "user", "current__bundle", "job")
    found = list(HandIn.objects.filter(assignment=assignment, user_id=user_id).select_related(*related))
    moment = moment_for(found[0], now) if found else "before_due_date"  # the same for all of one student's
    marks = marks_of(found, language)
    shown = [shown_attempt(hand_in, moment, marks, language) for hand_in in found]
    counts = counting(assignment, found, shown, marks)
    lines = (HistoryLine(hand_in=h, shown=s, counts=h is counts) for h, s in zip(found, shown, strict=True))
    return tuple(lines)[::-1]
