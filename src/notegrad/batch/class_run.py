"""Grades many submissions with one bundle; leaves results, a gradebook, a report and a journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from notegrad.batch.bundle_facts import BundleFacts
from notegrad.batch.engines.engine_choice import EngineOptions
from notegrad.batch.engines.grader_protocol import Failed, GradingJob
from notegrad.batch.engines.ledger import Event
from notegrad.batch.folder_marks import bring_up_to_date
from notegrad.batch.jobs import run_jobs
from notegrad.batch.journal import Journal
from notegrad.batch.record_file import content_digest
from notegrad.batch.results_folder import write_class_files, write_missing_pages, write_submission_files
from notegrad.batch.resume import results_to_keep
from notegrad.errors import InputError
from notegrad.marks.mark_book import NO_MARKS, MarkBook
from notegrad.messages import Message
from notegrad.records import ClassList, GradingResult, Submission


def grade_all(
    facts: BundleFacts,
    submissions: Sequence[Submission],
    options: EngineOptions,
    *,
    out: Path | None,
    on_event: Callable[[Event], None],
    fresh: bool = False,
    on_start_failure: Callable[[Failed], None] | None = None,
    marks: MarkBook = NO_MARKS,
    class_list: ClassList | None = None,
) -> tuple[GradingResult, ...]:
    """Results in the order of the submissions, each written under `out` as soon as it is there.

    What is written for people has the marks that `marks` give; what is returned is the machine's.
    `class_list` is for the report: who handed in nothing, and which attempt counts.

    A run in `out` that was cut off goes on, unless `fresh`. Submissions that cannot be graded through a fault
    of ours have status `not_graded`. Raises InputError for an id that occurs twice, a bundle or a folder that
    cannot be used, SandboxError where no grader starts at all, and lets KeyboardInterrupt through after what
    is graded was written.
    """
    _refuse_repeated_ids(submissions)
    kept = {} if out is None or fresh else results_to_keep(out, submissions, facts.digest)
    pending = [index for index in range(len(submissions)) if index not in kept]
    made: list[GradingResult | None] = [None] * len(pending)

    with Journal(out) as journal:

        def tell(event: Event) -> None:
            event = msgspec.structs.replace(event, total=len(submissions))
            if out is not None and event.result is not None:
                write = write_missing_pages if event.kind == "kept" else write_submission_files
                write(out, event.submission, event.result, facts, marks)
            journal.submission_event(event)
            on_event(event)

        def tell_of_made(event: Event) -> None:
            tell(msgspec.structs.replace(event, done=event.done + len(kept)))

        def start_failed(failure: Failed) -> None:
            journal.start_failed(failure)
            if on_start_failure is not None:
                on_start_failure(failure)

        journal.run_started(facts, options, ids=[submission.id for submission in submissions], kept=len(kept))
        for done, (index, result) in enumerate(kept.items(), 1):
            tell(Event(kind="kept", submission=submissions[index], result=result, done=done))
        ended = "failed"
        try:
            run_jobs(
                facts,
                [GradingJob(submission=submissions[index]) for index in pending],
                options,
                results=made,
                on_event=tell_of_made,
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
                shown = marks.marked_class(results)
                # those that were made now were written with their marks
                earlier = {submissions[index].id for index in kept}
                bring_up_to_date(out, [one for one in shown if one.submission in earlier], facts.settings)
                write_class_files(out, shown, submissions, facts, class_list)
            not_graded = sum(result.status == "not_graded" for result in results)
            journal.run_finished(graded=len(results) - not_graded, not_graded=not_graded, ended=ended)
        return results


def _refuse_repeated_ids(submissions: Sequence[Submission]) -> None:
    counts = Counter(submission.id for submission in submissions)
    repeated = [name for name, count in counts.items() if count > 1]
    if repeated:
        raise InputError(Message("submission_twice", repeated=min(repeated)))


def _by_content(
    submissions: Sequence[Submission], kept: dict[int, GradingResult]
) -> dict[str, GradingResult]:
    """Kept results by what they are the results of; what could not be read is nobody else's."""
    return {
        content_digest(submissions[index]): result
        for index, result in kept.items()
        if submissions[index].unreadable is None
    }
