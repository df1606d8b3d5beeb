"""Rosters (names and roles): reads a platform's list to its end, then adds, and books who is gone.

A list that could not be read whole, or that is empty, takes nobody out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models.functions import Now

from notegrad.lti.claims import course_role, full_name
from notegrad.lti.models import LtiContext, LtiMember, RosterRun
from notegrad.lti.platform_people import enrol, leave, user_of
from notegrad.lti.scores import reason_of
from notegrad.lti.services import NRPS_READ, PlatformAnswer, Service
from notegrad.lti.wishes import QUEUE, enqueue_plan
from notegrad.server.models import Job, User
from notegrad.server.queue import queue
from notegrad.server.queue.loop import Control, Kind
from notegrad.server.queue.queue import Claim

KIND = "lti_roster"
MEMBERS_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
MAX_MEMBERS = 20_000
MAX_TOLD = 2_000
TAKEN_OUT = "taken_out"


class IncompleteRosterError(Exception):
    """A roster that could not be read to its end: `reason` is a key with facts."""

    def __init__(self, reason: dict[str, Any]) -> None:
        super().__init__(reason["key"])
        self.reason = reason


def enqueue_roster(context: LtiContext, by: User | None) -> None:
    """Ask for the reading of a roster, unless one is under way; within the caller's transaction."""
    waiting = Job.objects.filter(kind=KIND, state__in=("ready", "running"), payload__context=context.pk)
    if not waiting.exists():
        run = RosterRun.objects.create(context=context, by=by)
        queue.enqueue(KIND, {"context": context.pk, "run": run.pk}, queue=QUEUE)


def roster_kind() -> Kind:
    """The kind of job that reads rosters."""
    return Kind(_work, _give_up)


def _work(held: Claim, _control: Control) -> Callable[[], None]:
    run = RosterRun.objects.select_related("context__platform", "context__course").get(pk=held.payload["run"])
    try:
        members = read_members(run.context)
    except IncompleteRosterError as fault:
        reason = fault.reason
        return lambda: _end(run, "failed", reason)
    return lambda: take_over(run, members)


def _give_up(payload: dict[str, Any], error: str) -> None:
    reason = {"key": "roster_our_fault", "facts": {"said": error[:200]}}
    RosterRun.objects.filter(pk=payload["run"]).update(state="failed", reason=reason, ended_at=Now())


def _end(run: RosterRun, state: str, reason: dict[str, Any]) -> None:
    RosterRun.objects.filter(pk=run.pk).update(state=state, reason=reason, ended_at=Now())


def read_members(context: LtiContext) -> list[dict[str, Any]]:
    """All members of a platform's course. Raises IncompleteRosterError where the list is not whole."""
    if not context.members_url:
        raise IncompleteRosterError({"key": "roster_no_service"})
    service = Service(context.platform, [NRPS_READ])
    members: list[dict[str, Any]] = []
    last: PlatformAnswer | None = None
    for answer in service.pages(context.members_url, MEMBERS_TYPE):
        last = answer
        if answer.outcome != "done":
            raise IncompleteRosterError(reason_of(answer))
        found = answer.body.get("members") if isinstance(answer.body, dict) else None
        if not isinstance(found, list):
            raise IncompleteRosterError({"key": "roster_no_list"})
        members += [member if isinstance(member, dict) else {} for member in found]
        if len(members) > MAX_MEMBERS:
            raise IncompleteRosterError({"key": "roster_too_long", "facts": {"count": MAX_MEMBERS}})
    if last is not None and last.next_page:
        raise IncompleteRosterError({"key": "roster_too_long", "facts": {"count": len(members)}})
    if not members:
        raise IncompleteRosterError({"key": "roster_empty"})
    return members


def take_over(run: RosterRun, members: list[dict[str, Any]]) -> None:
    """Bring a course up to date with a list that was read whole, and write down what happened."""
    context = run.context
    added, failed, present, kept = [], [], set(), 0
    for number, member in enumerate(members, 1):
        if member.get("status", "Active") != "Active":
            continue
        name = full_name(member)
        try:
            with transaction.atomic():
                identity_id, is_new, may_enter = _take_in(context, member, name)
        except (ValueError, TypeError, DatabaseError) as fault:
            failed.append({"who": name or f"n° {number}", "why": str(fault)[:200]})
            continue
        present.add(identity_id)
        if not may_enter:
            failed.append({"who": name or f"n° {number}", "why": TAKEN_OUT})
        elif is_new:
            added.append(name or f"n° {number}")
        else:
            kept += 1
    # where somebody could not be read, nobody can be said to be gone
    gone = _let_go(context, present) if all(line["why"] == TAKEN_OUT for line in failed) else []
    state = "done" if not failed else "partly" if present else "failed"
    RosterRun.objects.filter(pk=run.pk).update(
        state=state,
        added=added[:MAX_TOLD],
        gone=gone[:MAX_TOLD],
        failed=failed[:MAX_TOLD],
        kept=kept,
        reason={},
        ended_at=Now(),
    )
    for link in context.links.exclude(assignment=None).select_related("assignment"):
        enqueue_plan(link.assignment)


def _take_in(context: LtiContext, member: dict[str, Any], name: str) -> tuple[int, bool, bool]:
    """The identity of a member, whether they were not in the course before, and whether they may be.

    Raises ValueError for a member without a number.
    """
    subject = member.get("user_id")
    if isinstance(subject, int):
        subject = str(subject)
    if not isinstance(subject, str) or not subject or len(subject) > 255:
        raise ValueError("no user_id")
    roles = member.get("roles")
    identity, _ = user_of(context.platform, subject, name)
    was_in = LtiMember.objects.filter(context=context, identity=identity, state="in").exists()
    may_enter = enrol(context, identity, course_role(roles if isinstance(roles, list) else []))
    return identity.pk, not was_in, may_enter


def _let_go(context: LtiContext, present: set[int]) -> list[str]:
    """Book who is not in the list any more, and return their names."""
    gone = []
    related = ("identity__user", "context__course")
    for member in context.members.filter(state="in").select_related(*related):
        if member.identity_id not in present:
            leave(member)
            gone.append(str(member.identity.user))
    return gone
