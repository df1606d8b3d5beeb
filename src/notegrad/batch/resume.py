"""Go on where a run was cut off: a result that is on disk, for the same input and the same grader, is kept.

Each result is written with a fingerprint of all that decides it. A run that did not end, or that left
submissions not graded, is continued by the same command; one that is complete is done anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from notegrad.batch.journal import JOURNAL_FILE, last_run
from notegrad.batch.record_file import fingerprint, read_record
from notegrad.records import GradingResult, Submission
from notegrad.results.writer import record_path


def results_to_keep(
    out: Path, submissions: Sequence[Submission], bundle_digest: str
) -> dict[int, GradingResult]:
    """The results, by the index of their submission, that a continued run need not make again.

    None where the last run was complete, or where there was none. Records that cannot be read do not count.
    """
    run = last_run(out / JOURNAL_FILE)
    if not run.started or run.complete:
        return {}
    found = {}
    for index, submission in enumerate(submissions):
        stored = read_record(out / record_path(submission.id))
        if stored is None:
            continue
        if stored.result.status != "not_graded" and stored.fingerprint == fingerprint(
            submission, bundle_digest
        ):
            found[index] = stored.result
    return found
