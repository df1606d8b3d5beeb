"""Every page of the upload page by axe: French and English, light and dark, with and without JavaScript, at 320 px."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.server.test_pages_in_a_real_browser import (  # noqa: F401 (fixtures)
    STUDENT,
    TEACHER,
    places,
)
from tests.support.real_browser import STICKS_OUT, needs_chromium
from tests.support.server_world import PASSWORD

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)
axe_module = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="skipped, because axe is missing"
)
pytestmark = [
    needs_chromium,
    pytest.mark.slow,
    pytest.mark.timeout(600),
]

BUTTON = "main form button:not(.plain)"
# who: what is looked at; `!` sends the page's first form as it is, so that its errors are shown
PAGES: dict[str, tuple[str, ...]] = {
    "": (
        "/sign-in/",
        "/sign-in/!",
        "/sign-in/?locked",
        "/sign-in/remote/",
        "/password/",
        "/password/!",
        "/nowhere/",
        "/invitation/{class_link}/",
        "/invitation/{class_link}/!",
        "/invitation/{first_link}/",
        "/invitation/{password_link}/",
        "/invitation/{password_link}/!",
    ),
    "ana": (
        *STUDENT,
        "/attempts/{waiting}/",
        "/account/!",
        "/account/email/",
        "/account/email/{email_token}/",
        "/account/tokens/!",
        "/nowhere/",
        "/attempts/{id}/problem/!",
    ),
    "max": ("/", "/invitation/{class_link}/"),
    "gone": ("/invitation/{class_link}/",),
    "theo": (
        *TEACHER,
        "/courses/tenseurs/data/",
        "/courses/tenseurs/data/!",
        "/courses/tenseurs/people/!",
        "/courses/tenseurs/people/{user}/data/",
        "/courses/tenseurs/people/{user}/data/!",
        "/courses/tenseurs/assignments/tp0/class/{user}/decide/!",
        "/attempts/{id}/override/!",
    ),
    "ada": ("/", "/operation/", "/new-course/", "/new-course/!"),
}
# answers that are no page of ours: fragments, files, and the two that are looked at in tests/results
NO_PAGE = {
    "health",
    "metrics",
    "style",
    "attempt_state",
    "file",
    "receipt",
    "feedback",
    "report",
    "own_file",
    "class_file",
}


@pytest.fixture
def configured(monkeypatch) -> None:
    """What is off by default: letters, and a reverse proxy that signs people in."""
    from django.conf import settings

    monkeypatch.setattr(settings, "EMAIL_HOST", "mail.example.org")
    monkeypatch.setattr(settings, "REMOTE_USER_HEADER", "X-Remote-User")


@pytest.fixture
def known(school, configured, places) -> dict[str, Any]:  # noqa: F811 (a fixture)
    from django.core import signing
    from django.utils import timezone

    from notegrad.server.accounts.links import make_administrator_link, make_link
    from notegrad.server.mail.letter_job import EMAIL_SALT
    from notegrad.server.models import GradingWorker, Job

    made = {
        "class_link": make_link(course=school.course, uses=None),
        "password_link": make_link(user=school.people["bob"]),
        "first_link": make_administrator_link(),
    }
    payload = {"hand_in": places["id"]}
    Job.objects.create(
        kind="grade", state="failed", payload=payload, error="x" * 300, ended_at=timezone.now()
    )
    GradingWorker.objects.create(name="a-machine-with-a-long-name.example.org:12345", queues=["cpu", "gpu"])
    waiting = school.people["ana"].hand_ins.get(current=None).pk
    email_token = signing.dumps((school.people["ana"].pk, "ana@example.org"), salt=EMAIL_SALT)
    return {
        **places,
        "waiting": waiting,
        "email_token": email_token,
        **{name: path.split("/")[2] for name, path in made.items()},
    }


@pytest.fixture
def visit(chromium, address, school) -> Iterator[Callable[..., Any]]:
    """Makes a page of a browser, 320 px wide, in a language, with a session of one of the people."""
    from django.test import Client

    contexts = []

    def made(name: str, language: str, *, script: bool) -> Any:
        context = chromium.new_context(
            viewport={"width": 320, "height": 800}, java_script_enabled=script, base_url=address
        )
        contexts.append(context)
        cookies = {"notegrad_language": language}
        if name:
            client = Client()
            client.force_login(school.people[name], backend="django.contrib.auth.backends.ModelBackend")
            cookies["sessionid"] = client.cookies["sessionid"].value
        context.add_cookies([{"name": key, "value": value, "url": address} for key, value in cookies.items()])
        return context.new_page()

    yield made
    for context in contexts:
        context.close()


def go(page: Any, path: str) -> None:
    """Open a page; with `!` send its first form with fields that are not good, past the browser's own check."""
    page.goto(path.rstrip("!").replace("?locked", ""))
    if path.endswith("?locked"):
        for _ in range(9):
            page.locator("[name=username]").fill("nobody-known")
            page.locator("[name=password]").fill("wrong")
            page.locator(BUTTON).first.click()
    if path.endswith("!"):
        page.eval_on_selector_all("main form", "forms => forms.forEach(form => form.noValidate = true)")
        page.locator(BUTTON).first.click()
        page.wait_for_load_state()


def without_script(page: Any, reader: Any) -> Any:
    """What is shown where scripts do not run, in a browser where axe, which is a script, can look at it."""
    # a page that waits loads itself again, which would take it away while axe looks
    hidden = r"<script\b.*?</script>|</?noscript>|<meta http-equiv=.refresh.[^>]*>"
    shown = re.sub(hidden, "", page.content(), flags=re.DOTALL | re.IGNORECASE)

    def answer(route: Any) -> None:
        is_page = route.request.is_navigation_request() and route.request.frame.parent_frame is None
        route.fulfill(body=shown, content_type="text/html; charset=utf-8") if is_page else route.continue_()

    reader.unroute_all()
    reader.route("**/*", answer)
    reader.goto(page.url)
    return reader


def violations(page: Any, axe: Any, **options: Any) -> list[str]:
    found = axe.run(page, options=options or None).response["violations"]
    return [f"{v['id']}: {[node['html'][:90] for node in v['nodes'][:3]]}" for v in found]


def test_every_route_is_looked_at(known):
    """A new page cannot be forgotten: each route that answers a reader is in the list."""
    from django.urls import resolve

    from tests.support.authorisation import routes

    paths = {path for many in PAGES.values() for path in many}
    seen = {
        resolve(path.format(**known).partition("?")[0].rstrip("!")).url_name
        for path in paths
        if "nowhere" not in path
    }
    takes_forms_only = {
        "sign_out",
        "language",
        "upload",
        "person",
        "new_bundle",
        "publish",
        "grade_again",
        "hold",
    }
    takes_forms_only |= {
        "job_again",
        "make_report",
        "answer",
        "try_regrade",
        "end_regrade",
        "export_person",
        "delete_person",
        "make_pages",
        "roster_links",
    }
    assert seen == set(routes()) - NO_PAGE - takes_forms_only


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_axe_finds_nothing(visit, school, known, language, script):
    """No page has a violation, light or dark, nor sticks out of 320 px; nor has one with the errors of its form."""
    school.people["ana"].set_password(PASSWORD)
    school.people["ana"].save()
    axe = axe_module.Axe()
    found = []
    for name, paths in PAGES.items():
        visitor = visit(name, language, script=script)
        reader = None if script else visit(name, language, script=True)
        for path in paths:
            go(visitor, path.format(**known))
            page = visitor if reader is None else without_script(visitor, reader)
            assert page.evaluate("document.documentElement.lang") == language
            assert not name or "/sign-in/" not in page.url, f"{name} has no session for {path}"
            if page.evaluate(STICKS_OUT) > 0:
                found.append(f"{name} {path}: sticks out")
            found += [f"{name} {path}: {said}" for said in violations(page, axe)]
            page.emulate_media(color_scheme="dark")
            only = {"runOnly": ["color-contrast"]}
            found += [f"{name} {path} dark: {said}" for said in violations(page, axe, **only)]
            page.emulate_media(color_scheme="light")
    assert found == []
