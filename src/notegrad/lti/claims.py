"""Claims of a launch: their long names, and what they say; pure, and careful with what others wrote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal
from urllib.parse import urlsplit

from notegrad.records import Record

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
AGS_CLAIM = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS_CLAIM = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
DEEP_LINKING_CLAIM = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
RESOURCE_MESSAGE = "LtiResourceLinkRequest"
DEEP_LINKING_MESSAGE = "LtiDeepLinkingRequest"

CourseRole = Literal["student", "assistant", "teacher"]

_ROLES = "http://purl.imsglobal.org/vocab/lis/v2/membership"
INSTRUCTOR = f"{_ROLES}#Instructor"
ADMINISTRATOR = f"{_ROLES}#Administrator"  # of the course: Open edX's word for its teachers
LEARNER = f"{_ROLES}#Learner"
ASSISTANT = f"{_ROLES}/Instructor#TeachingAssistant"
_SHORT = {
    "Instructor": INSTRUCTOR,
    "Learner": LEARNER,
    "Administrator": ADMINISTRATOR,
}  # rosters may give the short names of context roles
MAX_CHARS = 255
MAX_URL_CHARS = 1000


class LaunchClaims(Record, frozen=True, kw_only=True):
    """A launch that was validated; what was missing is empty."""

    subject: str
    deployment_id: str
    message: str
    name: str = ""
    roles: tuple[str, ...] = ()
    context_id: str = ""
    context_title: str = ""
    link_id: str = ""
    link_title: str = ""
    assignment: str = ""
    line_item: str = ""
    line_items: str = ""
    scopes: tuple[str, ...] = ()
    members_url: str = ""
    return_url: str = ""
    deep_linking: dict[str, Any] = {}


def course_role(roles: Iterable[object]) -> CourseRole:
    """The part that context roles give in the course; whoever has none of them is a student.

    Roles in the system or the institution say nothing of this course. A teaching assistant is sent as an
    instructor too, so that the lesser of the two counts.
    """
    named = {_SHORT.get(role, role) for role in roles if isinstance(role, str)}
    if ASSISTANT in named:
        return "assistant"
    return "teacher" if named & {INSTRUCTOR, ADMINISTRATOR} else "student"


def read_claims(body: dict[str, Any]) -> LaunchClaims:
    """The claims of a launch whose signature holds; what has not the right form counts as missing."""
    context, link = _table(body, f"{CLAIM}context"), _table(body, f"{CLAIM}resource_link")
    ags, custom = _table(body, AGS_CLAIM), _table(body, f"{CLAIM}custom")
    presentation = _table(body, f"{CLAIM}launch_presentation")
    return LaunchClaims(
        subject=_text(body, "sub"),
        deployment_id=_text(body, f"{CLAIM}deployment_id"),
        message=_text(body, f"{CLAIM}message_type"),
        name=full_name(body),
        roles=_texts(body.get(f"{CLAIM}roles")),
        context_id=_text(context, "id"),
        context_title=_text(context, "title") or _text(context, "label"),
        link_id=_text(link, "id"),
        link_title=_text(link, "title"),
        assignment=_text(custom, "assignment"),
        line_item=_url(ags, "lineitem"),
        line_items=_url(ags, "lineitems"),
        scopes=_texts(ags.get("scope")),
        members_url=_url(_table(body, NRPS_CLAIM), "context_memberships_url"),
        return_url=_url(presentation, "return_url"),
        deep_linking=_table(body, DEEP_LINKING_CLAIM),
    )


def full_name(body: dict[str, Any]) -> str:
    """The name of a person as a launch or a roster gives it, or nothing."""
    whole = _text(body, "name") or f"{_text(body, 'given_name')} {_text(body, 'family_name')}"
    return " ".join(whole.split())[:150]


def origin_of(url: str) -> str:
    """The origin of an address, as policies of browsers name it; nothing where it is none."""
    try:
        parts = urlsplit(url.strip())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    host = (parts.hostname or "").encode("ascii", "ignore").decode()
    is_plain = bool(host) and all(letter.isalnum() or letter in ".-" for letter in host)
    return f"{parts.scheme}://{host}{port}" if parts.scheme in ("http", "https") and is_plain else ""


def _table(body: dict[str, Any], name: str) -> dict[str, Any]:
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def _text(body: dict[str, Any], name: str) -> str:
    found = body.get(name)
    return "".join(c for c in found if c.isprintable()).strip()[:MAX_CHARS] if isinstance(found, str) else ""


def _texts(found: object) -> tuple[str, ...]:
    return (
        tuple(text[:MAX_CHARS] for text in found if isinstance(text, str)) if isinstance(found, list) else ()
    )


def _url(body: dict[str, Any], name: str) -> str:
    found = body.get(name)
    if not isinstance(found, str) or len(found) > MAX_URL_CHARS or not origin_of(found):
        return ""
    return found
