"""Dynamic registration: a platform's own description is read, and ours is sent to it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests
from django.core import signing

from notegrad.lti.claims import origin_of
from notegrad.lti.http import guarded_session
from notegrad.lti.models import LtiPlatform
from notegrad.lti.own_addresses import address_of
from notegrad.lti.services import AGS_ITEM, AGS_ITEM_READ, AGS_RESULT, AGS_SCORE, NRPS_READ

SALT = "notegrad.lti.register"
CODE_S = 3600
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
MAX_CHARS = 255
SCOPES = (AGS_ITEM, AGS_ITEM_READ, AGS_RESULT, AGS_SCORE, NRPS_READ)


class RegistrationError(Exception):
    """A registration that did not come about; its text says why, for the administrator."""


def registration_code() -> str:
    """A code that lets a platform register itself, for an hour."""
    return signing.dumps("register", salt=SALT)


def is_good(code: str) -> bool:
    """Whether a code is ours, and not too old."""
    try:
        return bool(signing.loads(code, salt=SALT, max_age=CODE_S) == "register")
    except signing.BadSignature:
        return False


def register_with(configuration_url: str, token: str) -> LtiPlatform:
    """Register at a platform; the row is switched off until an administrator here has looked at it.

    Raises RegistrationError where the platform does not answer as it should.
    """
    described = _ask("GET", configuration_url, {})
    endpoint = _text(described, "registration_endpoint")
    if origin_of(endpoint) != origin_of(configuration_url):
        raise RegistrationError("the registration endpoint is on another site than the configuration")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    given = _ask("POST", endpoint, headers, _description())
    client_id = _text(given, "client_id")
    tool = given.get(TOOL)
    deployment = tool.get("deployment_id") if isinstance(tool, dict) else None
    issuer = _text(described, "issuer")
    if LtiPlatform.objects.filter(issuer=issuer, client_id=client_id).exists():
        raise RegistrationError(f"{issuer} with the client id {client_id} is registered already")
    audience = described.get("authorization_server")
    return LtiPlatform.objects.create(
        name=(urlsplit(issuer).hostname or issuer)[:100],
        issuer=issuer,
        client_id=client_id,
        deployment_ids=str(deployment) if isinstance(deployment, str | int) else "",
        login_url=_address(described, "authorization_endpoint"),
        token_url=_address(described, "token_endpoint"),
        key_set_url=_address(described, "jwks_uri"),
        audience=audience[:MAX_CHARS] if isinstance(audience, str) else "",
        is_active=False,
    )


def _description() -> dict[str, Any]:
    """This page, as platforms register a tool."""
    launch = address_of("lti_launch")
    messages = ("LtiResourceLinkRequest", "LtiDeepLinkingRequest")
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": address_of("lti_login"),
        "redirect_uris": [launch],
        "client_name": "notegrad",
        "jwks_uri": address_of("lti_keys"),
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(SCOPES),
        TOOL: {
            "domain": urlsplit(launch).netloc,
            "target_link_uri": launch,
            "claims": ["iss", "sub", "name", "given_name", "family_name"],
            "messages": [{"type": kind, "target_link_uri": launch, "label": "notegrad"} for kind in messages],
        },
    }


def _ask(
    method: str, url: str, headers: dict[str, str], body: dict[str, Any] | None = None
) -> dict[str, Any]:
    try:
        answer = guarded_session().request(method, url, headers=headers, json=body)
        found = answer.json() if answer.ok else None
    except (requests.exceptions.RequestException, ValueError) as error:
        raise RegistrationError(str(error)[:200]) from None
    if not isinstance(found, dict):
        raise RegistrationError(f"{urlsplit(url).hostname} answered {answer.status_code}")
    return found


def _text(table: dict[str, Any], name: str) -> str:
    found = table.get(name)
    if not isinstance(found, str) or not found or len(found) > MAX_CHARS:
        raise RegistrationError(f"the platform does not say its {name}")
    return found


def _address(table: dict[str, Any], name: str) -> str:
    found = _text(table, name)
    if not origin_of(found):
        raise RegistrationError(f"the platform's {name} is no address")
    return found
