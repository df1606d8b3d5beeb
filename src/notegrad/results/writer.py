"""Writes results where they belong, each file whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from notegrad.errors import InputError
from notegrad.intake.choice import counted
from notegrad.messages import DEFAULT_LANGUAGE, Message
from notegrad.records import GradingResult, Submission, Visibility
from notegrad.results.gradebooks.csv_form import form_of
from notegrad.results.gradebooks.submission_gradebook import to_gradebook
from notegrad.results.gradescope_json import to_gradescope, to_json
from notegrad.results.pages.feedback import to_feedback
from notegrad.results.pages.receipt import receipt_of
from notegrad.results.pages.visibility import Moment
from notegrad.results.report.report_data import ReportData, report_data, to_report_json
from notegrad.results.report.report_page import to_html

RESULTS_FOLDER = "results"
RESULT_FILE = "results.json"
RECORD_FILE = "record.json"
FEEDBACK_FILE = "feedback.html"
PUBLISHED_FILE = "feedback-published.html"
GRADEBOOK_FILE = "gradebook.csv"
REPORT_FILE = "report.html"
REPORT_DATA_FILE = "report.json"


def write_result(out: Path, result: GradingResult) -> Path:
    """Writes `out/results/<submission>/results.json` atomically and returns its path.

    Raises `InputError` where the submission's id is no plain file name, or the place cannot be written.
    """
    path = out / result_path(result.submission)
    write_atomically(path, result_bytes(result))
    return path


def result_bytes(
    result: GradingResult,
    *,
    language: str = DEFAULT_LANGUAGE,
    hidden_visibility: Visibility = "after_published",
) -> bytes:
    """The bytes of `results.json`, UTF-8."""
    return to_json(to_gradescope(result, language=language, hidden_visibility=hidden_visibility))


def feedback_pages(
    result: GradingResult,
    submission: Submission | None,
    *,
    title: str,
    language: str,
    hidden_visibility: Visibility = "after_published",
    prompts: Mapping[str, str] | None = None,
    due: str = "",
) -> dict[str, bytes]:
    """The student's pages by the names of their files; `due` is the day of hidden tests `after_due_date`."""
    receipt = receipt_of(counted(submission, result.notebook), due=due) if submission else None
    moments: tuple[tuple[str, Moment], ...] = (
        (FEEDBACK_FILE, "before_due_date"),
        (PUBLISHED_FILE, "published"),
    )
    return {
        name: to_feedback(
            result,
            submission,
            title=title,
            language=language,
            moment=moment,
            hidden_visibility=hidden_visibility,
            receipt=receipt,
            prompts=prompts or {},
        )
        for name, moment in moments
    }


def has_feedback(out: Path, submission: str) -> bool:
    """Whether the student's pages are there.

    Raises `InputError` where the submission's id is no plain file name.
    """
    folder = (out / result_path(submission)).parent
    return all((folder / name).is_file() for name in (FEEDBACK_FILE, PUBLISHED_FILE))


def write_summary(
    out: Path,
    results: Sequence[GradingResult],
    *,
    title: str = "",
    language: str = DEFAULT_LANGUAGE,
    data: ReportData | None = None,
) -> None:
    """Writes `out/gradebook.csv`, `out/report.html` and `out/report.json`, atomically.

    data: what `report_data` says of these results, where it was given more than the results.
    Raises `InputError` where a submission's id is no plain file name, or the place cannot be written.
    """
    write_atomically(out / GRADEBOOK_FILE, to_gradebook(results, form_of(language)))
    known = data or report_data(results, title=title, language=language)
    write_atomically(out / REPORT_DATA_FILE, to_report_json(known))
    links = {result.submission: _link(out, result.submission) for result in results}
    report = to_html(results, title=title, links=links, data=known, language=language)
    write_atomically(out / REPORT_FILE, report)


def _link(out: Path, submission: str) -> str:
    """The target of the report's link: the page that shows everything, where there is one."""
    result = result_path(submission)
    page = result.with_name(PUBLISHED_FILE)
    return (page if (out / page).is_file() else result).as_posix()


def result_path(submission: str) -> Path:
    """The path of a submission's result, relative to the output folder.

    Raises `InputError` where the submission's id is no plain file name.
    """
    if submission in ("", ".", "..") or "/" in submission or "\\" in submission or "\0" in submission:
        raise InputError(Message("submission_no_name", submission=submission))
    return Path(RESULTS_FOLDER, submission, RESULT_FILE)


def record_path(submission: str) -> Path:
    """The path of a submission's record, for a run that goes on; relative to the output folder.

    Raises `InputError` where the submission's id is no plain file name.
    """
    return result_path(submission).with_name(RECORD_FILE)


def write_atomically(path: Path, data: bytes) -> None:
    """Replaces the file's content; after a crash the old or the new content is there, never a part.

    Raises `InputError` where the place cannot be written.
    """
    write_files(path.parent, {path.name: data})


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replaces files of one folder, each as `write_atomically` does, in their order: the last stands for all.

    Waits less for the disk than one after the other. Raises `InputError` where the place cannot be written.
    """
    temporaries = {name: folder / f".{name}.{os.getpid()}.tmp" for name in files}
    path = folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            path = folder / name
            with temporaries[name].open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
        for name, temporary in temporaries.items():
            path = folder / name
            temporary.replace(path)
        _sync_folder(folder)
    except OSError as error:
        why = error.strerror or error
        raise InputError(Message("cannot_write_path", path=path, why=why)) from None
    finally:
        for temporary in temporaries.values():
            with contextlib.suppress(OSError):  # renamed by then, unless something failed
                temporary.unlink()


def _sync_folder(folder: Path) -> None:
    """Makes the rename itself survive a crash, where the system lets a folder be opened."""
    if not hasattr(os, "O_DIRECTORY"):
        return  # Windows, where gradebooks are written as anywhere
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
