"""Connects a platform's course with one of ours: by a code that its teacher has made here."""

from __future__ import annotations

from django.core import signing
from django.db import transaction
from django.utils.text import slugify

from notegrad.lti.models import LtiContext
from notegrad.lti.platform_people import enrol
from notegrad.server.models import Course

SALT = "notegrad.lti.connect"
CODE_S = 2 * 24 * 3600


def code_for(course: Course) -> str:
    """A code that connects a platform's course with this one, for two days."""
    return signing.dumps(course.pk, salt=SALT)


def course_of_code(code: str) -> Course | None:
    """The course that a code names, where it is still good."""
    try:
        number = signing.loads("".join(code.split()), salt=SALT, max_age=CODE_S)
    except signing.BadSignature:
        return None
    return Course.objects.filter(pk=number).first() if isinstance(number, int) else None


def connect_with(context: LtiContext, course: Course) -> None:
    """Connect; who came from there already is taken into the course, within the caller's transaction."""
    with transaction.atomic():
        context.course = course
        context.save(update_fields=["course"])
        for member in context.members.filter(state="in").select_related("identity__user"):
            enrol(context, member.identity, member.role)


def new_course_for(context: LtiContext, language: str) -> Course:
    """A new course for a platform's, connected with it; within the caller's transaction."""
    title = context.title or context.context_id or str(context.platform)
    base = slugify(title)[:40] or "cours"
    slug, number = base, 1
    while Course.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    course = Course.objects.create(slug=slug, title=title[:200], language=language)
    connect_with(context, course)
    return course
