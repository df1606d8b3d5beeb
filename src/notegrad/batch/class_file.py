"""The class list beside the results: what `notegrad gradebook` needs long after the grading."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from notegrad.batch.record_file import fingerprint
from notegrad.errors import InputError
from notegrad.records import SCHEMA_VERSION, ClassList, GradingResult, Record, Submission
from notegrad.results.writer import record_path, write_atomically

CLASS_FILE = "class.json"
MAX_CLASS_BYTES = 256 << 20
MAX_RECORD_BYTES = 64 << 20


class _Kept(Record, frozen=True, kw_only=True):
    """What is needed of the record beside a result."""

    fingerprint: str
    result: GradingResult


def write_class(
    out: Path, class_list: ClassList, submissions: Sequence[Submission], bundle_digest: str
) -> None:
    """Writes `out/class.json` before a run, with which results there are out of date. Raises InputError."""
    wanted = {submission.id: fingerprint(submission, bundle_digest) for submission in submissions}
    handed = []
    for one in class_list.handed:
        there = _kept(out / record_path(one.submission))
        old = there.fingerprint if there and there.fingerprint != wanted.get(one.submission) else ""
        handed.append(msgspec.structs.replace(one, outdated=old))
    stored = msgspec.structs.replace(class_list, handed=tuple(handed))
    write_atomically(out / CLASS_FILE, msgspec.json.format(msgspec.json.encode(stored), indent=1))


def read_stored(out: Path) -> tuple[ClassList, dict[str, GradingResult]]:
    """The class list of a folder and the results that belong to it, by submission.

    A result of an earlier notebook or bundle, that a run which was cut off did not come to, is none. Raises
    InputError where the folder has no class list.
    """
    path = out / CLASS_FILE
    try:
        if path.stat().st_size > MAX_CLASS_BYTES:
            raise InputError(f"{path} is larger than {MAX_CLASS_BYTES >> 20} MiB: grade again.")
        class_list = msgspec.json.decode(path.read_bytes(), type=ClassList)
    except FileNotFoundError:
        raise InputError(
            f"{path} does not exist: give the folder that `notegrad grade` wrote with --out."
        ) from None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read ({error}): grade again, which keeps the results.") from None
    if class_list.schema_version != SCHEMA_VERSION:
        raise InputError(f"{path} is of another version of notegrad: grade again.")
    results: dict[str, GradingResult] = {}
    for handed in class_list.handed:
        kept = _kept(out / record_path(handed.submission))
        if kept is not None and kept.fingerprint != handed.outdated:
            results[handed.submission] = kept.result
    return class_list, results


def _kept(path: Path) -> _Kept | None:
    try:
        if path.stat().st_size > MAX_RECORD_BYTES:
            return None
        return msgspec.json.decode(path.read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
