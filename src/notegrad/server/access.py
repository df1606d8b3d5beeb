"""Finds what a request is about, and refuses as 404 what the person must not know of."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from notegrad.server.models import Assignment, Course, HandIn
from notegrad.server.rules import NOWHERE, Action, Thing, Who, may


def who_is(request: HttpRequest) -> Who:
    """The person who is signed in, with their roles; read once for each request."""
    known: Who | None = getattr(request, "notegrad_who", None)
    if known is None:
        user = request.user
        roles = dict(user.enrolments.filter(is_active=True).values_list("course_id", "role"))
        known = Who(user_id=user.pk, is_administrator=user.is_superuser, roles=roles)
        request.notegrad_who = known
    return known


def is_allowed(request: HttpRequest, what: Action, thing: Thing = NOWHERE) -> bool:
    """Whether the person may do that; nobody who is not signed in may do anything."""
    return bool(request.user.is_authenticated) and may(who_is(request), what, thing)


def demand(request: HttpRequest, what: Action, thing: Thing = NOWHERE) -> None:
    """Refuses what is not allowed; raises Http404, as for what is not there."""
    if not is_allowed(request, what, thing):
        raise Http404


def thing_of(found: Course | Assignment | HandIn) -> Thing:
    """The object as the rules see it."""
    if isinstance(found, Course):
        return Thing(course_id=found.pk)
    if isinstance(found, Assignment):
        return Thing(course_id=found.course_id, is_shown=found.state != "draft")
    return Thing(course_id=found.assignment.course_id, owner_id=found.user_id)


def course_for(request: HttpRequest, what: Action, slug: str) -> Course:
    """The course of that name; raises Http404 where it is not there, or not for this person."""
    course = Course.objects.filter(slug=slug).first()
    if course is None:
        raise Http404
    demand(request, what, thing_of(course))
    _speak(request, course)
    return course


def assignment_for(request: HttpRequest, what: Action, course: str, slug: str) -> Assignment:
    """The assignment of that name; raises Http404 where it is not there, or not for this person."""
    found = (
        Assignment.objects.select_related("course", "bundle").filter(course__slug=course, slug=slug).first()
    )
    if found is None:
        raise Http404
    demand(request, what, thing_of(found))
    _speak(request, found.course)
    return found


def hand_in_for(request: HttpRequest, what: Action, number: int) -> HandIn:
    """The attempt of that number; raises Http404 where it is not there, or not for this person."""
    related = (
        "assignment__course",
        "assignment__bundle",
        "user",
        "current__bundle",
        "job",
        "blob",
        "sent_by",
    )
    found = HandIn.objects.select_related(*related).defer("blob__data").filter(pk=number).first()
    if found is None:
        raise Http404
    demand(request, what, thing_of(found))
    _speak(request, found.assignment.course)
    return found


def _speak(request: HttpRequest, course: Course) -> None:
    """Pages of a course are in its language, unless the reader has chosen another."""
    request.notegrad_course_language = course.language
