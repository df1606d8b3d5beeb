"""The job that makes the report of a class, in a worker: drawing is not for web processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models.functions import Now

from notegrad.server.asked import read_hand_in
from notegrad.server.blobs import keep
from notegrad.server.models import Assignment, ClassReport, HandIn, Job
from notegrad.server.queue import queue
from notegrad.server.queue.loop import Control, FinalFaultError, Kind
from notegrad.server.queue.queue import Claim
from notegrad.server.result_rows import marks_of, unpacked
from notegrad.server.staff.class_page import class_lines

KIND = "report"


def enqueue_report(assignment: Assignment) -> None:
    """Put the making of a report into the queue, unless it waits there already."""
    if not waiting_reports(assignment):
        queue.enqueue(KIND, {"assignment": assignment.pk}, priority=queue.EARLIER_UPLOAD_PRIORITY)


def waiting_reports(assignment: Assignment) -> int:
    """The number of reports of an assignment that are being made, or wait to be."""
    waiting = Job.objects.filter(kind=KIND, state__in=("ready", "running"))
    return waiting.filter(payload__assignment=assignment.pk).count()


def report_kind() -> Kind:
    """The kind of job that makes reports."""
    return Kind(_work, _nothing_follows)


def _work(held: Claim, _control: Control) -> Callable[[], None]:
    from notegrad.results.report.report_data import report_data
    from notegrad.results.report.report_page import to_html

    assignment = Assignment.objects.select_related("course").filter(pk=held.payload["assignment"]).first()
    if assignment is None:
        raise FinalFaultError("the assignment was deleted")
    rows = counting_rows(assignment)
    marks = marks_of(rows)
    results, submissions, attempts = [], [], {}
    for row in rows:
        results.append(marks.marked(row, unpacked(row.current)))
        submissions.append(read_hand_in(row, row.current.bundle))
        attempts[submissions[-1].id] = row.pk
    title, language = assignment.title, assignment.course.language
    links = {name: f"/attempts/{number}/" for name, number in attempts.items()}
    data = report_data(results, submissions, title=title, language=language)
    page = to_html(results, title=title, links=links, data=data, language=language)
    alike = [
        (attempts[pair.first], attempts[pair.second], [*pair.same, *pair.renamed], round(pair.overlap, 2))
        for pair in data.alike
    ]
    return lambda: _write(assignment, page, len(results), alike)


def counting_rows(assignment: Assignment) -> list[HandIn]:
    """The attempts that count and have a result, with all that is needed to show it, in their order."""
    found = [line.hand_in.pk for line in class_lines(assignment) if line.hand_in and line.hand_in.current]
    related = ("current__bundle", "blob", "user", "assignment__course")
    return list(HandIn.objects.select_related(*related).filter(pk__in=found).order_by("pk"))


def _write(assignment: Assignment, page: bytes, submissions: int, alike: list[Any]) -> None:
    fields = {"blob": keep(page), "submissions": submissions, "alike": alike, "created_at": Now()}
    ClassReport.objects.update_or_create(assignment=assignment, defaults=fields, create_defaults=fields)


def _nothing_follows(_payload: dict[str, Any], _error: str) -> None:
    return None
