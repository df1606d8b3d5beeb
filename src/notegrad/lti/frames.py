"""The middleware of frames: cookies that live in one, and who may frame a page."""

from __future__ import annotations

import re
from http.cookies import Morsel
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from notegrad.lti.claims import origin_of
from notegrad.lti.models import LtiPlatform
from notegrad.server.middleware import POLICY, Respond
from notegrad.server.shown_page import show

SESSION_ORIGINS = "lti_origins"
MAX_ORIGINS = 20

# Python knows the word from 3.14 on
_KNOWN: Any = Morsel
_KNOWN._reserved.setdefault("partitioned", "Partitioned")  # noqa: SLF001
_KNOWN._flags.add("partitioned")  # noqa: SLF001

_ANCESTORS = re.compile(r"frame-ancestors [^;]*")


def partitioned_cookies(respond: Respond) -> Respond:
    """Lets cookies live in a platform's frame where third-party cookies are blocked: each site its own."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        for cookie in response.cookies.values():
            if str(cookie["samesite"]).lower() == "none" and cookie["secure"]:
                cookie["partitioned"] = True
        return response

    return answered


def framing(respond: Respond) -> Respond:
    """Says who may frame a page: the platform that a session came from, and all of them where it is over."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        if (named := getattr(response, "notegrad_framed_by", None)) is not None:
            origins = list(named)
        elif request.user.is_authenticated:
            origins = list(request.session.get(SESSION_ORIGINS, []))
        elif request.headers.get("Sec-Fetch-Dest") == "iframe":
            origins = all_origins()
            if response.status_code == 302 and response["Location"].startswith(
                resolve_url(settings.LOGIN_URL)
            ):
                response = show(request, "lti/session_over.html", status=401)
        else:
            return response
        if origins:
            policy = response.get("Content-Security-Policy", POLICY)
            ancestors = " ".join(["frame-ancestors 'self'", *origins])
            response["Content-Security-Policy"] = _ANCESTORS.sub(ancestors, policy)
            del response["X-Frame-Options"]
            response.xframe_options_exempt = True
        return response

    return answered


def origins_of(platform: LtiPlatform, return_url: str = "") -> list[str]:
    """The origins whose pages may frame ours for a platform; the return address is part of what it signs."""
    named = (platform.issuer, platform.login_url, return_url, *platform.frame_origins.split())
    return sorted({origin for url in named if (origin := origin_of(url))})[:MAX_ORIGINS]


def all_origins() -> list[str]:
    """The origins of all platforms."""
    platforms = LtiPlatform.objects.filter(is_active=True)
    return sorted({origin for platform in platforms for origin in origins_of(platform)})[:MAX_ORIGINS]
