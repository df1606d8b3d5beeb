"""The rule of how often a job is begun, when it is begun alone, and when it has failed for good; pure.

A *fault* is a try in which its grader died, hung or failed while the job was in it: that may be the job's
doing. A *loss* is a start of which nothing came for another reason: the worker was killed or cut off, or no
grader could be started. A loss is no fault; but nothing goes round for ever.
"""

from __future__ import annotations

from notegrad.grading.retries import MAX_JOB_STARTS, MAX_JOB_TRIES
from notegrad.records import Record

SUSPECT_STARTS = 3
"""After so many starts of which nothing came, a job is begun alone: it may be what ends workers."""


class JobNext(Record, frozen=True, kw_only=True):
    """What follows for a job: it has failed for good, or waits for its next start, perhaps alone."""

    is_over: bool
    is_alone: bool = False


def after_fault(faults: int, starts: int, *, max_tries: int = MAX_JOB_TRIES) -> JobNext:
    """What follows after so many faults, the last one included: the last try is made alone."""
    is_last_next = faults + 1 >= max_tries
    return JobNext(is_over=faults >= max_tries, is_alone=is_last_next or starts >= SUSPECT_STARTS)


def after_loss(starts: int, *, max_starts: int = MAX_JOB_STARTS) -> JobNext:
    """What follows after so many starts, the lost one included."""
    return JobNext(is_over=starts >= max_starts, is_alone=starts >= SUSPECT_STARTS)
