"""Takes what a student hands in: refuses it with one sentence, or keeps it with its job in one transaction."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from notegrad.intake.submission_ids import printable
from notegrad.intake.choice import is_untouched, other_assignment
from notegrad.intake.defined_names import defined_names
from notegrad.intake.wanted import Wanted
from notegrad.records import Record
from notegrad.results.text import one_line
from notegrad.server.asked import read_upload_for, wanted_by
from notegrad.server.blobs import keep
from notegrad.server.dates import Dates
from notegrad.server.grade_job import KIND, enqueue_grading
from notegrad.server.mail.letter_job import enqueue_receipt
from notegrad.server.models import Assignment, Course, Enrolment, Extension, HandIn, Hold, User
from notegrad.server.queue import queue
from notegrad.server.database_time import after, database_now

MAX_NAME_CHARS = 150
RATE_S, MAX_AT_ONCE = 60.0, 10

# the first cell of a student's notebook, as otter and `notegrad build` make it
_NAMES_ITSELF = re.compile(r"""otter\.Notebook\(\s*["']([\w.-]{1,60})\.ipynb["']""")


class Refusal(Record, frozen=True, kw_only=True):
    """A refusal: a sentence by its key, or one that intake has made; no attempt is used."""

    key: str = ""
    facts: dict[str, object] = {}
    sentence: str = ""


class Sender(Record, frozen=True, kw_only=True):
    """A person of the staff who hands in for a student, and why: neither dates nor limits hold them up."""

    by: User
    reason: str


def dates_for(assignment: Assignment, user: User | None) -> Dates:
    """The dates of an assignment, with a student's extension."""
    extension = None if user is None else Extension.objects.filter(assignment=assignment, user=user).first()
    return Dates(
        state=assignment.state,
        opens=assignment.opens_at,
        due=(extension and extension.due_at) or assignment.due_at,
        late_until=(extension and extension.late_until) or assignment.late_until,
        tolerance_s=assignment.tolerance_s,
        published=assignment.published_at,
        is_held=user is not None and Hold.objects.filter(assignment=assignment, user=user).exists(),
    )


def attempts_left(assignment: Assignment, user: User) -> int | None:
    """The number of attempts that a student has left, or None where they are not limited.

    What we could not grade is no attempt used.
    """
    if assignment.attempts_limit is None:
        return None
    used = HandIn.objects.filter(~Q(state="not_graded"), assignment=assignment, user=user).count()
    extension = Extension.objects.filter(assignment=assignment, user=user).first()
    more = extension.more_attempts if extension else 0
    return max(0, assignment.attempts_limit + more - used)


def refusal_of(assignment: Assignment, data: bytes, file_name: str) -> Refusal | None:
    """What is wrong with a file, seen before it counts as anything."""
    if not data:
        return Refusal(key="upload_empty")
    if assignment.bundle is None:
        return Refusal(key="upload_not_open")
    submission = read_upload_for(assignment.bundle, data, id="check", file_name=file_name)
    if submission.unreadable:
        return Refusal(sentence=submission.unreadable)
    wanted = wanted_by(assignment.bundle)
    if is_untouched(submission.cells, wanted):
        return Refusal(key="untouched_handout")
    return _other_assignment(assignment, submission.cells, wanted)


def _other_assignment(
    assignment: Assignment, cells: tuple[str, ...], wanted: Wanted
) -> Refusal | None:
    """A refusal where a notebook defines nothing of what is asked, and is another assignment's of the course.

    What it defines decides; how it names itself only where it defines nothing of either.
    """
    title = other_assignment(cells, wanted)
    if title is not None:
        return Refusal(key="upload_other_assignment", facts={"other": title, "this": assignment})
    if wanted.names & defined_names(cells).keys():
        return None
    named = {name for cell in cells for name in _NAMES_ITSELF.findall(cell)}
    others = Assignment.objects.filter(course=assignment.course, slug__in=named).exclude(state="draft")
    other = None if assignment.slug in named else others.first()
    facts: dict[str, object] = {"other": other, "this": assignment}
    return None if other is None else Refusal(key="upload_other_assignment", facts=facts)


def receive(
    assignment: Assignment,
    user: User,
    data: bytes,
    file_name: str,
    form_key: UUID,
    *,
    via: str = "form",
    sender: Sender | None = None,
) -> HandIn | Refusal:
    """The attempt that an upload makes, the one that it made already, or why it makes none."""
    pressed = HandIn.objects.filter(user=user, form_key=form_key, assignment=assignment).first()
    if pressed is not None:
        return pressed
    refused = refusal_of(assignment, data, file_name)
    if refused is not None:
        return refused
    with transaction.atomic():
        # one upload of a student after the other, so that numbers are given once; other students do not wait
        if not _lock(assignment, user):
            return Refusal(key="upload_closed")
        pressed = HandIn.objects.filter(user=user, form_key=form_key).first()
        if pressed is not None:
            return pressed if pressed.assignment_id == assignment.pk else Refusal(key="upload_closed")
        now = database_now()
        phase = dates_for(assignment, user).phase(now)
        if sender is not None:
            is_late = phase in ("late", "closed")
            return _keep(assignment, user, data, file_name, form_key, is_late=is_late, via=via, sender=sender)
        if phase in ("not_open", "closed") or assignment.bundle is None:
            return Refusal(key="upload_closed" if phase == "closed" else "upload_not_open")
        if HandIn.objects.filter(user=user, received_at__gt=after(-RATE_S)).count() >= MAX_AT_ONCE:
            return Refusal(key="upload_too_fast", facts={"count": MAX_AT_ONCE})
        if attempts_left(assignment, user) == 0:
            return Refusal(key="upload_none_left")
        return _keep(assignment, user, data, file_name, form_key, is_late=phase == "late", via=via)


def _lock(assignment: Assignment, user: User) -> bool:
    rows = Enrolment.objects.select_for_update().filter(course=assignment.course, user=user, is_active=True)
    return rows.first() is not None


def _keep(
    assignment: Assignment,
    user: User,
    data: bytes,
    file_name: str,
    form_key: UUID,
    *,
    is_late: bool,
    via: str,
    sender: Sender | None = None,
) -> HandIn:
    last = HandIn.objects.filter(assignment=assignment, user=user).order_by("-number").first()
    hand_in = HandIn.objects.create(
        assignment=assignment,
        user=user,
        number=last.number + 1 if last else 1,
        form_key=form_key,
        blob=keep(data),
        file_name=one_line(printable(file_name))[-MAX_NAME_CHARS:] or "notebook.ipynb",
        is_late=is_late,
        via=via,
        sent_by=sender.by if sender else None,
        sent_reason=sender.reason if sender else "",
    )
    queue.let_earlier_wait(user.pk, KIND)
    enqueue_grading(hand_in, priority=queue.UPLOAD_PRIORITY)
    enqueue_receipt(hand_in)
    return hand_in
