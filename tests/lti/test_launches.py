"""Honest launches: who becomes whom, what a link opens, who may connect it, and nobody found by e-mail."""

from __future__ import annotations

import pytest

from tests.support.lti_platform import ASSISTANT, CLAIM, ROLES, TEACHER, running_platform

SYSTEM = "http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator"
SCHOOL = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"


def part_of(sub: str) -> tuple[str, bool]:
    from notegrad.server.models import Enrolment

    found = Enrolment.objects.get(user__lti_identities__subject=sub)
    return found.role, found.is_active


@pytest.mark.parametrize(
    ("roles", "part"),
    [
        ([TEACHER], "teacher"),
        (["Instructor"], "teacher"),
        ([ASSISTANT], "assistant"),
        ([TEACHER, ASSISTANT], "assistant"),
        ([], "student"),
        ([f"{ROLES}#Learner"], "student"),
        ([f"{ROLES}#Mentor"], "student"),
        ([f"{ROLES}#Administrator"], "teacher"),
        ([SYSTEM, SCHOOL], "student"),
        ([7, None, {"a": 1}], "student"),
    ],
)
def test_only_roles_in_the_course_count(connected, browse, roles, part):
    """An instructor of the school, or the system's administrator, has no rights in this course."""
    assert connected.launch(browse(), **{f"{CLAIM}roles": roles}).status_code == 302
    assert part_of("u-ana") == (part, True)


def test_the_same_person_has_the_same_account(connected, browse, school):
    """By platform and number, across launches; an e-mail address or a name that somebody has already joins nobody."""
    from notegrad.server.models import User

    ana = school.people["ana"]
    ana.email = "ana@example.org"
    ana.save()
    before = User.objects.count()
    for _ in range(2):
        connected.launch(browse(), email="ana@example.org", name="Ana")
    connected.launch(browse(), "u-other", email="ana@example.org", name="Ana")
    assert User.objects.count() == before + 2
    made = User.objects.get(lti_identities__subject="u-ana")
    assert made != ana
    assert not made.has_usable_password()


def test_numbers_of_two_platforms_are_two_people(connected, browse):
    """The number that one platform gives says nothing of the same number at another one."""
    from notegrad.lti.models import LtiIdentity

    connected.launch(browse(), "7")
    with running_platform(client_id="client-2") as second:
        second.register(name="Canvas d’essai")
        second.launch(browse(), "7")
    assert LtiIdentity.objects.filter(subject="7").values("user").distinct().count() == 2


def test_who_was_taken_out_here_stays_out(connected, browse, school):
    """A launch lets nobody back in whom a teacher here has taken out; it says so."""
    from notegrad.server.models import Enrolment

    connected.launch(browse())
    Enrolment.objects.filter(user__lti_identities__subject="u-ana").update(is_active=False)
    answer = connected.launch(browser := browse())
    assert answer.status_code == 403
    assert "Vous n’êtes plus dans ce cours" in answer.content.decode()
    assert browser.get("/courses/tenseurs/").status_code == 404


def test_a_teacher_connects_a_course_by_a_code(platform, browse, school):
    """A student learns that nothing is there yet; the teacher needs a code that a teacher here has made."""
    from notegrad.lti.models import LtiLink

    student, teacher = browse(), browse()
    assert platform.launch(student)["Location"] == "/lti/link/"
    assert "n’ouvre encore aucun devoir" in student.get("/lti/link/").content.decode()
    platform.launch(teacher, "u-theo", **{f"{CLAIM}roles": [TEACHER]})
    assert student.post("/lti/connect/", {"code": "x"}).status_code == 404
    assert teacher.post("/lti/connect/", {"code": "made-up"}).status_code == 422
    assert (
        teacher.post("/lti/connect/", {"create": "yes"}).status_code == 404
    )  # the administrator has not allowed it
    assert browse("ana").post("/courses/tenseurs/platforms/").status_code == 404
    page = browse("theo").post("/courses/tenseurs/platforms/").content.decode()
    code = page.split('<p class="mono">')[1].split("<")[0]
    assert teacher.post("/lti/connect/", {"code": code})["Location"] == "/lti/link/"
    assert (part_of("u-theo"), part_of("u-ana")) == (("teacher", True), ("student", True))
    foreign = school.other_course.assignments.create(slug="x", title="X")
    assert teacher.post("/lti/link/", {"assignment": foreign.pk}).status_code == 422
    chosen = teacher.post("/lti/link/", {"assignment": school.assignment.pk})
    assert chosen["Location"] == "/courses/tenseurs/assignments/tp0/"
    assert LtiLink.objects.get().assignment == school.assignment
    assert platform.launch(student)["Location"] == "/courses/tenseurs/assignments/tp0/"


def test_a_teacher_makes_a_course_where_that_is_allowed(platform, browse):
    """With the administrator's leave for a platform, its teachers make a course here and teach in it."""
    from notegrad.lti.models import LtiContext, LtiPlatform

    LtiPlatform.objects.update(teachers_may_create=True)
    teacher = browse()
    platform.launch(teacher, "u-theo", **{f"{CLAIM}roles": [TEACHER]})
    assert teacher.post("/lti/connect/", {"create": "yes"}).status_code == 302
    assert LtiContext.objects.get().course.title == "Apprentissage"
    assert part_of("u-theo") == ("teacher", True)


def test_many_links_open_one_assignment(connected, browse, school):
    """Links of several courses there, and two of one course, may open the same; a custom value names it at first."""
    from notegrad.lti.models import LtiContext, LtiLink, LtiPlatform

    LtiContext.objects.create(
        platform=LtiPlatform.objects.get(), deployment_id="1", context_id="c-2", course=school.course
    )
    named = {f"{CLAIM}custom": {"assignment": "tp0"}}
    for context, link in (("c-1", "l-2"), ("c-2", "l-1"), ("c-2", "l-9")):
        where = {f"{CLAIM}context": {"id": context}, f"{CLAIM}resource_link": {"id": link}}
        assert connected.launch(browse(), **where, **named)["Location"].endswith("/tp0/")
    assert LtiLink.objects.filter(assignment=school.assignment).count() == 4
    hidden = {f"{CLAIM}resource_link": {"id": "l-d"}, f"{CLAIM}custom": {"assignment": "tp9"}}
    browser = browse()
    answer = connected.launch(browser, **hidden)
    assert browser.get(answer["Location"]).status_code == 404  # a draft is not there for students


def test_a_frame_keeps_its_cookies_and_only_the_platform_frames_us(connected, browse, school):
    """Over TLS every cookie of a launch is partitioned; pages may be framed by the session's platform alone."""
    from django.test import override_settings

    with override_settings(SESSION_COOKIE_SAMESITE="None", SESSION_COOKIE_SECURE=True):
        browser = browse()
        asked = connected.begin(browser)
        said = browser.get(
            "/lti/login/", {"iss": connected.url, "client_id": "client-1", "login_hint": "h"}, secure=True
        )
        assert all("Partitioned" in cookie.OutputString() for cookie in said.cookies.values())
        token = connected.sign(connected.claims(asked["nonce"]))
        answer = browser.post("/lti/launch/", {"state": asked["state"], "id_token": token}, secure=True)
        session = answer.cookies["sessionid"].OutputString()
        assert "Partitioned" in session
        assert "SameSite=None" in session
        page = browser.get(answer["Location"], secure=True)
    assert f"frame-ancestors 'self' {connected.url}" in page["Content-Security-Policy"]
    assert not page.has_header("X-Frame-Options")
    alone = browse("ana").get("/courses/tenseurs/assignments/tp0/")
    assert "frame-ancestors 'none'" in alone["Content-Security-Policy"]
    assert alone["X-Frame-Options"] == "DENY"


def test_a_session_that_ended_in_a_frame_says_so(connected, browse):
    """Instead of a frame that stays empty: one sentence, and the way back; outside a frame one signs in as ever."""
    page = browse().get("/courses/tenseurs/", headers={"Sec-Fetch-Dest": "iframe"})
    assert page.status_code == 401
    assert "retournez dans votre cours" in page.content.decode()
    assert connected.url in page["Content-Security-Policy"]
    assert browse().get("/courses/tenseurs/").status_code == 302


def test_without_its_cookie_a_launch_offers_a_new_tab(connected, browse):
    """A plain link that begins the same login again, which works where the cookie is kept."""
    import html

    browser = browse()
    asked = connected.begin(browser, lti_message_hint="m&1")
    browser.cookies.clear()
    token = connected.sign(connected.claims(asked["nonce"]))
    page = browser.post("/lti/launch/", {"state": asked["state"], "id_token": token}).content.decode()
    link = html.unescape(page.split('<a class="button" href="')[1].split('"')[0])
    assert 'target="_blank"' in page
    again = browser.get(link)
    assert again["Location"].startswith(f"{connected.url}/auth?")
    assert "lti_message_hint=m%261" in again["Location"]


def test_a_form_of_another_site_is_taken_nowhere_else(connected, browse):
    """Only login and launch take what another site's page sends."""
    browser = browse("ana")
    for path, status in (
        ("/lti/connect/", 403),
        ("/sign-out/", 403),
        ("/lti/launch/", 403),
        ("/lti/login/", 400),
    ):
        answer = browser.post(path, {}, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == status
        assert ("autre site" in answer.content.decode()) == (path in ("/lti/connect/", "/sign-out/"))
