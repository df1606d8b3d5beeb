"""The job that puts all feedback pages of a class into one zip, in a worker."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet

from notegrad.intake.submission_ids import safe_id, unique
from notegrad.results.gradebooks.feedback_zip import PAGE
from notegrad.results.pages.feedback import to_feedback
from notegrad.results.writer import FEEDBACK_FILE, PUBLISHED_FILE, RESULTS_FOLDER
from notegrad.server.asked import prompts_of, read_hand_in, receipt_for, submission_id
from notegrad.server.blobs import keep
from notegrad.server.database_time import database_now
from notegrad.server.models import Assignment, ClassFile, HandIn, Job
from notegrad.server.page_marks import PageMarks
from notegrad.server.queue import queue
from notegrad.server.queue.loop import Control, FinalFaultError, Kind
from notegrad.server.queue.queue import Claim
from notegrad.server.result_rows import marks_of, readable_result, visibility_of
from notegrad.server.staff.report_job import counting_rows, rows_of
from notegrad.server.student.shown import moment_for

KIND = "pages"
_NO_DATE = (1980, 1, 1, 0, 0, 0)  # the same pages give the same bytes
_READABLE = 0o100644 << 16


def enqueue_pages(assignment: Assignment, folders: Mapping[str, str] | None = None) -> None:
    """Put the making of the zip into the queue, unless it waits there already.

    `folders`: by submission, the folders in which Moodle looks for feedback; None for our own, of everybody.
    """
    payload = {"assignment": assignment.pk, "folders": None if folders is None else dict(folders)}
    if all(job.payload.get("folders") != payload["folders"] for job in _waiting(assignment)):
        queue.enqueue(KIND, payload, priority=queue.EARLIER_UPLOAD_PRIORITY)


def waiting_pages(assignment: Assignment) -> int:
    """The number of zips of an assignment that are being made, or wait to be."""
    return _waiting(assignment).count()


def _waiting(assignment: Assignment) -> QuerySet[Job]:
    waiting = Job.objects.filter(kind=KIND, state__in=("ready", "running"))
    return waiting.filter(payload__assignment=assignment.pk)


def pages_kind() -> Kind:
    """The kind of job that makes zips of pages."""
    return Kind(_work, lambda _payload, _error: None)


def _work(held: Claim, control: Control) -> Callable[[], None]:
    assignment = Assignment.objects.select_related("course").filter(pk=held.payload["assignment"]).first()
    if assignment is None:
        raise FinalFaultError("the assignment was deleted")
    folders = held.payload.get("folders")
    if folders is None:
        data, name = pages_zip(counting_rows(assignment), control), f"{assignment.slug}-pages.zip"
    else:
        rows = rows_of(assignment, folders)
        data, name = pages_zip(rows, control, folders), f"{assignment.slug}-moodle-pages.zip"
    return lambda: _write(assignment, data, name)


def pages_zip(rows: list[HandIn], control: Control, folders: Mapping[str, str] | None = None) -> bytes:
    """The page of each attempt as its student may read it now, in a folder with the student's name.

    The names of files are those of `notegrad grade`: they say whether a page is that after publication. With
    `folders` both are Moodle's.
    """
    marks, now = marks_of(rows), database_now()
    taken: set[str] = set()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for row in sorted(rows, key=lambda one: (str(one.user), one.user_id)):
            if control.is_over:
                break  # the fence refuses what comes of it
            name, page = _page(row, marks, now)
            if folders is None:
                path = f"{RESULTS_FOLDER}/{unique(safe_id(str(row.user)), taken)}/{name}"
            else:
                path = f"{folders[submission_id(row)]}/{PAGE}"
            info = zipfile.ZipInfo(path, _NO_DATE)
            info.external_attr, info.compress_type = _READABLE, zipfile.ZIP_DEFLATED
            archive.writestr(info, page)
    return made.getvalue()


def _page(row: HandIn, marks: PageMarks, now: Any) -> tuple[str, bytes]:
    moment = moment_for(row, now)
    submission = read_hand_in(row, row.current.bundle)
    page = to_feedback(
        readable_result(row, moment, marks),
        submission,
        title=row.assignment.title,
        language=row.current.bundle.language,
        moment=moment,
        hidden_visibility=visibility_of(row),  # type: ignore[arg-type]
        receipt=receipt_for(row, submission),
        prompts=prompts_of(row.current.bundle),
    )
    return (PUBLISHED_FILE if moment == "published" else FEEDBACK_FILE), page


def _write(assignment: Assignment, data: bytes, name: str) -> None:
    assignment.files.filter(kind="pages").delete()
    ClassFile.objects.create(assignment=assignment, kind="pages", blob=keep(data), file_name=name)
