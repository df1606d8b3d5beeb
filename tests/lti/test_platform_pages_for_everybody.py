"""Pages of platforms in Chromium: axe finds nothing on them, wide and narrow, and they need no script."""

from __future__ import annotations

import pytest

from tests.support.lti_platform import CLAIM, SCOPES, TEACHER
from tests.support.real_browser import STICKS_OUT, needs_chromium
from tests.support.server_world import PASSWORD, grade_all, notebook

pytestmark = [
    needs_chromium,
    pytest.mark.slow,
    pytest.mark.timeout(400),
]
PATHS = (
    "/platforms/",
    "/platforms/new/",
    "/courses/tenseurs/platforms/",
    "/courses/tenseurs/assignments/tp0/scores-sent/",
    "/courses/tenseurs/assignments/tp0/class/",
)


@pytest.fixture
def course_with_everything(connected, browse, school, do_jobs) -> None:
    """A roster with a failure, a score that arrived, one that was refused, and a link without a column."""
    from notegrad.lti.models import LtiContext, LtiIdentity

    column = connected.add_item(label="TP 0")
    endpoint = {"scope": SCOPES, "lineitem": column, "lineitems": f"{connected.url}/items"}
    for sub in ("u-ana", "u-bob"):
        connected.launch(
            browse(), sub, **{"https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": endpoint}
        )
        school.people[sub] = LtiIdentity.objects.get(subject=sub).user
        school.hand_in(sub, notebook("12"))
    connected.launch(browse(), **{f"{CLAIM}resource_link": {"id": "l-2"}})
    grade_all()
    teacher = browse("theo")
    teacher.post("/courses/tenseurs/assignments/tp0/publish/")
    refused = iter([None, (422, "course not open")])
    connected.fault = lambda _method, path: next(refused, None) if path.endswith("/scores") else None
    do_jobs()
    connected.members = [{"user_id": "u-ana", "name": "Ana"}, {"name": "Sans numéro"}]
    teacher.post(f"/courses/tenseurs/platforms/{LtiContext.objects.get().pk}/roster/")
    do_jobs()


def test_pages_are_for_everybody(chromium, address, school, course_with_everything):
    """Axe finds nothing on any page of platforms, light and wide, dark and at 320 px, where nothing sticks out."""
    axe_module = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="skipped, because axe is missing"
    )
    axe, found = axe_module.Axe(), []
    school.people["ada"].set_password(PASSWORD)
    school.people["ada"].save()
    for width, dark in ((1100, False), (320, True)):
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            base_url=address,
        )
        page = context.new_page()
        page.goto("/sign-in/")
        page.get_by_label("Identifiant").fill("ada")
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        page.wait_for_url(f"{address}/")
        for path in PATHS:
            page.goto(path)
            if page.evaluate(STICKS_OUT) > 0:
                found.append(f"{path} at {width}: sticks out")
            for violation in axe.run(page).response["violations"]:
                nodes = [node["html"][:100] for node in violation["nodes"][:3]]
                found.append(f"{path} at {width}: {violation['id']}: {nodes}")
        context.close()
    assert found == []


def test_a_teachers_first_launch_without_script(chromium, address, platform, school, here):
    """Connecting, choosing and picking are forms: a browser without JavaScript does all of it, and axe is content."""
    from django.test import override_settings

    from notegrad.lti.connecting import code_for

    axe_module = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="skipped, because axe is missing"
    )
    with override_settings(PUBLIC_URL=address):
        cookies = launched_elsewhere(platform)
        context = chromium.new_context(base_url=address, viewport={"width": 320, "height": 800})
        context.add_cookies([{"name": "sessionid", "value": cookies, "url": address}])
        plain = chromium.new_context(base_url=address, java_script_enabled=False)
        plain.add_cookies([{"name": "sessionid", "value": cookies, "url": address}])
        for step in ("connect", "link"):
            page = context.new_page()
            page.goto("/lti/link/")
            assert axe_module.Axe().run(page).response["violations"] == []
            assert page.evaluate(STICKS_OUT) <= 0
            page.close()
            page = plain.new_page()
            page.goto("/lti/link/")
            if step == "connect":
                page.get_by_label("Code de liaison").fill(code_for(school.course))
                page.get_by_role("button", name="Relier").click()
            else:
                page.get_by_label("Devoir").select_option(label="Devoir tp0")
                page.get_by_role("button", name="Choisir ce devoir").click()
        assert page.url.endswith("/courses/tenseurs/assignments/tp0/")
        context.close()
        plain.close()


def launched_elsewhere(platform) -> str:
    """The session of a teacher who has launched a link."""
    from django.test import Client

    client = Client()
    platform.launch(client, "u-theo", **{f"{CLAIM}roles": [TEACHER]})
    return client.cookies["sessionid"].value
