"""Grades many submissions with one bundle; leaves results, a gradebook, a report and a journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from notegrad.batch.bundle_facts import BundleFacts, deadline_s, target_of
from notegrad.batch.engines.engine_choice import LOCAL, EngineChoice
from notegrad.batch.engines.grader_protocol import DEFAULT_FACTORY, Failed, GradingJob
from notegrad.batch.engines.ledger import Event
from notegrad.batch.jobs import Means, run_jobs
from notegrad.batch.journal import Journal
from notegrad.batch.record_file import content_digest
from notegrad.batch.results_folder import write_class, write_missing_pages, write_outcome
from notegrad.batch.resume import results_to_keep
from notegrad.errors import InputError
from notegrad.records import GradingResult, Submission
from notegrad.results.report.report_data import Background

__all__ = ["BundleFacts", "Event", "deadline_s", "grade_all", "grade_target"]


def grade_all(
    bundle_path: Path,
    submissions: Sequence[Submission],
    *,
    out: Path | None,
    workers: int,
    unsafe: bool,
    on_event: Callable[[Event], None],
    factory: str = DEFAULT_FACTORY,
    fresh: bool = False,
    background: Background | None = None,
    device: str | None = None,
    engine: EngineChoice = LOCAL,
    on_start_failure: Callable[[Failed], None] | None = None,
) -> tuple[GradingResult, ...]:
    """Results in the order of the submissions, each written under `out` as soon as it is there.

    `device` is the bundle's unless one is named (grading/devices.py); None there: the CPU. `background` is
    for the report's hints. `factory` names a function `module:name` that a worker calls with the bundle's
    path and `unsafe` to get its grader. A run in `out` that was cut off goes on, unless `fresh`. Submissions
    that cannot be graded through a fault of ours have status `not_graded`. Raises InputError for a bundle or
    a place that cannot be used, SandboxError where no grader starts at all, and lets KeyboardInterrupt
    through after what is graded was written.
    """
    from notegrad.course.bundle import read_bundle

    return grade_target(
        target_of(read_bundle(bundle_path), bundle_path, device=device, background=background),
        submissions,
        out=out,
        workers=workers,
        unsafe=unsafe,
        on_event=on_event,
        factory=factory,
        fresh=fresh,
        engine=engine,
        on_start_failure=on_start_failure,
    )


def grade_target(
    target: BundleFacts,
    submissions: Sequence[Submission],
    *,
    out: Path | None,
    workers: int,
    unsafe: bool,
    on_event: Callable[[Event], None],
    factory: str = DEFAULT_FACTORY,
    fresh: bool = False,
    engine: EngineChoice = LOCAL,
    on_start_failure: Callable[[Failed], None] | None = None,
) -> tuple[GradingResult, ...]:
    """As `grade_all`, for a bundle that was read already."""
    ids = [submission.id for submission in submissions]
    repeated = [name for name, count in Counter(ids).items() if count > 1]
    if repeated:
        raise InputError(
            f"The submission id {min(repeated)!r} occurs twice: results would overwrite each other."
        )
    means = Means(workers=workers, engine=engine, unsafe=unsafe, factory=factory)
    kept = {} if out is None or fresh else results_to_keep(out, submissions, target.digest)
    pending = [index for index in range(len(submissions)) if index not in kept]
    made: list[GradingResult | None] = [None] * len(pending)

    with Journal(out) as journal:

        def record(event: Event) -> None:
            if out is not None and event.result is not None:
                write = write_missing_pages if event.kind == "kept" else write_outcome
                write(out, event.submission, event.result, target)
            journal.submission_event(event)
            on_event(event)

        def renumbered(event: Event) -> None:
            record(msgspec.structs.replace(event, done=event.done + len(kept), total=len(submissions)))

        def start_failed(failure: Failed) -> None:
            journal.worker_failed(failure.error, failure.detail)
            if on_start_failure is not None:
                on_start_failure(failure)

        journal.run_started(
            assignment=target.assignment,
            digest=target.digest,
            workers=workers,
            ids=ids,
            unsafe=unsafe,
            engine=engine.kind,
            kept=len(kept),
        )
        for done, (index, result) in enumerate(kept.items(), 1):
            event = Event(kind="kept", submission=submissions[index], result=result, done=done)
            record(msgspec.structs.replace(event, total=len(submissions)))
        ended = "failed"
        try:
            run_jobs(
                target,
                [GradingJob(submission=submissions[index]) for index in pending],
                means,
                results=made,
                on_event=renumbered,
                on_start_failure=start_failed,
                known=_by_content(submissions, kept),
            )
            ended = "complete"
        except KeyboardInterrupt:
            ended = "interrupted"
            raise
        finally:
            found = kept | dict(zip(pending, made, strict=True))
            results = tuple(result for _, result in sorted(found.items()) if result is not None)
            if out is not None and results:
                write_class(out, results, submissions, target)
            not_graded = sum(result.status == "not_graded" for result in results)
            journal.run_finished(graded=len(results) - not_graded, not_graded=not_graded, ended=ended)
        return results


def _by_content(
    submissions: Sequence[Submission], kept: dict[int, GradingResult]
) -> dict[str, GradingResult]:
    """Kept results by what they are the results of; what could not be read is nobody else's."""
    return {
        content_digest(submissions[index]): result
        for index, result in kept.items()
        if submissions[index].unreadable is None
    }
