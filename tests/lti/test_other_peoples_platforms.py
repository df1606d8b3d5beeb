"""Whole ways through platforms that others wrote: Open edX's code, and lti-provider-mock; each in its own process."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.support.server_database import start_program, until
from tests.support.server_world import grade_all, notebook
from tests.support.small_browser import SmallBrowser

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def needs(module):
    return pytest.mark.skipif(
        importlib.util.find_spec(module) is None,
        reason=f"skipped, because {module} is not here: pip install 'notegrad[platforms]'",
    )


@pytest.fixture
def tool(address, here):
    """The upload page on loopback, under its real address."""
    from django.test import override_settings

    with override_settings(PUBLIC_URL=address):
        yield address


@pytest.fixture
def openedx(tool, tmp_path):
    """Open edX's platform, registered here; what it holds, by /state."""
    from notegrad.lti.models import LtiPlatform

    process = start_program("openedx_platform", tool, str(tmp_path))
    try:
        until(lambda: process.poll() is not None or (tmp_path / "port").exists(), "the platform answers")
        url = f"http://127.0.0.1:{(tmp_path / 'port').read_text()}"
        held = state(url)
        LtiPlatform.objects.create(
            name="Open edX",
            issuer=url,
            client_id=held["client_id"],
            deployment_ids="1",
            login_url=f"{url}/api/lti_consumer/v1/launch/",
            token_url=f"{url}/api/lti_consumer/v1/token/{held['passport']}",
            key_set_url=f"{url}/api/lti_consumer/v1/public_keysets/{held['passport']}",
            teachers_may_create=False,
        )
        yield url
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def state(url, query=""):
    with urlopen(f"{url}/state{query}") as answer:
        return json.load(answer)


def launched(url, who, *, deep=False):
    """A browser after the launch of a person of the platform: 1 and 2 are students, 3 teaches."""
    browser = SmallBrowser().go(f"{url}/start?who={who}{'&deep=1' if deep else ''}")
    return browser.send()  # the platform's page posts the token by script


@needs("lti_consumer")
@pytest.mark.timeout(300)
def test_the_whole_way_with_open_edx(openedx, school, browse, do_jobs):
    """Launches, a deep link and back, the linked launch, a column, Pending, 17.5 and 0 read back, and the roster."""
    from notegrad.lti.connecting import code_for
    from notegrad.lti.models import LtiContext, LtiIdentity, LtiLink, Passback
    from notegrad.server.models import Enrolment

    # the teacher connects the course on the way to a deep link
    teacher = launched(openedx, 3, deep=True)
    assert teacher.status == 200, teacher.page
    teacher.send_to("/lti/connect/", code=code_for(school.course))
    assert teacher.url.endswith("/lti/deep-linking/"), teacher.page
    teacher.send_to("/lti/deep-linking/", assignments=[school.assignment.pk], points="20")
    teacher.send_to("/lti-dl/response")
    assert teacher.status == 200, teacher.page
    (link,) = state(openedx)["links"]
    assert link["custom"] == {"assignment": "tp0"}
    # students come by that link
    for who in (1, 2):
        student = launched(openedx, who)
        assert student.url.endswith("/courses/tenseurs/assignments/tp0/"), student.page
        assert "Devoir tp0" in student.page
    people = {row.subject: row.user for row in LtiIdentity.objects.select_related("user")}
    assert str(people["ext-ana"]) == "Ana Élève"
    parts = {str(row.user): row.role for row in Enrolment.objects.filter(source="lti")}
    assert parts == {"Ana Élève": "student", "Bob B.": "student", "Théo P.": "teacher"}
    # scores: a column is made when a teacher says so; the worker has only what was stored
    school.people |= {"e-ana": people["ext-ana"], "e-bob": people["ext-bob"]}
    school.hand_in("e-ana", notebook("panne"))
    school.hand_in("e-bob", notebook("0"))
    for _ in range(3):
        grade_all()
        from notegrad.server.models import Job

        Job.objects.filter(kind="grade").update(run_after=school.assignment.created_at)
    browse("theo").post("/courses/tenseurs/assignments/tp0/publish/")
    do_jobs()
    assert set(Passback.objects.values_list("state", flat=True)) == {"no_column"}
    browse("theo").post(f"/courses/tenseurs/platforms/links/{LtiLink.objects.get().pk}/", {"what": "column"})
    do_jobs()
    held = state(openedx)
    assert [item["score_maximum"] for item in held["items"]] == [20]
    by_person = {row["user_id"]: row for row in held["scores"]}
    assert by_person["ext-ana"]["grading_progress"] == "Pending"
    assert by_person["ext-ana"]["score_given"] is None
    assert (by_person["ext-bob"]["score_given"], by_person["ext-bob"]["grading_progress"]) == (
        0,
        "FullyGraded",
    )
    assert held["grades"] == [["ext-bob", 0, 1.0]]
    school.hand_in("e-ana", notebook("17.5"))
    grade_all()
    do_jobs()
    assert state(openedx)["grades"][-1] == ["ext-ana", 0.875, 1.0]
    assert len(state(openedx)["items"]) == 1
    assert results_of(LtiLink.objects.get()) == {"ext-ana": 17.5, "ext-bob": 0}
    # the roster: nobody new, then one gone
    context = LtiContext.objects.get()
    for gone, expected in (("", []), ("?gone=2", ["Bob B."])):
        state(openedx, gone)
        browse("theo").post(f"/courses/tenseurs/platforms/{context.pk}/roster/")
        do_jobs()
        run = context.roster_runs.latest("pk")
        assert (run.state, run.added, run.gone) == ("done", [], expected), run.reason
    assert not Enrolment.objects.get(user=people["ext-bob"]).is_active
    assert people["ext-bob"].hand_ins.count() == 1


def results_of(link):
    """The results of a column as the platform gives them back."""
    from notegrad.lti.services import Service

    scope = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
    service = Service(link.context.platform, [scope])
    answer = service.get(f"{link.found_item}/results", "application/vnd.ims.lis.v2.resultcontainer+json")
    return {row["userId"]: row["resultScore"] for row in answer.body if row.get("resultScore") is not None}


@pytest.fixture
def mock(tool):
    """lti-provider-mock, registered here."""
    from notegrad.lti.models import LtiPlatform

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    prefix = "LTI_PROVIDER_MOCK__"
    people = [{"id": "u1", "given_name": "Zoé", "family_name": "Été", "email": "zoe@example.org"}]
    environment = {
        **os.environ,
        f"{prefix}USERS": json.dumps(people),
        f"{prefix}COURSES": json.dumps([{"id": "c7", "name": "Cours 7"}]),
        f"{prefix}LTI__ISS": url,
        f"{prefix}LTI__LOGIN_URL": f"{tool}/lti/login/",
        f"{prefix}LTI__LAUNCH_URL": f"{tool}/lti/launch/",
    }
    command = [
        sys.executable,
        "-c",
        f"import uvicorn; uvicorn.run('lti_provider_mock.server:app', port={port})",
    ]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, start_new_session=True)
    try:
        until(lambda: process.poll() is not None or answers(url), "the mock answers")
        LtiPlatform.objects.create(
            name="Mock",
            issuer=url,
            client_id="lti-provider-mock",
            deployment_ids="1",
            login_url=f"{url}/authorize",
            token_url=f"{url}/token",
            key_set_url=f"{url}/jwks",
        )
        yield url
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(url):
    try:
        with urlopen(url):
            return True
    except OSError:
        return False


@needs("lti_provider_mock")
@pytest.mark.timeout(300)
def test_the_whole_way_with_the_mock(mock, school):
    """A platform that says no role, no e-mail and offers no service: a student who may see, and nothing more."""
    from notegrad.lti.models import LtiContext, LtiLink, LtiPlatform
    from notegrad.server.models import Enrolment

    context = LtiContext.objects.create(
        platform=LtiPlatform.objects.get(), deployment_id="1", context_id="c7", course=school.course
    )
    LtiLink.objects.create(context=context, resource_link_id="1", assignment=school.assignment)
    browser = SmallBrowser().go(f"{mock}/login").send(userid="u1")
    browser.go(f"{mock}/courses/c7").send()  # the login, which comes back with the token
    browser.send()
    assert browser.url.endswith("/courses/tenseurs/assignments/tp0/"), browser.page
    assert "Zoé Été" in browser.page
    assert Enrolment.objects.get(source="lti").role == "student"
    assert browser.go("/courses/tenseurs/platforms/").status == 404
