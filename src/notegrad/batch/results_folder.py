"""Writes the folder that a run and a regrade leave: everything of one submission, then the class."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from notegrad.batch.bundle_facts import BundleFacts
from notegrad.batch.record_file import record_bytes, submission_file
from notegrad.marks.mark_book import NO_MARKS, MarkBook
from notegrad.records import ClassList, GradingResult, Submission
from notegrad.results.report.report_data import read_report_data, report_data, with_marks
from notegrad.results.writer import (
    REPORT_DATA_FILE,
    RESULT_FILE,
    feedback_pages,
    has_feedback,
    record_path,
    result_bytes,
    write_files,
    write_summary,
)
from notegrad.settings import AssignmentSettings


def write_submission_files(
    out: Path, submission: Submission, result: GradingResult, facts: BundleFacts, marks: MarkBook = NO_MARKS
) -> None:
    """Write a submission's record, result and pages. Raises InputError where they cannot be written.

    The record is the machine's own; `marks` are what people read.
    """
    record = out / record_path(submission.id)
    # The record last: a run that goes on takes it for all.
    files = {
        **submission_file(out, submission),
        **shown_files(submission, marks.marked(result), facts.settings),
        record.name: record_bytes(submission, result, facts),
    }
    write_files(record.parent, files)


def write_missing_pages(
    out: Path, submission: Submission, result: GradingResult, facts: BundleFacts, marks: MarkBook = NO_MARKS
) -> None:
    """Write the pages of a result that was kept, where an earlier run did not come to write them.

    Raises InputError where they cannot be written.
    """
    if not has_feedback(out, submission.id):
        shown = marks.marked(result)
        write_files((out / record_path(submission.id)).parent, _pages(submission, shown, facts.settings))


def shown_files(
    submission: Submission | None, result: GradingResult, settings: AssignmentSettings
) -> dict[str, bytes]:
    """The files of a submission that show its mark, by their names: the result, then the student's pages."""
    shown = result_bytes(
        result, language=settings.language, hidden_visibility=settings.gradescope.hidden_visibility
    )
    return {RESULT_FILE: shown, **_pages(submission, result, settings)}


def _pages(
    submission: Submission | None, result: GradingResult, settings: AssignmentSettings
) -> dict[str, bytes]:
    return feedback_pages(
        result,
        submission,
        title=settings.title,
        language=settings.language,
        hidden_visibility=settings.gradescope.hidden_visibility,
        prompts=settings.question_prompts,
        due=settings.late.due,
    )


def write_class_files(
    out: Path,
    results: Sequence[GradingResult],
    submissions: Sequence[Submission],
    facts: BundleFacts,
    class_list: ClassList | None = None,
) -> None:
    """Write the gradebook and the report of a class; the results have their marks.

    class_list: who is in the class, for those who handed in nothing and for which attempt counts.

    Raises InputError where they cannot be written.
    """
    title, language = facts.settings.title, facts.settings.language
    data = report_data(
        results,
        submissions,
        title=title,
        language=language,
        background=facts.background,
        class_list=class_list,
        prompts=facts.settings.question_prompts,
    )
    write_summary(out, results, title=title, language=language, data=data)


def rewrite_class_files(out: Path, results: Sequence[GradingResult], settings: AssignmentSettings) -> None:
    """Write gradebook and report anew with the marks of results, keeping what rests on answers alone.

    Raises InputError where they cannot be written.
    """
    known = read_report_data(out / REPORT_DATA_FILE)
    data = None if known is None else with_marks(known, results, settings.language)
    write_summary(out, results, title=settings.title, language=settings.language, data=data)
