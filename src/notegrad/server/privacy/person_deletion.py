"""Deletes what a course holds about a person; of results and decisions rows stay that name nobody."""

from __future__ import annotations

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q

from notegrad.server import blobs
from notegrad.server.models import (
    AnonymousResult,
    AuditEntry,
    ClassFile,
    ClassReport,
    Course,
    Enrolment,
    Extension,
    HandIn,
    Hold,
    Job,
    User,
)
from notegrad.server.privacy.further_data import delete_further
from notegrad.server.privacy.person_data import hand_ins_of

NOBODY = "—"


def delete_person(course: Course, person: User, *, keeps_place: bool = False) -> None:
    """Delete the person's data in a course, and the account with the last course that it was for.

    `keeps_place`: the person stays in the course, as its staff does when its time is over.
    """
    with transaction.atomic():
        hand_ins = list(hand_ins_of(course, person).select_related("current").select_for_update(of=("self",)))
        AnonymousResult.objects.bulk_create([_anonymous(hand_in) for hand_in in hand_ins])
        _delete_hand_ins(course, [hand_in.pk for hand_in in hand_ins])
        for table in (Extension, Hold):
            table.objects.filter(assignment__course=course, user=person).delete()
        delete_further(course, person)
        _unname(course, person)
        if not keeps_place:
            Enrolment.objects.filter(course=course, user=person).delete()
            if not person.is_superuser and not person.enrolments.exists():
                _delete_account(person)
    blobs.prune()


def _anonymous(hand_in: HandIn) -> AnonymousResult:
    result = hand_in.current
    return AnonymousResult(
        assignment_id=hand_in.assignment_id,
        state=hand_in.state,
        score=None if result is None else result.score,
        max_score=None if result is None else result.max_score,
        is_late=hand_in.is_late,
    )


def _delete_hand_ins(course: Course, numbers: list[int]) -> None:
    """Delete attempts, the jobs that know of them, and what was made of the class and names its students."""
    if not numbers:
        return
    Job.objects.filter(payload__hand_in__in=numbers).delete()
    HandIn.objects.filter(pk__in=numbers).delete()
    for table in (ClassReport, ClassFile):
        table.objects.filter(assignment__course=course).delete()


def _unname(course: Course, person: User) -> None:
    """Take the person out of the record of decisions: that there was one, when and by whom, stays."""
    about = AuditEntry.objects.filter(course=course, about=person)
    about.update(about=None, target=NOBODY, facts={}, reason="")
    AuditEntry.objects.filter(course=course, by=person).update(by=None, address="")


def _delete_account(person: User) -> None:
    """Delete the account, what is signed in with it, and what names it outside the course."""
    for session in Session.objects.all():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()
    AccessAttempt.objects.filter(username__iexact=person.get_username()).delete()
    everywhere = AuditEntry.objects.filter(Q(about=person) | Q(by=person, target=str(person)))
    everywhere.update(about=None, target=NOBODY, facts={}, reason="")
    AuditEntry.objects.filter(by=person).update(by=None, address="")
    Job.objects.filter(payload__user=person.pk).delete()
    Job.objects.filter(owner_id=person.pk).update(owner_id=None)
    person.delete()
