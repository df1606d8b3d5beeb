"""The job that puts all feedback pages of a class into one zip, in a worker."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

from notegrad.intake.submission_ids import safe_id, unique
from notegrad.results.pages.feedback import to_feedback
from notegrad.results.writer import FEEDBACK_FILE, PUBLISHED_FILE, RESULTS_FOLDER
from notegrad.server.asked import prompts_of, read_hand_in, receipt_for
from notegrad.server.blobs import keep
from notegrad.server.models import Assignment, ClassFile, HandIn, Job
from notegrad.server.page_marks import PageMarks
from notegrad.server.queue import queue
from notegrad.server.queue.loop import Control, FinalFaultError, Kind
from notegrad.server.queue.queue import Claim
from notegrad.server.result_rows import marks_of, readable_result, visibility_of
from notegrad.server.staff.report_job import counting_rows
from notegrad.server.student.receiving import database_now
from notegrad.server.student.shown import moment_for

KIND = "pages"
_NO_DATE = (1980, 1, 1, 0, 0, 0)  # the same pages give the same bytes
_READABLE = 0o100644 << 16


def enqueue_pages(assignment: Assignment) -> None:
    """Put the making of the zip into the queue, unless it waits there already."""
    if not waiting_pages(assignment):
        queue.enqueue(KIND, {"assignment": assignment.pk}, priority=queue.EARLIER_UPLOAD_PRIORITY)


def waiting_pages(assignment: Assignment) -> int:
    """The number of zips of an assignment that are being made, or wait to be."""
    waiting = Job.objects.filter(kind=KIND, state__in=("ready", "running"))
    return waiting.filter(payload__assignment=assignment.pk).count()


def pages_kind() -> Kind:
    """The kind of job that makes zips of pages."""
    return Kind(_work, lambda _payload, _error: None)


def _work(held: Claim, control: Control) -> Callable[[], None]:
    assignment = Assignment.objects.select_related("course").filter(pk=held.payload["assignment"]).first()
    if assignment is None:
        raise FinalFaultError("the assignment was deleted")
    data = pages_zip(counting_rows(assignment), control)
    return lambda: _write(assignment, data)


def pages_zip(rows: list[HandIn], control: Control) -> bytes:
    """The page of each attempt as its student may read it now, in a folder with the student's name.

    The names of files are those of `notegrad grade`: they say whether a page is that after publication.
    """
    marks, now = marks_of(rows), database_now()
    taken: set[str] = set()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for row in sorted(rows, key=lambda one: (str(one.user), one.user_id)):
            if control.is_over:
                break  # the fence refuses what comes of it
            name, page = _page(row, marks, now)
            folder = unique(safe_id(str(row.user)), taken)
            info = zipfile.ZipInfo(f"{RESULTS_FOLDER}/{folder}/{name}", _NO_DATE)
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


def _write(assignment: Assignment, data: bytes) -> None:
    assignment.files.filter(kind="pages").delete()
    ClassFile.objects.create(
        assignment=assignment, kind="pages", blob=keep(data), file_name=f"{assignment.slug}-pages.zip"
    )
