"""Pages of platforms: who gets which, what an administrator registers, and our keys as they change."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.support.authorisation import EVERYBODY, PEOPLE, STAFF, TEACHERS, printed, said_to

ADMINISTRATOR = frozenset({"ada"})
NOBODY: frozenset[str] = frozenset()
# route: (method, who gets it); those of a launch are for who came by one, which nobody in this table did
TABLE = {
    "lti_keys": ("get", EVERYBODY),
    "lti_login": ("get", EVERYBODY),
    "lti_launch": ("post", EVERYBODY),
    "lti_canvas": ("get", EVERYBODY),
    "lti_link": ("get", NOBODY),
    "lti_connect": ("post", NOBODY),
    "lti_deep_linking": ("get", NOBODY),
    "lti_course": ("get", TEACHERS),
    "lti_roster": ("post", TEACHERS),
    "lti_disconnect": ("post", TEACHERS),
    "lti_change_link": ("post", TEACHERS),
    "lti_scores": ("get", STAFF),
    "lti_again": ("post", TEACHERS),
    "lti_platforms": ("get", ADMINISTRATOR),
    "lti_new_platform": ("get", ADMINISTRATOR),
    "lti_change_keys": ("post", ADMINISTRATOR),
    "lti_platform": ("get", ADMINISTRATOR),
    "lti_invite": ("post", ADMINISTRATOR),
    "lti_register": ("get", NOBODY),  # without an administrator's code
}


def routes():
    from notegrad.lti.platform_urls import urlpatterns

    return {route.name: route for route in urlpatterns}


def test_every_route_for_everybody(connected, browse, school):
    """A page that is not for somebody is not there; the table has every route."""
    from django.urls import reverse

    from notegrad.lti.models import LtiContext, LtiLink, LtiPlatform

    known = {"course": "tenseurs", "slug": "tp0", "number": LtiPlatform.objects.get().pk}
    actual, expected = [], []
    for route, (method, allowed) in TABLE.items():
        LtiContext.objects.update(course=school.course)
        known |= {"context": LtiContext.objects.get().pk, "link": LtiLink.objects.get().pk}
        path = reverse(route, kwargs={part: known[part] for part in routes()[route].pattern.converters})
        row = {name: said_to(browse(name), method, path) for name in PEOPLE}
        if route == "lti_disconnect":  # the first of the teachers has done it
            row["ada"] = "yes"
        stranger = "404" if route == "lti_register" else "sign-in"
        wanted = {name: "yes" if name in allowed else "404" if name else stranger for name in PEOPLE}
        actual.append((route, method, row))
        expected.append((route, method, wanted))
    assert printed(actual) == printed(expected)
    assert set(routes()) == set(TABLE)


def test_what_is_another_courses_is_not_there(connected, browse, school):
    """A teacher elsewhere changes neither this course's links nor its rosters through their own course."""
    from notegrad.lti.models import LtiContext, LtiLink

    zoe = browse("zoe")
    context, link = LtiContext.objects.get().pk, LtiLink.objects.get().pk
    for path in (f"{context}/roster/", f"{context}/disconnect/", f"links/{link}/"):
        assert zoe.post(f"/courses/ailleurs/platforms/{path}").status_code == 404
        assert zoe.post(f"/courses/tenseurs/platforms/{path}").status_code == 404


FIELDS = {
    "platform_name": "Moodle",
    "issuer": "https://moodle.example",
    "client_id": "abc",
    "deployment_ids": "1\n2",
    "login_url": "https://moodle.example/mod/lti/auth.php",
    "token_url": "https://moodle.example/mod/lti/token.php",
    "key_set_url": "https://moodle.example/mod/lti/certs.php",
    "is_active": "on",
}


def test_an_administrator_registers_a_platform(school, here, browse):
    """What was typed is kept, what is wrong is told at its field, and a registration is there once."""
    from notegrad.lti.models import LtiPlatform

    ada = browse("ada")
    page = ada.get("/platforms/").content.decode()
    for address in ("/lti/login/", "/lti/launch/", "/lti/keys.json", "/lti/canvas.json"):
        assert f"http://127.0.0.1:8000{address}" in page
    assert ada.post("/platforms/new/", FIELDS | {"frame_origins": "nonsense"}).status_code == 422
    assert ada.post("/platforms/new/", FIELDS | {"token_url": "x y"}).status_code == 422
    assert ada.post("/platforms/new/", FIELDS).status_code == 302
    assert ada.post("/platforms/new/", FIELDS).status_code == 422
    known = LtiPlatform.objects.get()
    assert known.deployments == {"1", "2"}
    without = {name: value for name, value in FIELDS.items() if name != "is_active"}
    assert ada.post(f"/platforms/{known.pk}/", without).status_code == 302
    known.refresh_from_db()
    assert not known.is_active
    assert ada.get("/lti/canvas.json").json()["oidc_initiation_url"].endswith("/lti/login/")


def test_a_platform_registers_itself(school, here, browse):
    """By an administrator's link: our description goes there, theirs is kept, switched off until it was looked at."""
    import json

    from notegrad.lti.models import LtiPlatform
    from tests.support.lti_platform import running_platform

    told = []

    def answers(method, path):
        if path == "/openid":
            names = {
                "issuer": "",
                "authorization_endpoint": "/auth",
                "token_endpoint": "/token",
                "jwks_uri": "/keys",
            }
            said = {name: f"{platform.url}{ending}" for name, ending in names.items()}
            return 200, json.dumps({**said, "registration_endpoint": f"{platform.url}/register"})
        if path == "/register":
            told.append(method)
            tool = {"deployment_id": "7"}
            return 200, json.dumps(
                {"client_id": "dyn-1", "https://purl.imsglobal.org/spec/lti-tool-configuration": tool}
            )
        return None

    with running_platform(fault=answers) as platform:
        page = browse("ada").post("/platforms/invitation/").content.decode()
        link = page.split('<p class="mono">')[1].split("<")[0].removeprefix("http://127.0.0.1:8000")
        stranger, there = browse(), f"{platform.url}/openid"
        asked = stranger.get(f"{link}&openid_configuration={there}")
        assert f"frame-ancestors 'self' {platform.url}" in asked["Content-Security-Policy"]
        assert (told, LtiPlatform.objects.count()) == ([], 0)
        code = link.partition("code=")[2]
        for wrong in ({"code": "x"}, {"openid_configuration": "javascript:x"}):
            fields = {"code": code, "openid_configuration": there} | wrong
            assert stranger.post("/lti/register/", fields).status_code == 404
        done = stranger.post("/lti/register/", {"code": code, "openid_configuration": there})
        assert "est inscrite" in done.content.decode()
        again = stranger.post("/lti/register/", {"code": code, "openid_configuration": there})
        assert again.status_code == 422
    made = LtiPlatform.objects.get()
    assert (made.client_id, made.deployments, made.is_active) == ("dyn-1", {"7"}, False)
    assert made.key_set_url == f"{platform.url}/keys"


def test_our_keys_change_without_a_gap(platform, browse):
    """A new key is published at once, signs when platforms had an hour to read it, and the last one cannot be withdrawn."""
    from django.utils import timezone

    from notegrad.lti.keys import public_keys, signing_key
    from notegrad.lti.models import LtiKey

    ada, first = browse("ada"), signing_key()
    LtiKey.objects.update(created_at=timezone.now() - timezone.timedelta(days=9))
    ada.post("/platforms/keys/", {"withdraw": first.pk})
    assert signing_key() == first
    ada.post("/platforms/keys/")
    served = ada.get("/lti/keys.json").json()
    assert len({key["kid"] for key in served["keys"]}) == 2
    assert all(
        set(key) <= {"kty", "kid", "n", "e", "alg", "use"} for key in served["keys"]
    )  # no private half
    assert signing_key() == first
    newest = LtiKey.objects.latest("pk")
    LtiKey.objects.filter(pk=newest.pk).update(created_at=timezone.now() - timezone.timedelta(hours=2))
    assert signing_key() == newest
    ada.post("/platforms/keys/", {"withdraw": first.pk})
    assert [key["kid"] for key in public_keys()["keys"]] == [served["keys"][1]["kid"]]


def test_scores_page_before_anything(connected, browse):
    """An assignment without a link, and one that is not published, say so."""
    page = browse("iris").get("/courses/tenseurs/assignments/tp0/scores-sent/").content.decode()
    assert "Les notes partent quand le devoir est publié" in page
    page = browse("iris").get("/courses/tenseurs/assignments/tp9/scores-sent/").content.decode()
    assert "aucune note ne part" in page


def test_a_stranger_code_is_worth_nothing(platform, browse, school):
    """A code is signed, names one course, and is not one of our other signatures."""
    from django.core import signing

    from notegrad.lti.connecting import code_for, course_of_code

    assert course_of_code(code_for(school.course)) == school.course
    for code in (
        "",
        str(uuid4()),
        signing.dumps(school.course.pk),
        signing.dumps(school.course.pk, salt="x"),
    ):
        assert course_of_code(code) is None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_all_pages_in_both_languages(connected, browse, language):
    """Each page has a sentence in each language for all that it says."""
    browser = browse("ada")
    browser.post("/language/", {"language": language})
    for path in ("/platforms/", "/platforms/new/", "/courses/tenseurs/platforms/"):
        page = browser.get(path).content.decode()
        assert f'<html lang="{language}">' in page
