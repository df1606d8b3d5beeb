"""People who come from platforms: their account, their part in the course, and nothing found by e-mail."""

from __future__ import annotations

import hashlib

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from notegrad.lti.claims import CourseRole
from notegrad.lti.models import LtiContext, LtiIdentity, LtiMember, LtiPlatform
from notegrad.server.models import Course, Enrolment, User
from notegrad.server.models.people import ROLES

SOURCE = "lti"


def user_of(platform: LtiPlatform, subject: str, name: str) -> tuple[LtiIdentity, bool]:
    """The identity of a person, and whether it is new; an account that only LTI knows follows the name there.

    Raises ValueError without a subject.
    """
    if not subject:
        raise ValueError("a person without a number")
    known = LtiIdentity.objects.select_related("user").filter(platform=platform, subject=subject).first()
    if known is None:
        return _new(platform, subject, name)
    if name and known.user.name != name and not known.user.has_usable_password():
        known.user.name = name
        known.user.save(update_fields=["name"])
    return known, False


def _new(platform: LtiPlatform, subject: str, name: str) -> tuple[LtiIdentity, bool]:
    number = hashlib.sha256(subject.encode()).hexdigest()[:16]
    try:
        with transaction.atomic():
            user = User(username=f"lti{platform.pk}-{number}", name=name)
            user.set_unusable_password()
            user.save()
            return LtiIdentity.objects.create(platform=platform, subject=subject, user=user), True
    except IntegrityError:  # two clicks at once: the other one was quicker
        return LtiIdentity.objects.select_related("user").get(platform=platform, subject=subject), False


def enrol(context: LtiContext, identity: LtiIdentity, role: CourseRole) -> bool:
    """Book that a person is in a platform's course, and in ours; false where our staff took them out.

    Who came in another way keeps the part that they have here; of several courses there the greater counts.
    """
    with transaction.atomic():
        member = LtiMember.objects.filter(context=context, identity=identity).first()
        was_gone = member is not None and member.state == "gone"
        fields = {"state": "in", "role": role, "seen_at": Now()}
        LtiMember.objects.update_or_create(context=context, identity=identity, defaults=fields)
        if context.course is None:
            return True
        place, _ = Enrolment.objects.get_or_create(
            course=context.course, user=identity.user, defaults={"role": role, "source": SOURCE}
        )
        if not place.is_active and not (was_gone and place.source == SOURCE):
            return False
        if place.source == SOURCE:
            place.role, place.is_active = _greatest(context.course, identity.user), True
            place.save(update_fields=["role", "is_active"])
        return True


def _greatest(course: Course, user: User) -> str:
    parts = LtiMember.objects.filter(context__course=course, identity__user=user, state="in")
    return max(parts.values_list("role", flat=True), key=ROLES.index, default="student")


def leave(member: LtiMember) -> bool:
    """Book that a person is gone from a platform's course: out of ours too, unless they are in it otherwise.

    Nothing is deleted. True where they lost their place.
    """
    with transaction.atomic():
        LtiMember.objects.filter(pk=member.pk).update(state="gone", seen_at=Now())
        course: Course | None = member.context.course
        if course is None:
            return False
        user = member.identity.user
        elsewhere = LtiMember.objects.filter(context__course=course, identity__user=user, state="in")
        if elsewhere.exists():
            return False
        place = Enrolment.objects.filter(course=course, user=user, source=SOURCE, is_active=True)
        return bool(place.update(is_active=False))
