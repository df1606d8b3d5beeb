"""Takes the pictures of docs/lti.md, or with `fr` those of docs/fr/lms.md: `make pictures`.

They show our side of a learning platform. A page of its own is filled in a folder that is thrown away; the
platform is invented, and answers inside the browser.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit
from wsgiref.simple_server import make_server

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from make_pictures import FLAGS, MARGIN_PIXELS, smaller  # noqa: E402 (a script beside this one)

from tests.support.lti_platform import TEACHER, Platform, new_pair  # noqa: E402

HOST, MOODLE = "rendus.example.org", "https://moodle.example.org"
WIDTH_PIXELS, HEIGHT_PIXELS = 860, 900
LANGUAGE = "fr" if sys.argv[1:] == ["fr"] else "en"
SPOKEN = {"name": "notegrad_language", "value": LANGUAGE, "url": f"https://{HOST}"}
WORDS = {
    "en": {
        "course": "Tensor computing",
        "assignment": "TP2: memory",
        "group": "Tensor computing, group {number}",
        "platform": "Moodle of the university",
        "closed": "The course is not available.",
    },
    "fr": {
        "course": "Calcul tensoriel",
        "assignment": "TP2 : mémoire",
        "group": "Calcul tensoriel, groupe {number}",
        "platform": "Moodle de l’université",
        "closed": "Le cours n’est pas ouvert.",
    },
}[LANGUAGE]
PEOPLE = ("Ada Administrator", "Claire Martin")
CLOSED = {"key": "passback_refused", "facts": {"status": 403, "said": WORDS["closed"]}}
SCORES = (
    ("Alice Durand", "sent", 17.5, 17.5, {}),
    ("Bob Petit", "waiting", 12.0, None, {}),
    ("Nora Lambert", "newer_there", 14.25, 13.0, {}),
    ("Théo Garnier", "refused", 16.0, None, CLOSED),
    ("Ulysse Perrin", "no_column", 9.0, None, {}),
)


def fill(folder: Path) -> Platform:
    """Make people, a course with an assignment and its scores, and a registered platform."""
    os.environ.update(NOTEGRAD_DATA=str(folder), NOTEGRAD_PUBLIC_URL=f"https://{HOST}")
    from notegrad.server.commands.setting_up import deployment_of, migrate, set_up

    deployment_of({})
    set_up()
    migrate()
    from django.utils import timezone

    from notegrad.lti.keys import new_key
    from notegrad.lti.models import LtiContext, LtiIdentity, LtiLink, LtiMember, Passback
    from notegrad.server.models import Assignment, Course, Enrolment, User

    ada, claire = (User.objects.create(username=name.split()[0].lower(), name=name) for name in PEOPLE)
    User.objects.filter(pk=ada.pk).update(is_superuser=True)
    now = timezone.now().replace(minute=0, second=0)
    course = Course.objects.create(slug="tensors", title=WORDS["course"], language=LANGUAGE)
    title = WORDS["assignment"]
    assignment = Assignment.objects.create(
        course=course, slug="tp2-memoire", title=title, state="closed", due_at=now, published_at=now
    )
    Enrolment.objects.create(course=course, user=claire, role="teacher")
    new_key()
    platform = Platform(url=MOODLE, client_id="x7Qk2mVbT3", pairs={"k1": new_pair("k1")})
    row = platform.register(name=WORDS["platform"], key_set_at=timezone.now(), teachers_may_create=True)
    row.key_set = {"keys": [platform.pairs["k1"].export_public(as_dict=True)]}
    row.save()
    known = {"platform": row, "deployment_id": "1", "title": WORDS["group"].format(number=2)}
    context = LtiContext.objects.create(context_id="c-2", course=course, **known)
    link = LtiLink.objects.create(context=context, resource_link_id="l-2", title=title, assignment=assignment)
    for number, (name, state, wanted, sent, reason) in enumerate(SCORES):
        student = User.objects.create(username=f"student-{number}", name=name)
        Enrolment.objects.create(course=course, user=student, role="student", source="lti")
        identity = LtiIdentity.objects.create(platform=row, subject=f"{40 + number}", user=student)
        LtiMember.objects.create(context=context, identity=identity)
        told = {} if sent is None else {"sent_score": sent, "sent_points": 20.0, "sent_at": now}
        later = now + timedelta(minutes=40) if state == "waiting" else None
        asked = {"score": wanted, "points": 20.0, "next_try_at": later, "tries": 2, "reason": reason}
        Passback.objects.create(link=link, user=student, state=state, **asked, **told)
    return platform


def serve() -> int:
    """Answer on loopback, as behind a proxy with TLS; the port."""
    from notegrad.server.wsgi import application
    from tests.support.server_fixtures import Quiet, Threads

    server = make_server("127.0.0.1", 0, application, server_class=Threads, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return int(server.server_port)


def signed_in(username: str) -> dict[str, str]:
    """The cookie of a session."""
    from django.test import Client

    from notegrad.server.models import User

    client = Client()
    client.force_login(
        User.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend"
    )
    session = client.cookies["sessionid"].value
    return {"name": "sessionid", "value": session, "url": f"https://{HOST}"}


def picture(page: Any, name: str, last: str) -> None:
    """Write the top of the page that is open, down to an element, under the name of its language."""
    bottom = page.evaluate(
        "selector => document.querySelector(selector).getBoundingClientRect().bottom", last
    )
    clip = {"x": 0, "y": 0, "width": WIDTH_PIXELS, "height": bottom + MARGIN_PIXELS}
    ending = "" if LANGUAGE == "en" else f"-{LANGUAGE}"
    (HERE / f"{name}{ending}.png").write_bytes(smaller(page.screenshot(full_page=True, clip=clip)))


def visit(page: Any, username: str, path: str) -> None:
    """Open a page as somebody, or as nobody."""
    page.context.clear_cookies()
    page.context.add_cookies([SPOKEN] + ([signed_in(username)] if username else []))
    page.goto(f"https://{HOST}{path}")


def fill_form(page: Any) -> None:
    """Fill in the form of a registration."""
    fields = {
        "platform_name": WORDS["platform"],
        "issuer": MOODLE,
        "client_id": "x7Qk2mVbT3",
        "deployment_ids": "1",
        "login_url": f"{MOODLE}/mod/lti/auth.php",
        "token_url": f"{MOODLE}/mod/lti/token.php",
        "key_set_url": f"{MOODLE}/mod/lti/certs.php",
    }
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)


def through_the_proxy(page: Any, port: int, platform: Platform) -> None:
    """Let the browser reach the page as if over TLS, and the platform answer its login with a launch."""

    def ours(route: Any) -> None:
        request = route.request
        url = request.url.replace(f"https://{HOST}", f"http://127.0.0.1:{port}")
        headers = {**request.all_headers(), "host": HOST, "x-forwarded-proto": "https"}
        answer = route.fetch(url=url, headers=headers, max_redirects=0)
        if answer.status != 302:
            route.fulfill(response=answer)
            return
        # what a redirect leads to is not asked of a route: let the browser go there by itself
        there = urljoin(request.url, answer.headers["location"])
        kept = {"content-type": "text/html", "set-cookie": answer.headers.get("set-cookie", "")}
        route.fulfill(headers=kept, body=f"<script>location.replace({json.dumps(there)})</script>")

    def theirs(route: Any) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(route.request.url).query).items()}
        context = {"id": "c-1", "title": WORDS["group"].format(number=1)}
        claim = "https://purl.imsglobal.org/spec/lti/claim/"
        more = {"name": "Claire Martin", f"{claim}roles": [TEACHER], f"{claim}context": context}
        token = platform.sign(platform.claims(query["nonce"], "u-claire", **more))
        fields = {"state": query["state"], "id_token": token}
        inputs = "".join(f'<input name="{name}" value="{value}">' for name, value in fields.items())
        form = f'<form method="post" action="https://{HOST}/lti/launch/">{inputs}</form>'
        form += "<script>document.forms[0].submit()</script>"
        route.fulfill(content_type="text/html", body=form)

    page.route(f"https://{HOST}/**", ours)
    page.route(f"{MOODLE}/**", theirs)


def main() -> str | None:
    """Write every picture; the sentence on what is missing where none can be taken."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        return "chromium is not installed (apt-get install chromium)"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright has a loop in this thread
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        platform = fill(Path(folder))
        port = serve()
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        size = {"width": WIDTH_PIXELS, "height": HEIGHT_PIXELS}
        page = browser.new_context(viewport=size, color_scheme="light", locale=LANGUAGE).new_page()
        through_the_proxy(page, port, platform)
        if LANGUAGE == "en":  # what administrators do is written in English only
            visit(page, "ada", "/platforms/")
            picture(page, "lti-platforms", "main")
            visit(page, "ada", "/platforms/new/")
            fill_form(page)
            picture(page, "lti-register", "main form")
        visit(page, "claire", "/courses/tensors/assignments/tp2-memoire/scores-sent/")
        picture(page, "lti-scores", "main")
        visit(page, "", f"/lti/login/?iss={MOODLE}&client_id={platform.client_id}&login_hint=h")
        page.wait_for_selector("[name=code]")
        picture(page, "lti-connect", "main")
        browser.close()
    return None


if __name__ == "__main__":
    sys.exit(main())
