"""Forged and repeated launches: eighteen are refused with one sentence, two honest ones are taken."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.support.lti_platform import CLAIM, new_pair

REFUSED = "Ce lancement n’est pas valable"
UNSIGNED = "La signature de ce lancement n’a pas pu être vérifiée"
NO_COOKIE = "Votre navigateur n’a pas gardé le cookie"


def sent(platform: Any, browser: Any, *, kid: str = "k1", state: str = "", **claims: Any) -> Any:
    """The answer to a launch with other claims, signed by the platform."""
    asked = platform.begin(browser)
    token = platform.sign(platform.claims(asked["nonce"], **claims), kid)
    return browser.post("/lti/launch/", {"state": state or asked["state"], "id_token": token})


def _wrong_key(platform: Any, browser: Any, kid: str) -> Any:
    import jwt

    asked = platform.begin(browser)
    pem = new_pair("x").export_to_pem(private_key=True, password=None)
    token = jwt.encode(platform.claims(asked["nonce"]), pem, algorithm="RS256", headers={"kid": kid})
    return browser.post("/lti/launch/", {"state": asked["state"], "id_token": token})


def _unsigned(platform: Any, browser: Any) -> Any:
    import jwt

    asked = platform.begin(browser)
    token = jwt.encode(platform.claims(asked["nonce"]), None, algorithm="none", headers={"kid": "k1"})
    return browser.post("/lti/launch/", {"state": asked["state"], "id_token": token})


def _public_key_as_secret(platform: Any, browser: Any) -> Any:
    import base64
    import hashlib
    import hmac
    import json

    asked = platform.begin(browser)
    parts = [{"alg": "HS256", "typ": "JWT", "kid": "k1"}, platform.claims(asked["nonce"])]
    said = b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    mac = hmac.new(platform.pairs["k1"].export_to_pem(), said, hashlib.sha256).digest()
    token = (said + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()
    return browser.post("/lti/launch/", {"state": asked["state"], "id_token": token})


def _without_cookie(platform: Any, browser: Any) -> Any:
    asked = platform.begin(browser)
    browser.cookies.clear()
    token = platform.sign(platform.claims(asked["nonce"]))
    return browser.post("/lti/launch/", {"state": asked["state"], "id_token": token})


def _twice(platform: Any, browser: Any, *, other: bool) -> Any:
    from django.test import Client

    asked = platform.begin(browser)
    cookies = browser.cookies.copy()
    said = {"state": asked["state"], "id_token": platform.sign(platform.claims(asked["nonce"]))}
    assert browser.post("/lti/launch/", said).status_code == 302
    second = Client() if other else browser
    if not other:
        second.cookies = cookies  # as if the browser had kept what it was told to forget
    return second.post("/lti/launch/", said)


now = time.time
FORGED: dict[str, tuple[Any, str]] = {
    "expired": (lambda p, b: sent(p, b, exp=int(now()) - 120, iat=int(now()) - 400), REFUSED),
    "from tomorrow": (lambda p, b: sent(p, b, iat=int(now()) + 86_400, exp=int(now()) + 90_000), REFUSED),
    "no exp": (lambda p, b: sent(p, b, exp=None), REFUSED),
    "no iat": (lambda p, b: sent(p, b, iat=None), REFUSED),
    "wrong audience": (lambda p, b: sent(p, b, aud="another-client"), REFUSED),
    "unknown issuer": (lambda p, b: sent(p, b, iss="https://other.example"), REFUSED),
    "wrong key, known kid": (lambda p, b: _wrong_key(p, b, "k1"), REFUSED),
    "wrong key, unknown kid": (lambda p, b: _wrong_key(p, b, "k9"), UNSIGNED),
    "alg none": (_unsigned, UNSIGNED),
    "HS256 with the public key": (_public_key_as_secret, UNSIGNED),
    "unknown deployment": (lambda p, b: sent(p, b, **{f"{CLAIM}deployment_id": "77"}), REFUSED),
    "invented nonce": (lambda p, b: sent(p, b, nonce="made-up"), REFUSED),
    "no sub": (lambda p, b: sent(p, b, sub=""), REFUSED),
    "changed state": (lambda p, b: sent(p, b, state="another-state"), REFUSED),
    "no cookie": (_without_cookie, NO_COOKIE),
    "repeated": (lambda p, b: _twice(p, b, other=False), REFUSED),
    "repeated from another browser": (lambda p, b: _twice(p, b, other=True), NO_COOKIE),
    "two audiences": (lambda p, b: sent(p, b, aud=["other", "client-1"]), REFUSED),
    "no nonce": (lambda p, b: sent(p, b, nonce=None), REFUSED),
    "no token": (lambda p, b: b.post("/lti/launch/", {"state": p.begin(b)["state"]}), REFUSED),
    "no JSON": (
        lambda p, b: b.post("/lti/launch/", {"state": p.begin(b)["state"], "id_token": "a.b.c"}),
        REFUSED,
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_launch_is_refused_with_one_sentence(connected, browse, name):
    """No forged, stale or repeated launch signs anybody in, whatever is wrong with it; it is never a 500."""
    from django.contrib.sessions.models import Session

    forge, sentence = FORGED[name]
    before = 1 if name.startswith("repeated") else 0
    answer = forge(connected, browse())
    assert answer.status_code == 403
    assert sentence in answer.content.decode()
    signed_in = [row for row in Session.objects.all() if "_auth_user_id" in row.get_decoded()]
    assert len(signed_in) == before


@pytest.mark.parametrize("audience", ["client-1", ["client-1"]])
def test_an_honest_launch_is_taken(connected, browse, audience):
    """The control: the same launch with nothing wrong signs the student in and opens the assignment."""
    browser = browse()
    answer = sent(connected, browser, aud=audience)
    assert (answer.status_code, answer["Location"]) == (302, "/courses/tenseurs/assignments/tp0/")
    assert "Devoir tp0" in browser.get(answer["Location"]).content.decode()


def test_a_login_of_an_unknown_platform_is_refused(platform, browse):
    """Issuer and client id are both needed, and both must be those of one platform that is switched on."""
    from notegrad.lti.models import LtiPlatform

    good = {"iss": platform.url, "client_id": platform.client_id, "login_hint": "h"}
    for wrong in (
        {"iss": "https://other.example"},
        {"client_id": ""},
        {"client_id": "x"},
        {"login_hint": ""},
    ):
        assert browse().get("/lti/login/", good | wrong).status_code == 400
    assert browse().post("/lti/login/", good).status_code == 302
    LtiPlatform.objects.update(is_active=False)
    assert browse().post("/lti/login/", good).status_code == 400


def test_the_platforms_keys_may_change(connected, browse):
    """A key that the platform has added since is read; one that it has withdrawn is trusted for an hour at most."""
    from django.utils import timezone

    from notegrad.lti.models import LtiPlatform

    assert sent(connected, browse()).status_code == 302
    connected.pairs["k2"] = new_pair("k2")
    LtiPlatform.objects.update(key_set_at=timezone.now() - timezone.timedelta(seconds=30))
    assert sent(connected, browse(), kid="k2").status_code == 302
    withdrawn = connected.pairs.pop("k1")
    LtiPlatform.objects.update(key_set_at=timezone.now() - timezone.timedelta(hours=2))
    asked = connected.begin(browser := browse())
    connected.pairs["k1"] = withdrawn  # for one signature, as a thief has it
    token = connected.sign(connected.claims(asked["nonce"]), "k1")
    del connected.pairs["k1"]
    assert browser.post("/lti/launch/", {"state": asked["state"], "id_token": token}).status_code == 403
    assert sent(connected, browse(), kid="k2").status_code == 302


def test_invented_key_ids_do_not_flood_the_platform(connected, browse):
    """Ten launches with unknown key ids ask the platform for its keys once."""
    asked = []
    connected.fault = lambda _method, path: asked.append(path)
    for number in range(10):
        _wrong_key(connected, browse(), f"kid{number}")
    assert asked == ["/keys"]
