"""The job that makes the report of a class, in a worker: drawing is not for web processes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models.functions import Now

from notegrad.records import ClassList, Handed, RosterEntry
from notegrad.server.asked import prompts_of, read_hand_in, submission_id
from notegrad.server.blobs import keep
from notegrad.server.models import Assignment, ClassReport, HandIn, Job
from notegrad.server.queue import queue
from notegrad.server.queue.loop import Control, FinalFaultError, Kind
from notegrad.server.queue.queue import Claim
from notegrad.server.result_rows import marks_of, unpacked
from notegrad.server.staff.class_page import ClassLine, class_lines

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
    lines = class_lines(assignment)
    rows = _rows([line.hand_in.pk for line in lines if line.hand_in and line.hand_in.current])
    marks = marks_of(rows)
    results, submissions, attempts = [], [], {}
    for row in rows:
        results.append(marks.marked(row, unpacked(row.current)))
        submissions.append(read_hand_in(row, row.current.bundle))
        attempts[submissions[-1].id] = row.pk
    title, language = assignment.title, assignment.course.language
    links = {name: f"/attempts/{number}/" for name, number in attempts.items()}
    prompts = prompts_of(rows[0].current.bundle) if rows else {}
    data = report_data(
        results,
        submissions,
        title=title,
        language=language,
        class_list=_class_list(lines, assignment.course.time_zone),
        prompts=prompts,
        held=[submission_id(line.hand_in) for line in lines if line.hand_in and line.is_held],
    )
    page = to_html(results, title=title, links=links, data=data, language=language)
    alike = [
        (attempts[pair.first], attempts[pair.second], [*pair.same, *pair.renamed], round(pair.overlap, 2))
        for pair in data.alike
    ]
    return lambda: _write(assignment, page, len(results), alike)


def counting_rows(assignment: Assignment) -> list[HandIn]:
    """The attempts that count and have a result, with all that is needed to show it, in their order."""
    return _rows(
        [line.hand_in.pk for line in class_lines(assignment) if line.hand_in and line.hand_in.current]
    )


def rows_of(assignment: Assignment, submissions: Collection[str]) -> list[HandIn]:
    """The attempts that are called so (`submission_id`), have a result, and all that is needed to show it."""
    graded = HandIn.objects.filter(assignment=assignment, current__isnull=False).select_related("assignment")
    return _rows([one.pk for one in graded if submission_id(one) in submissions])


def _rows(found: list[int]) -> list[HandIn]:
    related = ("current__bundle", "blob", "user", "assignment__course")
    return list(HandIn.objects.select_related(*related).filter(pk__in=found).order_by("pk"))


def _class_list(lines: Sequence[ClassLine], time_zone: str) -> ClassList:
    """The people of the course, with the attempt of each that counts."""
    zone = ZoneInfo(time_zone)
    entries = {line.user.pk: RosterEntry(name=str(line.user), key=str(line.user.pk)) for line in lines}
    handed = tuple(
        Handed(
            submission=submission_id(line.hand_in),
            students=(entries[line.user.pk],),
            attempt=line.hand_in.number,
            received_at=line.hand_in.received_at.astimezone(zone).isoformat(sep=" ", timespec="seconds"),
            late=line.is_late,
        )
        for line in lines
        if line.hand_in is not None
    )
    return ClassList(platform="folder", handed=handed, roster=tuple(entries.values()))


def _write(assignment: Assignment, page: bytes, submissions: int, alike: list[Any]) -> None:
    fields = {"blob": keep(page), "submissions": submissions, "alike": alike, "created_at": Now()}
    ClassReport.objects.update_or_create(assignment=assignment, defaults=fields, create_defaults=fields)


def _nothing_follows(_payload: dict[str, Any], _error: str) -> None:
    return None
