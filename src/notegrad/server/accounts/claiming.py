"""A place of a course's list taken with an account that is there: what the place has becomes theirs."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from notegrad.server.accounts.links import use_up
from notegrad.server.audit_log import record
from notegrad.server.models import Enrolment, Extension, HandIn, Hold, Invitation, User
from notegrad.server.shown_page import show

IDENTIFIERS = ("number", "email", "login", "group")


def claim(request: HttpRequest, found: Invitation) -> HttpResponse:
    """Asks, and then joins the place to the account of who is signed in; raises Http404 where it is gone."""
    refused = _refusal(found, request.user)
    if request.method == "POST" and not refused:
        place = found.user
        with transaction.atomic():
            if not use_up(found):
                raise Http404
            _join(found, place, request.user)
            record(
                request,
                "claim",
                f"{place.get_username()} → {request.user.get_username()}",
                course=found.course,
                about=request.user,  # or the two logins would stay when this person is deleted
            )
            place.delete()
        return redirect("course", found.course.slug)
    context = {"invitation": found, "refused": refused}
    return show(request, "accounts/claim.html", context, status=403 if refused else 200)


def _refusal(found: Invitation, own: User) -> str:
    """The key of the sentence why an account cannot take the place; empty where it can."""
    place = found.user
    if place.last_login is not None or place.has_usable_password():
        return "claim_taken"
    mine = Enrolment.objects.filter(course=found.course, user=own).first()
    if mine is None:
        return ""
    if mine.role != "student" or not mine.is_active:
        return "claim_other_part"
    theirs = Enrolment.objects.filter(course=found.course, user=place).first()
    if theirs is not None and any(_differ(getattr(mine, f), getattr(theirs, f)) for f in IDENTIFIERS[:2]):
        return "claim_other_person"
    both = all(
        HandIn.objects.filter(user=user, assignment__course=found.course).exists() for user in (own, place)
    )
    return "claim_both_handed_in" if both else ""


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one.casefold() != other.casefold())


def _join(found: Invitation, place: User, own: User) -> None:
    """Give the account all that the list's place has in the course; what the account has itself stays."""
    theirs = Enrolment.objects.filter(course=found.course, user=place)
    mine = Enrolment.objects.filter(course=found.course, user=own).first()
    if mine is None:
        theirs.update(user=own)
    elif (listed := theirs.first()) is not None:
        for name in IDENTIFIERS:
            setattr(mine, name, getattr(mine, name) or getattr(listed, name))
        mine.save(update_fields=list(IDENTIFIERS))
    HandIn.objects.filter(user=place).update(user=own)
    for rows in (Extension.objects, Hold.objects):
        known = rows.filter(user=own).values_list("assignment_id", flat=True)
        rows.filter(user=place).exclude(assignment__in=list(known)).update(user=own)
