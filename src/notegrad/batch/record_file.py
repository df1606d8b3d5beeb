"""Writes and reads what lies beside each result: its record, and the submission that was graded.

The submission is kept, and not only where it came from: a regrade must judge what was judged, although the
folder of an export was moved, or the student has handed in anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from notegrad.batch.bundle_facts import BundleFacts
from notegrad.batch.versions import versions
from notegrad.records import SCHEMA_VERSION, GradingResult, Record, Submission
from notegrad.results.text import escape_unprintable
from notegrad.results.writer import record_path

SUBMISSION_FILE = "submission.msgpack"
MAX_RECORD_BYTES = 64 << 20
MAX_SUBMISSION_BYTES = 128 << 20
_FINGERPRINT_LENGTH = 32


class StoredResult(Record, frozen=True, kw_only=True, rename={"conditions": "world"}):
    """A submission's record: the whole result, and what it is the result of.

    `conditions` and `tests` are those of `BundleFacts`; the file calls the conditions `world`.
    """

    fingerprint: str
    result: GradingResult
    bundle: str = ""
    conditions: dict[str, str] = {}
    tests: dict[str, str] = {}


class _Envelope(Record, frozen=True, kw_only=True):
    """A submission on disk: its bytes and their SHA-256."""

    schema_version: int = SCHEMA_VERSION
    sha256: str
    submission: bytes


def fingerprint(submission: Submission, bundle_digest: str) -> str:
    """A digest of all that decides a result: the bundle, the notebook with its files, and the versions."""
    parts = (bundle_digest, sorted(versions().items()), submission)
    return hashlib.sha256(msgspec.msgpack.encode(parts)).hexdigest()[:_FINGERPRINT_LENGTH]


def content_digest(submission: Submission) -> str:
    """A digest of what is graded: the code cells and the files, whoever handed them in."""
    content = (
        submission.cells,
        submission.files,
        submission.others,
        submission.notes,
        submission.in_text,
    )
    return hashlib.sha256(msgspec.msgpack.encode(content)).hexdigest()


def record_bytes(submission: Submission, result: GradingResult, facts: BundleFacts) -> bytes:
    """The bytes of a submission's record."""
    stored = StoredResult(
        fingerprint=fingerprint(submission, facts.digest),
        result=result,
        bundle=facts.digest,
        conditions=facts.conditions,
        tests=facts.tests,
    )
    return escape_unprintable(msgspec.json.encode(stored).decode()).encode()


def read_record(path: Path) -> StoredResult | None:
    """The record at `path`, or None where it cannot be read or is no record."""
    try:
        if path.stat().st_size > MAX_RECORD_BYTES:
            return None
        return msgspec.json.decode(path.read_bytes(), type=StoredResult)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def submission_path(submission_id: str) -> Path:
    """The path of a submission's file, relative to the output folder."""
    return record_path(submission_id).with_name(SUBMISSION_FILE)


def submission_file(out: Path, submission: Submission) -> dict[str, bytes]:
    """The file of what was handed in, by its name; nothing where it lies there already."""
    data = msgspec.msgpack.encode(submission)
    envelope = msgspec.msgpack.encode(_Envelope(sha256=_sha256(data), submission=data))
    path = out / submission_path(submission.id)
    try:
        if path.stat().st_size == len(envelope) and path.read_bytes() == envelope:
            return {}
    except OSError:
        pass
    return {path.name: envelope}


def read_submission(out: Path, submission_id: str) -> Submission | None:
    """The submission as handed in, or None where it is not there, too large, damaged, or another's."""
    path = out / submission_path(submission_id)
    try:
        if path.stat().st_size > MAX_SUBMISSION_BYTES:
            return None
        envelope = msgspec.msgpack.decode(path.read_bytes(), type=_Envelope)
        if envelope.sha256 != _sha256(envelope.submission):
            return None
        submission = msgspec.msgpack.decode(envelope.submission, type=Submission)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return submission if submission.id == submission_id else None


def changed_parts(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the parts of two mappings that differ, or that only one has; sorted."""
    return tuple(sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
