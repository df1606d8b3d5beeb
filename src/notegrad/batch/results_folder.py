"""What a run and a regrade leave in their folder: everything of one submission, then the class."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from notegrad.batch.bundle_facts import BundleFacts
from notegrad.batch.record_file import record_bytes, submission_file
from notegrad.records import GradingResult, Submission
from notegrad.results.report.report_data import report_data
from notegrad.results.writer import (
    RESULT_FILE,
    feedback_pages,
    has_feedback,
    record_path,
    result_bytes,
    write_files,
    write_summary,
)


def write_outcome(out: Path, submission: Submission, result: GradingResult, target: BundleFacts) -> None:
    """Write a submission's record, result and pages. Raises InputError where they cannot be written."""
    record = out / record_path(submission.id)
    # The record last: a run that goes on takes it for all.
    files = {
        **submission_file(out, submission),
        RESULT_FILE: result_bytes(
            result, language=target.language, hidden_visibility=target.hidden_visibility
        ),
        **_pages(submission, result, target),
        record.name: record_bytes(submission, result, target),
    }
    write_files(record.parent, files)


def write_missing_pages(
    out: Path, submission: Submission, result: GradingResult, target: BundleFacts
) -> None:
    """The pages of a result that was kept, where an earlier run did not come to write them."""
    if not has_feedback(out, submission.id):
        write_files((out / record_path(submission.id)).parent, _pages(submission, result, target))


def _pages(submission: Submission, result: GradingResult, target: BundleFacts) -> dict[str, bytes]:
    return feedback_pages(
        result,
        submission,
        title=target.title,
        language=target.language,
        hidden_visibility=target.hidden_visibility,
    )


def write_class(
    out: Path, results: Sequence[GradingResult], submissions: Sequence[Submission], target: BundleFacts
) -> None:
    """Write the gradebook and the report of a class. Raises InputError where they cannot be written."""
    data = report_data(
        results, submissions, title=target.title, language=target.language, background=target.background
    )
    write_summary(out, results, title=target.title, language=target.language, data=data)
