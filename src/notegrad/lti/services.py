"""Services of platforms: access tokens, and requests whose outcome says whether to try again."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator, Sequence
from typing import Any, Literal
from urllib.parse import urljoin

import requests
from pylti1p3.exception import LtiException
from pylti1p3.service_connector import ServiceConnector

from notegrad.lti.http import RefusedRequestError, guarded_session
from notegrad.lti.keys import registration_of
from notegrad.lti.models import LtiPlatform
from notegrad.records import Record

Outcome = Literal["done", "newer_there", "refused", "again"]

AGS_SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
AGS_ITEM = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
AGS_ITEM_READ = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"
AGS_RESULT = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
NRPS_READ = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"

AGAIN_STATUSES = (401, 408, 425, 429)
MAX_REASON_CHARS = 200
MAX_TOKENS = 1_000
MAX_TOKEN_S = 3600.0
MAX_PAGES = 100
MAX_WAIT_S = 24 * 3600.0
_NEXT = re.compile(r'<([^>]*)>\s*;[^,]*rel="?next"?', re.IGNORECASE)


class PlatformAnswer(Record, frozen=True, kw_only=True):
    """A platform's answer: outcome, status (0: none came), words, and how long it wants us to wait."""

    outcome: Outcome
    status: int = 0
    said: str = ""
    wait_s: float = 0.0
    body: Any = None
    next_page: str = ""


class _Tokens(ServiceConnector):
    """The library's way to access tokens, kept by registration: two may share an issuer."""

    _kept: dict[str, tuple[str, float]] = {}

    def __init__(self, platform: LtiPlatform, session: requests.Session) -> None:
        super().__init__(registration_of(platform), session)
        self._number = platform.pk

    def _scope_key(self, scopes: Any) -> str:
        named = "|".join([str(self._number), str(self._registration.get_auth_token_url()), *sorted(scopes)])
        return hashlib.sha256(named.encode()).hexdigest()

    def _get_cached_access_token(self, scope_key: str) -> str | None:
        token, until = self._kept.get(scope_key, ("", 0.0))
        return token if time.monotonic() < until else None

    def _cache_access_token(self, scope_key: str, access_token: str, expires_in: float) -> None:
        if len(self._kept) >= MAX_TOKENS:
            self._kept.clear()
        try:
            life_s = min(float(expires_in) - 30, MAX_TOKEN_S)
        except (TypeError, ValueError):
            return
        self._kept[scope_key] = (access_token, time.monotonic() + life_s)

    def forget(self, scopes: Sequence[str]) -> None:
        """Forget a token that was refused."""
        self._kept.pop(self._scope_key(scopes), None)


class Service:
    """A platform's services, with which it lets us do what the scopes say."""

    def __init__(self, platform: LtiPlatform, scopes: Sequence[str]) -> None:
        self._session = guarded_session()
        self._tokens = _Tokens(platform, self._session)
        self._scopes = sorted(scopes)

    def get(self, url: str, accept: str) -> PlatformAnswer:
        """The answer to a question."""
        return self._ask("GET", url, {"Accept": accept}, None)

    def post(
        self, url: str, data: bytes, content_type: str, accept: str = "application/json"
    ) -> PlatformAnswer:
        """The answer to what is told."""
        return self._ask("POST", url, {"Content-Type": content_type, "Accept": accept}, data)

    def pages(self, url: str, accept: str) -> Iterator[PlatformAnswer]:
        """The answers to a question whose answer has pages; ends after one that is no answer."""
        seen: set[str] = set()
        while url and url not in seen and len(seen) < MAX_PAGES:
            seen.add(url)
            answer = self.get(url, accept)
            yield answer
            if answer.outcome != "done":
                return
            url = answer.next_page

    def _ask(self, method: str, url: str, headers: dict[str, str], data: bytes | None) -> PlatformAnswer:
        """The answer; a token that is refused is asked for anew, once."""
        answer = self._ask_once(method, url, headers, data)
        if answer.status == 401 and answer.body != "token":
            self._tokens.forget(self._scopes)
            answer = self._ask_once(method, url, headers, data)
        return answer

    def _ask_once(self, method: str, url: str, headers: dict[str, str], data: bytes | None) -> PlatformAnswer:
        try:
            token = self._tokens.get_access_token(self._scopes)
        except (LtiException, requests.exceptions.RequestException, KeyError, TypeError, ValueError) as fault:
            response = getattr(fault, "response", None)
            status = response.status_code if response is not None else 0
            said = _excerpt(response.text) if response is not None else _excerpt(str(fault))
            return PlatformAnswer(outcome="again", said=said, body="token", status=status)
        try:
            response = self._session.request(
                method, url, headers={**headers, "Authorization": f"Bearer {token}"}, data=data
            )
        except RefusedRequestError as fault:
            return PlatformAnswer(outcome="refused", said=_excerpt(str(fault)))
        except (requests.exceptions.RequestException, OSError) as fault:
            return PlatformAnswer(outcome="again", said=_excerpt(str(fault)))
        return _answer_of(response)


def _answer_of(response: requests.Response) -> PlatformAnswer:
    """What the status of a platform's answer means for us."""
    status = response.status_code
    if 200 <= status < 300:
        outcome: Outcome = "done"
    elif status == 409:
        outcome = "newer_there"
    elif status >= 500 or status in AGAIN_STATUSES:
        outcome = "again"
    else:
        outcome = "refused"
    try:
        body = response.json() if response.content else None
    except ValueError:
        body = None
    following = _NEXT.search(response.headers.get("Link", ""))
    waited = response.headers.get("Retry-After", "")
    return PlatformAnswer(
        outcome=outcome,
        status=status,
        said="" if outcome == "done" else _excerpt(response.text),
        wait_s=min(float(waited), MAX_WAIT_S) if waited.isdigit() else 0.0,
        body=body,
        next_page=urljoin(response.url, following[1]) if following else "",
    )


def _excerpt(text: str) -> str:
    """The beginning of what somebody said, on one line."""
    words = " ".join("".join(c if c.isprintable() else " " for c in re.sub(r"<[^>]*>", " ", text)).split())
    return words if len(words) <= MAX_REASON_CHARS else f"{words[:MAX_REASON_CHARS]}…"
