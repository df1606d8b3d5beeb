"""Answers to a request for deep links: items with their columns, signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pylti1p3.deep_link import DeepLink
from pylti1p3.deep_link_resource import DeepLinkResource
from pylti1p3.lineitem import LineItem

from notegrad.lti.keys import registration_of
from notegrad.lti.line_items import resource_id_of
from notegrad.lti.models import LtiContext
from notegrad.lti.own_addresses import address_of
from notegrad.server.models import Assignment

_DATA = "https://purl.imsglobal.org/spec/lti-dl/claim/data"


def takes_many(settings: dict[str, Any]) -> bool:
    """Whether a platform takes several items at once; some say so in words."""
    return str(settings.get("accept_multiple", "")).lower() == "true"


def takes_columns(settings: dict[str, Any]) -> bool:
    """Whether a platform takes a column with an item; who says nothing does."""
    return str(settings.get("accept_lineitem", True)).lower() != "false"


def answer_with(
    context: LtiContext, settings: dict[str, Any], chosen: Sequence[Assignment], points: float | None
) -> str:
    """The signed answer; with `points` each item has a column of so many."""
    deep_link = DeepLink(registration_of(context.platform), context.deployment_id, settings)
    message = deep_link.get_message_jwt([_item(assignment, points) for assignment in chosen])
    if message.get(_DATA) is None:
        message.pop(_DATA, None)
    return str(deep_link.encode_jwt(message))


def _item(assignment: Assignment, points: float | None) -> DeepLinkResource:
    made = DeepLinkResource().set_title(assignment.title).set_url(address_of("lti_launch"))
    made.set_custom_params({"assignment": assignment.slug})
    if points is not None:
        column = LineItem().set_score_maximum(points).set_label(assignment.title)
        made.set_lineitem(column.set_resource_id(resource_id_of(assignment)))
    return made
