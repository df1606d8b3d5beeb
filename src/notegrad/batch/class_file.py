"""The class list beside the results: what `notegrad gradebook` needs long after the grading."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from notegrad.batch.record_file import fingerprint
from notegrad.errors import InputError
from notegrad.messages import Message
from notegrad.records import SCHEMA_VERSION, ClassList, GradingResult, Record, Submission
from notegrad.results.writer import record_path, write_atomically

CLASS_FILE = "class.json"
MAX_CLASS_BYTES = 256 << 20
MAX_RECORD_BYTES = 64 << 20


class _StoredScore(Record, frozen=True, kw_only=True):
    """The record beside a result, as far as it is needed here."""

    fingerprint: str
    result: GradingResult


def write_class(
    out: Path, class_list: ClassList, submissions: Sequence[Submission], bundle_digest: str
) -> None:
    """Writes `out/class.json` before a run, with which results there are out of date. Raises InputError."""
    wanted = {submission.id: fingerprint(submission, bundle_digest) for submission in submissions}
    handed = []
    for one in class_list.handed:
        stored = _stored(out / record_path(one.submission))
        outdated = stored.fingerprint if stored and stored.fingerprint != wanted.get(one.submission) else ""
        handed.append(msgspec.structs.replace(one, outdated=outdated))
    class_list = msgspec.structs.replace(class_list, handed=tuple(handed))
    write_atomically(out / CLASS_FILE, msgspec.json.format(msgspec.json.encode(class_list), indent=1))


def read_stored(out: Path) -> tuple[ClassList, dict[str, GradingResult]]:
    """The class list of a folder and the results that belong to it, by submission.

    A result of an earlier notebook or bundle, that a run which was cut off did not come to, is none. Raises
    InputError where the folder has no class list.
    """
    path = out / CLASS_FILE
    try:
        if path.stat().st_size > MAX_CLASS_BYTES:
            raise InputError(Message("class_too_large", path=path, max_class_bytes=MAX_CLASS_BYTES >> 20))
        class_list = msgspec.json.decode(path.read_bytes(), type=ClassList)
    except FileNotFoundError:
        raise InputError(Message("class_file_missing", path=path)) from None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError(Message("class_unreadable", path=path, error=error)) from None
    if class_list.schema_version != SCHEMA_VERSION:
        raise InputError(Message("class_other_version", path=path))
    results: dict[str, GradingResult] = {}
    for handed in class_list.handed:
        stored = _stored(out / record_path(handed.submission))
        if stored is not None and stored.fingerprint != handed.outdated:
            results[handed.submission] = stored.result
    return class_list, results


def _stored(path: Path) -> _StoredScore | None:
    try:
        if path.stat().st_size > MAX_RECORD_BYTES:
            return None
        return msgspec.json.decode(path.read_bytes(), type=_StoredScore)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
