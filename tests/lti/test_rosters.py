"""Rosters: who is added, gone or not taken in is told, and nobody is taken out by a list that is not whole."""

from __future__ import annotations

import pytest

from tests.support.lti_platform import CLAIM, LEARNER, TEACHER


def member(sub, name="", **more):
    return {"user_id": sub, "name": name or sub.title(), "roles": [LEARNER], "status": "Active", **more}


@pytest.fixture
def read(connected, browse, school, do_jobs):
    """Reads the roster as a teacher does, once a launch has told where it is; returns what was written down."""
    from notegrad.lti.models import LtiContext, RosterRun

    connected.launch(browse(), "u-ana")

    def made(*members):
        connected.members = list(members)
        context = LtiContext.objects.get()
        answer = browse("theo").post(f"/courses/tenseurs/platforms/{context.pk}/roster/")
        assert answer.status_code == 302
        do_jobs()
        return RosterRun.objects.latest("pk")

    return made


def places():
    from notegrad.server.models import Enrolment

    rows = Enrolment.objects.filter(user__lti_identities__isnull=False)
    return {row.user.lti_identities.get().subject: (row.role, row.is_active) for row in rows}


def test_added_and_gone_are_told(read, school):
    """Who is new is enrolled with their part, who is missing loses their place and nothing else, who returns has it."""
    from notegrad.server.models import User

    run = read(member("u-bob", "Bob B."), member("u-prof", roles=[TEACHER]))
    assert (run.state, run.added, run.gone) == ("done", ["Bob B.", "U-Prof"], ["Ana Élève"])
    assert places() == {"u-ana": ("student", False), "u-bob": ("student", True), "u-prof": ("teacher", True)}
    assert User.objects.filter(lti_identities__subject="u-ana", is_active=True).exists()
    run = read(member("u-ana"), member("u-bob", status="Inactive"))
    assert (run.added, run.gone) == (["U-Ana"], ["Bob B.", "U-Prof"])
    assert places()["u-ana"] == ("student", True)
    enrolled = school.course.enrolments.filter(source="invitation", is_active=True).count()
    assert enrolled == 4  # who came by invitation is not the platform's to take out


def test_a_long_list_is_read_to_its_end(read, connected):
    """All pages count: whoever stands on the last one is not gone."""
    connected.page_size = 7
    run = read(*(member(f"u{number}") for number in range(23)), member("u-ana"))
    assert (run.state, len(run.added), run.kept, run.gone) == ("done", 23, 1, [])


def test_a_list_that_breaks_off_takes_nobody_out(read, connected):
    """A page that does not come, an empty list and an answer that is none: failed, with the reason, and nobody is gone."""
    asked = []

    def breaks(_method, path):
        if path == "/members":
            asked.append(path)
            return (500, "down") if len(asked) > 1 else None
        return None

    connected.page_size = 1
    connected.fault = breaks
    run = read(member("u-bob"), member("u-cleo"))
    assert (run.state, run.reason["key"], run.added) == ("failed", "passback_refused", [])
    connected.fault = lambda _method, _path: None
    assert read().reason["key"] == "roster_empty"
    connected.fault = lambda _method, path: (200, "<html>") if path == "/members" else None
    assert read(member("u-bob")).reason["key"] == "roster_no_list"
    assert places() == {"u-ana": ("student", True)}


def test_members_that_cannot_be_taken_in_are_told(read, browse):
    """One faulty member stops nobody else, and while one is unknown nobody is said to be gone; all faulty is a failure."""
    run = read(member("u-bob"), {"name": "Sans numéro", "roles": [LEARNER]}, "nonsense")
    assert (run.state, run.added, run.gone) == ("partly", ["U-Bob"], [])
    assert [line["who"] for line in run.failed] == ["Sans numéro", "n° 3"]
    page = browse("theo").get("/courses/tenseurs/platforms/").content.decode()
    assert "1 ajouté, 0 parti, 0 inchangé, 2 refusés" in page
    assert read({"name": "Sans numéro"}).state == "failed"
    assert places()["u-ana"] == ("student", True)


def test_who_was_taken_out_here_is_not_let_in_by_a_list(read, browse, school):
    """The teacher's decision stands, and the list says so."""
    from notegrad.server.models import Enrolment

    Enrolment.objects.filter(user__lti_identities__subject="u-ana").update(is_active=False)
    run = read(member("u-ana"))
    assert run.failed == [{"who": "U-Ana", "why": "taken_out"}]
    assert places() == {"u-ana": ("student", False)}


def test_who_is_in_another_course_there_keeps_the_place(read, connected, browse, school):
    """Two courses there share one of ours: gone from one is not gone from the other."""
    from notegrad.lti.models import LtiContext, LtiPlatform

    second = LtiContext.objects.create(
        platform=LtiPlatform.objects.get(), deployment_id="1", context_id="c-2", course=school.course
    )
    connected.launch(browse(), "u-ana", **{f"{CLAIM}context": {"id": "c-2"}})
    first = LtiContext.objects.get(context_id="c-1")
    from notegrad.lti.platform_people import leave

    assert leave(first.members.get()) is False
    assert places()["u-ana"] == ("student", True)
    assert leave(second.members.get()) is True
    assert places()["u-ana"] == ("student", False)
