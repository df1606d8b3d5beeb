"""Columns of gradebooks (line items): named by the launch, found, or made where a teacher wants one."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.db.models import Q
from django.db.models.functions import Now

from notegrad.lti.models import LtiLink, LtiPlatform
from notegrad.lti.services import AGS_RESULT, PlatformAnswer, Service
from notegrad.server.database_time import after
from notegrad.server.models import Assignment

ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
MAKING_S, PAUSE_S = 180.0, 5.0


class NoColumnError(Exception):
    """There is no column for a link's scores, and nobody has asked for one."""


class FaultyColumnError(Exception):
    """The platform did not let us find or make a column; its answer says why."""

    def __init__(self, answer: PlatformAnswer) -> None:
        super().__init__(answer.said)
        self.answer = answer


def resource_id_of(assignment: Assignment) -> str:
    """The name by which a platform knows an assignment of ours."""
    return f"notegrad-{assignment.pk}"


def column_of(link: LtiLink, service: Service, points: float) -> str:
    """The address of a link's column; one that had to be looked for is kept.

    Raises NoColumnError where there is none, FaultyColumnError where the platform does not answer well.
    """
    if link.line_item or link.found_item:
        return str(link.line_item or link.found_item)
    if not link.line_items:
        raise NoColumnError
    found = _find(link, service)
    if found:
        LtiLink.objects.filter(pk=link.pk).update(found_item=found)
    elif link.may_create_item:
        found = _make_alone(link, service, points)
    if not found:
        raise NoColumnError
    return found


def _make_alone(link: LtiLink, service: Service, points: float) -> str:
    """A new column, made by one worker only: many scores set out at once, and each would make one."""
    rows = LtiLink.objects.filter(pk=link.pk)
    if not rows.filter(Q(column_until=None) | Q(column_until__lt=Now())).update(column_until=after(MAKING_S)):
        raise FaultyColumnError(
            PlatformAnswer(outcome="again", said="the column is being made", wait_s=PAUSE_S)
        )
    try:
        known = rows.values_list("found_item", flat=True).first()
        found = known or _find(link, service) or _make(link, service, points)
        rows.update(found_item=found)
    finally:
        rows.update(column_until=None)
    return str(found)


def scores_address(column: str) -> str:
    """The address to which scores of a column go; what follows a `?` stays behind it."""
    parts = urlsplit(column)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/scores"))


def result_in(column: str, subject: str, platform: LtiPlatform) -> float | None:
    """The part of all points that a person has in a column, or None where the platform does not say."""
    parts = urlsplit(column)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), ("user_id", subject)])
    address = urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/results", query=query))
    answer = Service(platform, [AGS_RESULT]).get(address, RESULTS_TYPE)
    rows = answer.body if answer.outcome == "done" and isinstance(answer.body, list) else []
    for row in rows:
        if isinstance(row, dict) and row.get("userId") == subject:
            score, most = row.get("resultScore"), row.get("resultMaximum", 1)
            if isinstance(score, int | float) and isinstance(most, int | float) and most > 0:
                return score / most
    return None


def _find(link: LtiLink, service: Service) -> str:
    """The column that has both names: one with only one of them belongs to somebody else."""
    wanted = {"resource_id": resource_id_of(link.assignment), "resource_link_id": link.resource_link_id}
    parts = urlsplit(link.line_items)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *wanted.items()])
    for answer in service.pages(urlunsplit(parts._replace(query=query)), ITEMS_TYPE):
        if answer.outcome != "done":
            raise FaultyColumnError(answer)
        for item in answer.body if isinstance(answer.body, list) else []:
            is_ours = isinstance(item, dict) and (
                item.get("resourceId") == wanted["resource_id"]
                and item.get("resourceLinkId") == wanted["resource_link_id"]
            )
            if is_ours and isinstance(item.get("id"), str):
                return str(item["id"])
    return ""


def _make(link: LtiLink, service: Service, points: float) -> str:
    """A new column, with both names, so that the platform shows it at this link."""
    item: dict[str, Any] = {
        "label": str(link.assignment.title),
        "scoreMaximum": points,
        "resourceId": resource_id_of(link.assignment),
        "resourceLinkId": link.resource_link_id,
    }
    answer = service.post(link.line_items, json.dumps(item).encode(), ITEM_TYPE, ITEM_TYPE)
    made = answer.body.get("id") if isinstance(answer.body, dict) else None
    if answer.outcome != "done" or not isinstance(made, str):
        raise FaultyColumnError(answer)
    return made
