"""Deletes what courses hold about people once the time that each course has set is over."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from notegrad.server.database_time import database_now
from notegrad.server.models import AuditEntry, Course, User
from notegrad.server.privacy.person_deletion import delete_person


def deletion_day(course: Course) -> date | None:
    """The day on which the course's data about people is deleted, or None where nobody has set it."""
    if course.ends_on is None or course.retention_days is None:
        return None
    day: date = course.ends_on + timedelta(days=course.retention_days)
    return day


def keep_retention() -> int:
    """Delete the data of all whose course's time is over; return how many people that were.

    The staff stays in the course, without attempts of its own; students are taken out.
    """
    deleted = 0
    courses = Course.objects.filter(ends_on__isnull=False, retention_days__isnull=False)
    for course in courses:
        day = deletion_day(course)
        if day is None or database_now().astimezone(ZoneInfo(course.time_zone)).date() < day:
            continue
        found = _people_with_data(course)
        for person, keeps_place in found:
            delete_person(course, person, keeps_place=keeps_place)
        if found:
            facts = {"people": len(found), "ended": str(course.ends_on)}
            AuditEntry.objects.create(course=course, action="expired", target=course.slug, facts=facts)
        deleted += len(found)
    return deleted


def _people_with_data(course: Course) -> list[tuple[User, bool]]:
    """All students of a course, and those of the staff who have handed in, who keep their place."""
    students = User.objects.filter(enrolments__course=course, enrolments__role="student").distinct()
    others = User.objects.filter(hand_ins__assignment__course=course).exclude(pk__in=students).distinct()
    return [(person, False) for person in students] + [(person, True) for person in others]
