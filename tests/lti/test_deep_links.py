"""Deep links: a teacher picks assignments, the platform gets a signed answer, and its links open them."""

from __future__ import annotations

import html
import time

import pytest

from tests.support.lti_platform import CLAIM, DEEP_LINKING, TEACHER

ITEMS = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items"
DATA = "https://purl.imsglobal.org/spec/lti-dl/claim/data"


def asked(platform, browser, *, roles=(TEACHER,), **settings):
    """A request for a deep link, as a teacher makes it."""
    said = {
        "deep_link_return_url": "https://lms.example/back?course=1",
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe"],
        **settings,
    }
    claims = {
        f"{CLAIM}message_type": "LtiDeepLinkingRequest",
        f"{CLAIM}roles": list(roles),
        DEEP_LINKING: said,
    }
    return platform.launch(browser, "u-theo", **claims, **{f"{CLAIM}resource_link": None})


def token_of(page):
    return html.unescape(page.split('name="JWT" value="')[1].split('"')[0])


def read_token(platform, token):
    import jwt

    keys = jwt.PyJWKSet.from_dict(platform.tool_keys())
    kid = jwt.get_unverified_header(token)["kid"]
    key = next(key for key in keys.keys if key.key_id == kid)
    return jwt.decode(token, key.key, algorithms=["RS256"], audience=platform.url, issuer=platform.client_id)


def test_a_teacher_picks_an_assignment(connected, browse, school):
    """The answer is signed with our key, goes back by one button, and its link opens that assignment, draft or not."""
    teacher = browse()
    assert asked(connected, teacher, data="opaque")["Location"] == "/lti/deep-linking/"
    page = teacher.get("/lti/deep-linking/")
    assert "Devoir tp9" in page.content.decode()
    chosen = {"assignments": [school.assignment.pk], "points": "20", "with_column": "on"}
    back = teacher.post("/lti/deep-linking/", chosen)
    assert f"form-action 'self' {connected.url} https://lms.example;" in back["Content-Security-Policy"]
    assert 'action="https://lms.example/back?course=1"' in back.content.decode()
    assert "<script>" not in back.content.decode()
    said = read_token(connected, token_of(back.content.decode()))
    assert said[DATA] == "opaque"
    assert said["exp"] > time.time()
    (item,) = said[ITEMS]
    assert (item["type"], item["title"], item["custom"]) == (
        "ltiResourceLink",
        "Devoir tp0",
        {"assignment": "tp0"},
    )
    assert item["lineItem"] == {
        "scoreMaximum": 20.0,
        "label": "Devoir tp0",
        "resourceId": f"notegrad-{school.assignment.pk}",
    }
    new = {f"{CLAIM}resource_link": {"id": "l-new"}, f"{CLAIM}custom": item["custom"]}
    assert connected.launch(browse(), **new)["Location"] == "/courses/tenseurs/assignments/tp0/"


def test_only_what_the_platform_takes_is_offered(connected, browse, school):
    """No column where it takes none, several items only where it takes several."""
    teacher = browse()
    asked(connected, teacher, accept_lineitem=False)
    assert "carnet de notes" not in teacher.get("/lti/deep-linking/").content.decode()
    both = {"assignments": [school.assignment.pk, school.draft.pk]}
    assert teacher.post("/lti/deep-linking/", both).status_code == 422
    asked(connected, teacher, accept_multiple="true", accept_lineitem=False)
    page = teacher.post("/lti/deep-linking/", both).content.decode()
    items = read_token(connected, token_of(page))[ITEMS]
    assert [("lineItem" in item) for item in items] == [False, False]


def test_a_student_picks_nothing(connected, browse):
    """Whoever does not teach there is refused, also where a platform offers them the choice."""
    student = browse()
    asked(connected, student, roles=())
    assert student.get("/lti/deep-linking/").status_code == 404


def test_another_courses_assignment_is_not_offered(connected, browse, school):
    """Neither shown nor taken: what a teacher may pick is the connected course's."""
    foreign = school.other_course.assignments.create(slug="x", title="Ailleurs X")
    teacher = browse()
    asked(connected, teacher)
    assert "Ailleurs X" not in teacher.get("/lti/deep-linking/").content.decode()
    assert (
        teacher.post("/lti/deep-linking/", {"assignments": [foreign.pk], "points": "20"}).status_code == 422
    )


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", "//lms.example/x", "data:text/html,x"])
def test_an_address_that_is_none_gets_no_answer(connected, browse, url):
    """A return address that would run in our page is refused, though it was signed."""
    teacher = browse()
    asked(connected, teacher, deep_link_return_url=url)
    assert teacher.get("/lti/deep-linking/").status_code == 404
