"""Grades many submissions with one bundle; leaves results, a gradebook, a report and a journal."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from notegrad.batch.engine import Engine, Event
from notegrad.batch.journal import Journal
from notegrad.batch.protocol import DEFAULT_FACTORY, Plan
from notegrad.batch.resume import results_to_keep, write_record
from notegrad.errors import InputError
from notegrad.messages import DEFAULT_LANGUAGE
from notegrad.records import GradingResult, Limits, Record, Submission
from notegrad.results.writer import write_result, write_summary

__all__ = ["Event", "Target", "deadline_s", "grade_all", "grade_target"]

DEADLINE_GRACE_S = 60.0
MIN_TEST_CASES = 1


class Target(Record, frozen=True, kw_only=True):
    """What the parent knows of a bundle; it never loads its tests."""

    bundle_path: Path
    assignment: str
    title: str = ""
    digest: str = ""
    deadline_s: float
    language: str = DEFAULT_LANGUAGE


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
) -> tuple[GradingResult, ...]:
    """Results in the order of the submissions, each written under `out` as soon as it is there.

    `factory` names a function `module:name` that a worker calls with the bundle's path and `unsafe` to get
    its grader. A run in `out` that was cut off goes on, unless `fresh`. Submissions that cannot be graded
    through a fault of ours have status `not_graded`. Raises InputError for a bundle or a place that cannot be
    used, SandboxError where no grader starts at all, and
    lets KeyboardInterrupt through after what is graded was written.
    """
    from notegrad.authoring.bundle import read_bundle

    bundle = read_bundle(bundle_path)
    target = Target(
        bundle_path=bundle_path,
        assignment=bundle.slug,
        title=bundle.title,
        digest=bundle.digest,
        deadline_s=deadline_s(bundle.limits, [source for _, source in bundle.tests]),
        language=bundle.language,
    )
    return grade_target(
        target,
        submissions,
        out=out,
        workers=workers,
        unsafe=unsafe,
        on_event=on_event,
        factory=factory,
        fresh=fresh,
    )


def deadline_s(limits: Limits, tests: Sequence[str]) -> float:
    """Seconds after which the grader itself must hang: all limits of one submission used up, and a grace.

    Test cases are counted by the words that declare them, since only a worker loads the tests.
    """
    declared = (
        max(MIN_TEST_CASES, test.count("@test_case"), test.count("'code':"), test.count('"code":'))
        for test in tests
    )
    runs_again_within_s = limits.wall_s
    return runs_again_within_s + limits.wall_s + limits.test_case_wall_s * sum(declared) + DEADLINE_GRACE_S


def grade_target(
    target: Target,
    submissions: Sequence[Submission],
    *,
    out: Path | None,
    workers: int,
    unsafe: bool,
    on_event: Callable[[Event], None],
    factory: str = DEFAULT_FACTORY,
    fresh: bool = False,
) -> tuple[GradingResult, ...]:
    """As `grade_all`, for a bundle that was read already."""
    if workers < 1:
        raise InputError(f"--workers is {workers}: give 1 or more.")
    repeated = {s.id for s in submissions if sum(other.id == s.id for other in submissions) > 1}
    if repeated:
        raise InputError(
            f"The submission id {min(repeated)!r} occurs twice: results would overwrite each other."
        )

    kept = {} if out is None or fresh else results_to_keep(out, submissions, target.digest)
    pending = [index for index in range(len(submissions)) if index not in kept]

    with Journal(out) as journal, tempfile.TemporaryDirectory(prefix="notegrad-") as logs:

        def record(event: Event) -> None:
            if out is not None and event.result is not None and event.kind != "kept":
                write_record(out, event.submission, event.result, target.digest)
                write_result(out, event.result)
            journal.submission_event(event)
            on_event(event)

        def renumbered(event: Event) -> None:
            record(msgspec.structs.replace(event, done=event.done + len(kept), total=len(submissions)))

        journal.run_started(
            assignment=target.assignment,
            digest=target.digest,
            workers=workers,
            submissions=len(submissions),
            unsafe=unsafe,
            kept=len(kept),
        )
        for done, (index, result) in enumerate(kept.items(), 1):
            event = Event(kind="kept", submission=submissions[index], result=result, done=done)
            record(msgspec.structs.replace(event, total=len(submissions)))
        engine = Engine(
            Plan(bundle_path=str(target.bundle_path), unsafe=unsafe, factory=factory),
            [submissions[index] for index in pending],
            assignment=target.assignment,
            workers=workers,
            deadline_s=target.deadline_s,
            logs=Path(logs),
            on_event=renumbered,
            on_start_failure=lambda failure: journal.worker_failed(failure.error, failure.detail),
            language=target.language,
        )
        ended = "failed"
        try:
            engine.run()
            ended = "complete"
        except KeyboardInterrupt:
            ended = "interrupted"
            raise
        finally:
            made = kept | dict(zip(pending, engine.results, strict=True))
            results = tuple(result for _, result in sorted(made.items()) if result is not None)
            if out is not None and results:
                write_summary(out, results, title=target.title)
            not_graded = sum(result.status == "not_graded" for result in results)
            journal.run_finished(graded=len(results) - not_graded, not_graded=not_graded, ended=ended)
        return results
