"""Go on where a run was cut off: a result that is on disk, for the same input and the same grader, is kept.

Each result is written with a fingerprint of all that decides it. A run that did not end, or that left
submissions not graded, is continued by the same command; one that is complete is done anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import msgspec

from notegrad.batch.journal import JOURNAL_FILE, versions
from notegrad.records import GradingResult, Record, Submission
from notegrad.results.text import escape_unprintable
from notegrad.results.writer import record_path, write_atomically

MAX_RECORD_BYTES = 64 << 20
_FINGERPRINT_LENGTH = 32


class Kept(Record, frozen=True, kw_only=True):
    """What lies in a submission's record: the whole result, and what it is the result of."""

    fingerprint: str
    result: GradingResult


def fingerprint(submission: Submission, bundle_digest: str) -> str:
    """A digest of all that decides a result: the bundle, the notebook with its files, and the versions."""
    parts = (bundle_digest, sorted(versions().items()), submission)
    return hashlib.sha256(msgspec.msgpack.encode(parts)).hexdigest()[:_FINGERPRINT_LENGTH]


def write_record(out: Path, submission: Submission, result: GradingResult, bundle_digest: str) -> None:
    """Write a submission's record, whole or not at all. Raises InputError where it cannot be written."""
    kept = Kept(fingerprint=fingerprint(submission, bundle_digest), result=result)
    text = escape_unprintable(msgspec.json.encode(kept).decode())
    write_atomically(out / record_path(submission.id), text.encode())


def results_to_keep(
    out: Path, submissions: Sequence[Submission], bundle_digest: str
) -> dict[int, GradingResult]:
    """The results, by the index of their submission, that a continued run need not make again.

    None where the last run was complete, or where there was none. Records that cannot be read do not count.
    """
    if not _was_cut_off(out / JOURNAL_FILE):
        return {}
    found = {}
    for index, submission in enumerate(submissions):
        path = out / record_path(submission.id)
        try:
            if path.stat().st_size > MAX_RECORD_BYTES:
                continue
            kept = msgspec.json.decode(path.read_bytes(), type=Kept)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            continue
        if kept.result.status != "not_graded" and kept.fingerprint == fingerprint(submission, bundle_digest):
            found[index] = kept.result
    return found


def _was_cut_off(journal: Path) -> bool:
    """Whether the last run in the journal did not end, or left submissions not graded."""
    last: dict[str, object] = {}
    try:
        with journal.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if '"run_started"' in line or '"run_finished"' in line:
                    last = _object(line) or last
    except OSError:
        return False
    if last.get("event") == "run_started":
        return True
    return last.get("event") == "run_finished" and (
        last.get("ended") != "complete" or bool(last.get("not_graded"))
    )


def _object(line: str) -> dict[str, object]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
