"""Validates launches: the library's checks, and those that it leaves out.

Beyond the library: a state is tied to its browser by a cookie and to its nonce and platform by a row that is
used up once; `exp`, `iat`, `sub` and `nonce` must be there; one audience, ours; asymmetric signatures only.
"""

from __future__ import annotations

import secrets
from typing import Any

import jwt
from django.db.models.functions import Now
from django.http import HttpRequest
from pylti1p3.cookie import CookieService
from pylti1p3.exception import LtiException, LtiMessageValidationException
from pylti1p3.message_launch import MessageLaunch
from pylti1p3.request import Request
from pylti1p3.session import SessionService
from pylti1p3.tool_config import ToolConfAbstract

from notegrad.lti.claims import DEEP_LINKING_MESSAGE, RESOURCE_MESSAGE, LaunchClaims, read_claims
from notegrad.lti.keys import key_set_of, registration_of
from notegrad.lti.models import LtiLogin, LtiPlatform
from notegrad.server.database_time import after

COOKIE_PREFIX = "notegrad_lti_"
LOGIN_S = 600
KEEP_LOGINS_S = 3600.0
CLOCK_S = 30  # clocks of platforms are this far from ours at most
REQUIRED = ["exp", "iat", "iss", "aud", "sub", "nonce"]
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256")
PARAMETERS = ("iss", "login_hint", "target_link_uri", "lti_message_hint", "client_id", "lti_deployment_id")


class NoCookieError(LtiException):
    """The browser sent no cookie with a login that is known: blocked in a frame, or another browser's."""

    def __init__(self, login: LtiLogin) -> None:
        super().__init__("the cookie of this login was not sent")
        self.login = login


def begin_login(platform: LtiPlatform, parameters: dict[str, str]) -> LtiLogin:
    """A new login; those that are over for an hour are cleared away."""
    LtiLogin.objects.filter(created_at__lt=after(-KEEP_LOGINS_S)).delete()
    return LtiLogin.objects.create(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        platform=platform,
        parameters={name: parameters[name] for name in PARAMETERS if name in parameters},
    )


def cookie_of(login: LtiLogin) -> str:
    """The name of the cookie that ties a login to its browser."""
    return COOKIE_PREFIX + login.state[:16]


class _Fields(Request):
    """The fields of a form, as the library asks for them."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def is_secure(self) -> bool:
        """Whether the request came over TLS."""
        return bool(self.request.is_secure())

    def get_param(self, key: str) -> str:
        """A field that was posted, or nothing."""
        found: str = self.request.POST.get(key, "")
        return found


class _NoCookies(CookieService):
    """No cookies: `CheckedLaunch` reads its own."""


class CheckedLaunch(MessageLaunch[Any, Any, Any, Any]):
    """A launch that is taken only once, only from the browser that began it, and only whole."""

    def __init__(self, request: HttpRequest) -> None:
        fields = _Fields(request)
        super().__init__(
            fields, ToolConfAbstract(), session_service=SessionService(fields), cookie_service=_NoCookies()
        )
        self._browser = request
        self.login: LtiLogin | None = None

    def _get_request_param(self, key: str) -> str:
        found: str = self._request.get_param(key)
        return found

    @property
    def platform(self) -> LtiPlatform:
        """The platform from which it came."""
        assert self.login is not None
        found: LtiPlatform = self.login.platform
        return found

    def checked_claims(self) -> LaunchClaims:
        """What the launch says. Raises LtiException where anything about it is wrong."""
        self.validate()
        return read_claims(dict(self._jwt["body"]))

    def validate_state(self) -> CheckedLaunch:
        """Raises NoCookieError or LtiException unless this browser has begun this login."""
        state = self._get_request_param("state")
        alive = LtiLogin.objects.filter(created_at__gt=after(-LOGIN_S), platform__is_active=True)
        login = alive.select_related("platform").filter(state=state).first() if state else None
        if login is None:
            raise LtiMessageValidationException("no such login, or one that is over")
        cookie = self._browser.COOKIES.get(cookie_of(login), "")
        if not secrets.compare_digest(cookie.encode(), state.encode()):
            raise NoCookieError(login)
        self.login = login
        return self

    def validate_nonce(self) -> CheckedLaunch:
        """Raises LtiException unless the token answers this very login."""
        nonce = self._jwt["body"].get("nonce")
        if self.login is None or not isinstance(nonce, str) or nonce != self.login.nonce:
            raise LtiMessageValidationException("the nonce is not that of the login")
        return self

    def validate_registration(self) -> CheckedLaunch:
        """Raises LtiException unless the token is from the login's platform, and for us alone."""
        body = self._jwt["body"]
        aud = body.get("aud")
        audience = aud if isinstance(aud, list) else [aud]
        if body.get("iss") != self.platform.issuer or audience != [self.platform.client_id]:
            raise LtiMessageValidationException("the issuer or the audience is another one")
        if body.get("azp", self.platform.client_id) != self.platform.client_id:
            raise LtiMessageValidationException("the authorised party is another one")
        self._registration = registration_of(self.platform)
        kid = self._jwt["header"].get("kid")
        found: Any = key_set_of(self.platform, kid if isinstance(kid, str) else "")
        self._registration.set_key_set(found)
        return self

    def validate_jwt_signature(self) -> CheckedLaunch:
        """Raises LtiException unless the platform's key signed it, and it is whole and of now."""
        public_key, algorithm = self.get_public_key()
        if algorithm not in ALGORITHMS:
            raise LtiMessageValidationException(f"signatures of the kind {algorithm} are not taken")
        try:
            jwt.decode(
                self._get_id_token(),
                public_key,
                algorithms=[algorithm],
                audience=self.platform.client_id,
                issuer=self.platform.issuer,
                leeway=CLOCK_S,
                options={"require": REQUIRED},
            )
        except (jwt.InvalidTokenError, jwt.PyJWTError, ValueError, TypeError) as error:
            raise LtiMessageValidationException(f"the token is not good: {error}") from error
        return self

    def validate_deployment(self) -> CheckedLaunch:
        """Raises LtiException unless the deployment is one that the administrator knows."""
        if self._get_deployment_id() not in self.platform.deployments:
            raise LtiMessageValidationException("the deployment is not known")
        return self

    def validate_message(self) -> CheckedLaunch:
        """Raises LtiException unless the message is a launch or asks for a deep link."""
        super().validate_message()
        kind = read_claims(dict(self._jwt["body"])).message
        if kind not in (RESOURCE_MESSAGE, DEEP_LINKING_MESSAGE):
            raise LtiMessageValidationException(f"messages of the kind {kind} are not taken")
        return self

    def save_launch_data(self) -> CheckedLaunch:
        """Use the login up, instead of keeping the token. Raises LtiException where it was used already."""
        login = LtiLogin.objects.filter(pk=self.login.pk if self.login else 0, used_at=None)
        if not login.update(used_at=Now()):
            raise LtiMessageValidationException("this launch was used already")
        return self
