"""Runs jobs with an engine; submissions with the same cells and files are graded once.

Nothing but cells, files and the bundle decides a result: two equal notebooks get equal results, and the
second costs nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from notegrad.batch.bundle_facts import BundleFacts
from notegrad.batch.engines.engine_choice import EngineOptions
from notegrad.batch.engines.grader_protocol import Failed, GradingJob
from notegrad.batch.engines.ledger import Event, Ledger
from notegrad.batch.engines.make_engine import make_engine
from notegrad.batch.record_file import content_digest
from notegrad.errors import InputError
from notegrad.messages import Message
from notegrad.records import GradingResult, Submission


def run_jobs(
    facts: BundleFacts,
    jobs: Sequence[GradingJob],
    options: EngineOptions,
    *,
    results: list[GradingResult | None],
    on_event: Callable[[Event], None],
    on_start_failure: Callable[[Failed], None],
    known: Mapping[str, GradingResult] | None = None,
) -> None:
    """Fill `results`, one for each job, as results come; what is there when this raises stays.

    known: results by `content_digest` that need not be made again. Events count all jobs. Raises InputError
    or SandboxError where no grader can start.
    """
    if options.graders < 1:
        raise InputError(Message("workers_too_few", graders=options.graders))
    shared = _SharedResults(jobs, results, on_event)
    indices = [index for index in shared.originals if not shared.takes_known(index, known or {})]
    by_id = {jobs[index].submission.id: index for index in indices}
    ledger = Ledger(
        [jobs[index] for index in indices],
        assignment=facts.settings.slug,
        on_event=lambda event: shared.take(by_id[event.submission.id], event),
        on_start_failure=on_start_failure,
        language=facts.settings.language,
    )
    with tempfile.TemporaryDirectory(prefix="notegrad-") as logs:
        make_engine(facts, options, ledger, logs=Path(logs)).run()


class _SharedResults:
    """Gives each result to its job and to the jobs with the same content, and tells of it."""

    def __init__(
        self,
        jobs: Sequence[GradingJob],
        results: list[GradingResult | None],
        on_event: Callable[[Event], None],
    ) -> None:
        self.originals, self._duplicates = _grouped(jobs)
        self._jobs, self._results, self._on_event = jobs, results, on_event
        self._done = 0

    def take(self, index: int, event: Event) -> None:
        """Take what happened to the job of that index."""
        if event.result is not None:
            self._results[index] = event.result
        self._tell(event)
        if event.result is not None:
            self._copy(self._duplicates.get(index, ()), event.result)

    def takes_known(self, index: int, known: Mapping[str, GradingResult]) -> bool:
        """Whether the result of a job and its duplicates is known; they have it then."""
        result = known.get(content_digest(self._jobs[index].submission))
        if result is None or self._jobs[index].submission.unreadable is not None:
            return False
        self._copy((index, *self._duplicates.get(index, ())), result)
        return True

    def _copy(self, indices: Sequence[int], result: GradingResult) -> None:
        for index in indices:
            submission = self._jobs[index].submission
            self._results[index] = own = as_of(submission, result)
            self._tell(Event(kind="same_as", submission=submission, result=own, same_as=result.submission))

    def _tell(self, event: Event) -> None:
        self._done += event.result is not None
        self._on_event(msgspec.structs.replace(event, done=self._done, total=len(self._jobs)))


def as_of(submission: Submission, result: GradingResult) -> GradingResult:
    """Another submission's result as this one's: only the identity differs."""
    return msgspec.structs.replace(result, submission=submission.id, student=submission.student)


def _grouped(jobs: Sequence[GradingJob]) -> tuple[list[int], dict[int, list[int]]]:
    """Jobs to do, and by each the later ones with the same content; what is unreadable has none."""
    originals: list[int] = []
    duplicates: dict[int, list[int]] = {}
    first: dict[object, int] = {}
    for index, job in enumerate(jobs):
        content = (content_digest(job.submission), job.only)
        if job.submission.unreadable is None and content in first:
            duplicates.setdefault(first[content], []).append(index)
        else:
            if job.submission.unreadable is None:
                first[content] = index
            originals.append(index)
    return originals, duplicates
