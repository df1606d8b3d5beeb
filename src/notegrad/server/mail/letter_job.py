"""The job that writes and sends a letter: a mail server that is slow or broken keeps no page waiting.

Its payload holds no secret: links are made by the worker that sends them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.urls import reverse

from notegrad.messages import DEFAULT_LANGUAGE, translate
from notegrad.server.accounts.links import make_link
from notegrad.server.database_time import after
from notegrad.server.models import HandIn, Job, User
from notegrad.server.queue import queue
from notegrad.server.queue.loop import Control, FinalFaultError, Kind
from notegrad.server.queue.queue import Claim

KIND = "letter"
LETTER_PRIORITY = 20
MAX_AN_HOUR = 5
EMAIL_SALT = "notegrad.email"

Letter = Literal["receipt", "password", "confirm"]


def is_mail_on() -> bool:
    """Whether the deployment names a mail server."""
    return bool(settings.EMAIL_HOST)


def enqueue_receipt(hand_in: HandIn) -> None:
    """Ask for the receipt of an attempt, within its transaction, where there is an address to send it to."""
    if is_mail_on() and hand_in.user.email:
        _enqueue("receipt", hand_in.user, hand_in=hand_in.pk)


def enqueue_password_link(user: User) -> None:
    """Ask for a link to a new password, to the address that the person has confirmed; not too often."""
    if is_mail_on() and user.email and not _has_had_enough(user):
        _enqueue("password", user)


def enqueue_confirmation(user: User, email: str) -> bool:
    """Ask for a letter that confirms an address; False where there were too many."""
    if not is_mail_on() or _has_had_enough(user):
        return False
    _enqueue("confirm", user, email=email)
    return True


def confirmed_email(user: User, token: str, max_age_s: float) -> str:
    """The address that a token of such a letter confirms for this person, or nothing."""
    try:
        number, email = signing.loads(token, salt=EMAIL_SALT, max_age=max_age_s)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(email) if number == user.pk else ""


def letter_kind() -> Kind:
    """The kind of job that sends letters; one that cannot be sent is told on the page of operation."""
    return Kind(_work, lambda _payload, _error: None)


def _enqueue(letter: Letter, user: User, **facts: object) -> None:
    queue.enqueue(KIND, {"letter": letter, "user": user.pk, **facts}, priority=LETTER_PRIORITY)


def _has_had_enough(user: User) -> bool:
    asked = Job.objects.filter(kind=KIND, payload__user=user.pk, created_at__gt=after(-3600.0))
    return asked.filter(payload__letter__in=("password", "confirm")).count() >= MAX_AN_HOUR


def _work(held: Claim, _control: Control) -> Callable[[], None]:
    user = User.objects.filter(pk=held.payload["user"], is_active=True).first()
    if user is None:
        raise FinalFaultError("the account was deleted")
    if not is_mail_on():
        raise FinalFaultError("no mail server is named: set smtp_host for the workers too")
    to, language, facts = _facts_of(held.payload, user)
    if to:
        letter = held.payload["letter"]
        subject = translate(f"letter_{letter}_subject", language, **facts)
        EmailMessage(subject, translate(f"letter_{letter}", language, **facts), to=[to]).send()
    return lambda: None


def _facts_of(payload: dict[str, Any], user: User) -> tuple[str, str, dict[str, object]]:
    """To whom a letter goes, its language, and what it says."""
    root = settings.DEPLOYMENT.url
    if payload["letter"] == "password":
        return (
            user.email,
            _language_of(user),
            {"link": root + make_link(user=user), "username": user.username},
        )
    if payload["letter"] == "confirm":
        token = signing.dumps((user.pk, payload["email"]), salt=EMAIL_SALT)
        return payload["email"], _language_of(user), {"link": root + reverse("confirm_email", args=[token])}
    hand_in = HandIn.objects.select_related("assignment__course").filter(pk=payload["hand_in"]).first()
    if hand_in is None:
        raise FinalFaultError("the attempt was deleted")
    course = hand_in.assignment.course
    received = hand_in.received_at.astimezone(ZoneInfo(course.time_zone)).isoformat(timespec="seconds")
    facts = {"course": course.title, "assignment": hand_in.assignment.title, "number": hand_in.number}
    facts |= {"received": received, "file": hand_in.file_name, "sha256": hand_in.blob_id}
    return user.email, course.language, {**facts, "link": root + reverse("attempt", args=[hand_in.pk])}


def _language_of(user: User) -> str:
    """The language of a person's first course."""
    found = user.enrolments.filter(is_active=True).order_by("pk").values_list("course__language", flat=True)
    return found.first() or DEFAULT_LANGUAGE
