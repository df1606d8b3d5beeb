"""Data of persons that came from learning platforms, or went there: handed out, and deleted."""

from __future__ import annotations

from typing import Any

from notegrad.lti.models import LtiMember, Passback, RosterRun
from notegrad.server.models import Course, User
from notegrad.server.privacy.further_data import FurtherData


def platform_data() -> FurtherData:
    """What learning platforms told of a person, and which scores went there."""
    return FurtherData(name="platforms", held=_held, delete=_delete)


def _held(course: Course, person: User) -> dict[str, Any]:
    members = LtiMember.objects.filter(context__course=course, identity__user=person)
    passbacks = Passback.objects.filter(link__context__course=course, user=person)
    fields = ("link__title", "state", "sent_score", "sent_points", "sent_at")
    return {
        "identities": list(person.lti_identities.values("platform__name", "subject")),
        "memberships": list(members.values("context__title", "role", "state", "seen_at")),
        "scores": list(passbacks.values(*fields)),
    }


def _delete(course: Course, person: User) -> None:
    """Delete memberships, scores, and lists of members that name people; the identity goes with the account.

    What the platform itself has got stays there: it is the platform's to delete.
    """
    LtiMember.objects.filter(context__course=course, identity__user=person).delete()
    Passback.objects.filter(link__context__course=course, user=person).delete()
    RosterRun.objects.filter(context__course=course).delete()
