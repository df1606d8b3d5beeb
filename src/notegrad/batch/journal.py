"""The journal of a run: `run.jsonl`, one JSON object a line, for machines.

Lines are appended and flushed as things happen, so that a run that was cut off can be read to its end. The
fields of each kind of line are in `docs/formats.md`.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from notegrad.batch.bundle_facts import BundleFacts
from notegrad.batch.engines.engine_choice import EngineOptions
from notegrad.batch.engines.grader_protocol import Failed
from notegrad.batch.engines.ledger import Event
from notegrad.batch.versions import versions
from notegrad.errors import InputError
from notegrad.messages import Message
from notegrad.records import SCHEMA_VERSION, Record
from notegrad.results.text import escape_unprintable

JOURNAL_FILE = "run.jsonl"


class LastRun(Record, frozen=True, kw_only=True):
    """The last run of a journal; `ended` is empty where it did not end."""

    started: bool = False
    assignment: str = ""
    ids: tuple[str, ...] = ()
    ended: str = ""
    not_graded: int = 0

    @property
    def complete(self) -> bool:
        """Whether it graded everything that it was given."""
        return self.ended == "complete" and not self.not_graded


class _Line(Record, frozen=True, kw_only=True):
    """A line, as far as it is read."""

    event: str
    assignment: str = ""
    ids: tuple[str, ...] = ()
    ended: str = ""
    not_graded: int = 0


class Journal:
    """Appends to `out/run.jsonl`; with `out=None` it writes nothing."""

    def __init__(self, out: Path | None) -> None:
        """Opens the journal. Raises InputError where it cannot be written."""
        self._path = None if out is None else out / JOURNAL_FILE
        self._started = time.monotonic()
        try:
            if self._path is not None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
            self._stream = None if self._path is None else self._path.open("a", encoding="utf-8")
            if self._stream is not None and _was_cut_off(self._path):
                self._stream.write("\n")  # what was being written when the power went stays a line of its own
        except OSError as error:
            raise self._unwritable(error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is not None:
            self._stream.close()

    def write(self, event: str, **facts: object) -> None:
        """Appends one line: the event, when it happened, and the facts. Raises InputError where it cannot."""
        if self._stream is None:
            return
        line = {"event": event, "time": datetime.now(UTC).isoformat(timespec="milliseconds"), **facts}
        try:
            text = json.dumps(line, allow_nan=False, ensure_ascii=False)
            self._stream.write(escape_unprintable(text) + "\n")
            self._stream.flush()
        except OSError as error:
            raise self._unwritable(error) from None

    def run_started(
        self,
        facts: BundleFacts,
        options: EngineOptions,
        *,
        ids: Sequence[str],
        kept: int,
    ) -> None:
        """The first line of a run: what grades what, with which versions; `kept` counts results of before."""
        self.write(
            "run_started",
            schema_version=SCHEMA_VERSION,
            assignment=facts.settings.slug,
            bundle_sha256=facts.digest,
            submissions=len(ids),
            kept=kept,
            engine=options.engine.kind,
            workers=options.graders,
            unsafe=options.unsafe,
            versions=versions(),
            ids=list(ids),
        )

    def submission_event(self, event: Event) -> None:
        """One line for what happened to one submission."""
        self.write(f"submission_{event.kind}", **event_facts(event))

    def start_failed(self, failure: Failed) -> None:
        """One line for a grader process that could not start, or a worker of a cluster that has left."""
        self.write("worker_failed", error=failure.error, detail=failure.detail)

    def run_finished(self, *, graded: int, not_graded: int, ended: str) -> None:
        """The last line of a run, on disk for good: how many have a result, and how it ended."""
        duration_s = round(time.monotonic() - self._started, 3)
        self.write("run_finished", graded=graded, not_graded=not_graded, ended=ended, duration_s=duration_s)
        if self._stream is not None:
            os.fsync(self._stream.fileno())

    def _unwritable(self, error: OSError) -> InputError:
        return InputError(Message("cannot_write_out", path=self._path, x=error.strerror or error))


def last_run(journal: Path) -> LastRun:
    """The last `notegrad grade` that a journal tells of; an empty one where there is none."""
    found = LastRun()
    try:
        with journal.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if '"run_started"' in line or '"run_finished"' in line:
                    found = _read_line(line, found)
    except OSError:
        return LastRun()
    return found


def _read_line(line: str, before: LastRun) -> LastRun:
    try:
        entry = msgspec.json.decode(line, type=_Line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return before
    if entry.event == "run_started":
        return LastRun(started=True, assignment=entry.assignment, ids=entry.ids)
    if entry.event == "run_finished":
        return msgspec.structs.replace(before, ended=entry.ended, not_graded=entry.not_graded)
    return before


def event_facts(event: Event) -> dict[str, object]:
    """The facts that a line gives of an event of a submission."""
    facts: dict[str, object] = {"submission": event.submission.id, "attempt": event.try_number}
    if event.same_as:
        facts["same_as"] = event.same_as
    if event.kind in ("started", "same_as"):
        facts |= {"student": event.submission.student, "source": event.submission.source}
    if event.failure is not None:
        facts |= {"error": event.failure.error, "detail": event.failure.detail}
    if (result := event.result) is not None:
        timings = result.timings
        facts |= {
            "status": result.status,
            "score": None if result.status == "not_graded" else round(result.score, 6),
            "max_score": round(result.max_score, 6),
            "reason": result.reason,
            "tier": result.run.tier if result.run else "",
            "timings": {
                "total_s": round(timings.total_s, 3),
                "start_s": round(timings.start_s, 3),
                "notebook_s": round(timings.notebook_s, 3),
                "tests_s": round(timings.tests_s, 3),
            },
        }
    return facts


def _was_cut_off(path: Path | None) -> bool:
    """Whether the file's last line was cut off."""
    if path is None or path.stat().st_size == 0:
        return False
    with path.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) != b"\n"
