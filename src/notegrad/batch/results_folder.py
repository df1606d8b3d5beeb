"""Writes the folder that a run and a regrade leave: everything of one submission, then the class."""

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


def write_submission_files(
    out: Path, submission: Submission, result: GradingResult, facts: BundleFacts
) -> None:
    """Write a submission's record, result and pages. Raises InputError where they cannot be written."""
    record = out / record_path(submission.id)
    # The record last: a run that goes on takes it for all.
    files = {
        **submission_file(out, submission),
        RESULT_FILE: result_bytes(
            result,
            language=facts.settings.language,
            hidden_visibility=facts.settings.gradescope.hidden_visibility,
        ),
        **_pages(submission, result, facts),
        record.name: record_bytes(submission, result, facts),
    }
    write_files(record.parent, files)


def write_missing_pages(out: Path, submission: Submission, result: GradingResult, facts: BundleFacts) -> None:
    """Write the pages of a result that was kept, where an earlier run did not come to write them.

    Raises InputError where they cannot be written.
    """
    if not has_feedback(out, submission.id):
        write_files((out / record_path(submission.id)).parent, _pages(submission, result, facts))


def _pages(submission: Submission, result: GradingResult, facts: BundleFacts) -> dict[str, bytes]:
    return feedback_pages(
        result,
        submission,
        title=facts.settings.title,
        language=facts.settings.language,
        hidden_visibility=facts.settings.gradescope.hidden_visibility,
    )


def write_class_files(
    out: Path, results: Sequence[GradingResult], submissions: Sequence[Submission], facts: BundleFacts
) -> None:
    """Write the gradebook and the report of a class. Raises InputError where they cannot be written."""
    title, language = facts.settings.title, facts.settings.language
    data = report_data(results, submissions, title=title, language=language, background=facts.background)
    write_summary(out, results, title=title, language=language, data=data)
