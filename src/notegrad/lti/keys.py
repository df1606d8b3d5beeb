"""Keys: our own pairs and their rotation, and the public keys of platforms."""

from __future__ import annotations

from typing import Any

import requests
from django.db.models import Q
from django.db.models.functions import Now
from jwcrypto.jwk import JWK
from pylti1p3.exception import LtiKeyException
from pylti1p3.registration import Registration

from notegrad.lti.http import guarded_session
from notegrad.lti.models import LtiKey, LtiPlatform
from notegrad.server.database_time import after

KEY_BITS = 2048
PUBLISHED_BEFORE_USE_S = 3600.0
KEY_SET_LIFE_S = 3600.0
MIN_PAUSE_S = 20.0
MAX_KEYS = 50


def new_key() -> LtiKey:
    """A new key pair; it is published at once, and signs an hour later, where an older one can until then."""
    pair = JWK.generate(kty="RSA", size=KEY_BITS)
    private = pair.export_to_pem(private_key=True, password=None).decode()
    return LtiKey.objects.create(private_pem=private, public_pem=pair.export_to_pem().decode())


def living_keys() -> list[LtiKey]:
    """The keys that platforms may still trust, the oldest first; one is made where there is none."""
    found = list(LtiKey.objects.filter(withdrawn_at=None).order_by("created_at", "pk"))
    return found or [new_key()]


def signing_key() -> LtiKey:
    """The newest key that platforms have had time to read, else the oldest."""
    living = living_keys()
    old = LtiKey.objects.filter(withdrawn_at=None, created_at__lt=after(-PUBLISHED_BEFORE_USE_S))
    return old.order_by("-created_at", "-pk").first() or living[0]


def withdraw(key: LtiKey) -> bool:
    """Withdraw a key; false where it is the last one, or was withdrawn already."""
    others = LtiKey.objects.filter(withdrawn_at=None).exclude(pk=key.pk)
    return others.exists() and bool(
        LtiKey.objects.filter(pk=key.pk, withdrawn_at=None).update(withdrawn_at=Now())
    )


def public_keys() -> dict[str, list[Any]]:
    """The public halves of our keys, as platforms read them."""
    return {"keys": [Registration.get_jwk(key.public_pem) for key in living_keys()]}


def registration_of(platform: LtiPlatform) -> Registration:
    """A platform as the library knows it, with the key that signs for us."""
    key = signing_key()
    made = Registration()
    made.set_issuer(platform.issuer).set_client_id(platform.client_id)
    made.set_auth_login_url(platform.login_url).set_auth_token_url(platform.token_url)
    made.set_key_set_url(platform.key_set_url)
    made.set_tool_private_key(key.private_pem).set_tool_public_key(key.public_pem)
    if platform.audience:
        made.set_auth_audience(platform.audience)
    return made


def key_set_of(platform: LtiPlatform, kid: str) -> dict[str, Any]:
    """The keys of a platform: those that are known, read anew after an hour, or where `kid` is missing.

    Whoever invents key ids makes us ask at most every twenty seconds. Raises LtiKeyException where the
    platform gives none.
    """
    known: dict[str, Any] = platform.key_set
    has_key = any(isinstance(key, dict) and key.get("kid") == kid for key in known.get("keys", []))
    fresh = LtiPlatform.objects.filter(pk=platform.pk, key_set_at__gt=after(-KEY_SET_LIFE_S)).exists()
    if has_key and fresh:
        return known
    quiet = Q(key_set_at=None) | Q(key_set_at__lt=after(-MIN_PAUSE_S))
    if known and not LtiPlatform.objects.filter(quiet, pk=platform.pk).exists():
        return known
    read = _read(platform.key_set_url)
    LtiPlatform.objects.filter(pk=platform.pk).update(key_set=read, key_set_at=Now())
    return read


def _read(url: str) -> dict[str, Any]:
    try:
        answer = guarded_session().get(url)
        answer.raise_for_status()
        found = answer.json()
    except (requests.exceptions.RequestException, ValueError) as error:
        raise LtiKeyException(f"the platform's keys cannot be read: {error}") from error
    keys = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(keys, list) or len(keys) > MAX_KEYS:
        raise LtiKeyException("the platform's answer holds no keys")
    return {"keys": [key for key in keys if isinstance(key, dict)]}
