"""Frames of platforms in Chromium: two HTTPS sites, third-party cookies allowed and blocked."""

from __future__ import annotations

import html
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from wsgiref.simple_server import make_server

import pytest

from tests.support.lti_platform import AGS, Platform, launch_address
from tests.support.own_certificate import own_certificate
from tests.support.real_browser import CHROMIUM, needs_chromium
from tests.support.server_fixtures import Quiet, Threads
from tests.support.server_world import grade_all, notebook

pytestmark = [
    needs_chromium,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]
LMS, TOOL = "lms.example", "tool.example"


class SecureQuiet(Quiet):
    """Requests that came over TLS, as a reverse proxy says."""

    def get_environ(self) -> dict[str, Any]:
        return {**super().get_environ(), "HTTP_X_FORWARDED_PROTO": "https", "HTTPS": "on"}


def served(application: Any, pair: Path, port: int = 0) -> Any:
    """An application over TLS, on threads of this process."""
    server = make_server("127.0.0.1", port, application, server_class=Threads, handler_class=SecureQuiet)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


@dataclass
class Sites:
    """The ports of two sites; without `keeps_cookies` a frame keeps none, not even a partitioned one."""

    tool_port: int
    lms_port: int = 0
    keeps_cookies: bool = True

    def tool(self, application: Any) -> Any:
        """The tool, whose cookies are dropped on their way into a frame."""

        def answered(environ: dict[str, Any], start_response: Any) -> Any:
            def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
                if not self.keeps_cookies and environ.get("HTTP_SEC_FETCH_DEST") == "iframe":
                    headers = [(name, value) for name, value in headers if name != "Set-Cookie"]
                return start_response(status, headers, *more)

            return application(environ, started)

        return answered


def lms_pages(platform: Platform, tool: str) -> Any:
    """The pages of the platform: one that frames the tool, and the one that answers its login."""

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        if environ["PATH_INFO"] == "/course":
            page = f'<h1>Cours</h1><iframe src="{tool}{html.escape(launch_address(platform))}" width=900 height=900>'
        elif environ["PATH_INFO"] == "/auth":
            token = platform.sign(platform.claims(query["nonce"], **COLUMN))
            page = (
                f'<form method="post" action="{tool}/lti/launch/">'
                f'<input name="state" value="{query["state"]}"><input name="id_token" value="{token}"></form>'
                "<script>document.forms[0].submit()</script>"
            )
        else:
            start_response("404 Not Found", [])
            return [b""]
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [page.encode()]

    return application


COLUMN = {f"{AGS}claim/endpoint": None}


@pytest.fixture
def sites(connected: Platform, school: Any, tmp_path: Path) -> Iterator[Sites]:
    """The platform's site and the tool's."""
    del school
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import override_settings

    from notegrad.lti.models import LtiPlatform

    pair = own_certificate(tmp_path, LMS, TOOL)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    secure = {
        "PUBLIC_URL": f"https://{TOOL}:{port}",
        "ALLOWED_HOSTS": [TOOL],
        "SESSION_COOKIE_SAMESITE": "None",
        "SESSION_COOKIE_SECURE": True,
        "IS_BEHIND_PROXY": True,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
        "SECURE_SSL_REDIRECT": True,
    }
    with override_settings(**secure):
        made = Sites(tool_port=port)
        tool = served(made.tool(WSGIHandler()), pair, port)
        lms = served(lms_pages(connected, f"https://{TOOL}:{port}"), pair)
        LtiPlatform.objects.update(login_url=f"https://{LMS}:{lms.server_port}/auth")
        made.lms_port = lms.server_port
        yield made
        for server in (lms, tool):
            server.shutdown()
            server.server_close()


@pytest.fixture(scope="module")
def browser_type() -> Iterator[Any]:
    """The browser's program, started once: what starts it changes the thread's context, and its database with it."""
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="skipped, because playwright is not installed"
    )
    with sync_api.sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture
def opened(browser_type: Any, sites: Sites, tmp_path: Path) -> Iterator[Any]:
    """Opens the platform's page in a browser of its own, with third-party cookies as wanted."""
    made = []

    def page(*, blocked: bool, strict: bool = False) -> Any:
        profile = tmp_path / f"profile-{len(made)}"
        (profile / "Default").mkdir(parents=True)
        mode = {"profile": {"cookie_controls_mode": int(blocked), "block_third_party_cookies": blocked}}
        (profile / "Default/Preferences").write_text(json.dumps(mode))
        options = [
            "--no-sandbox",
            "--ignore-certificate-errors",
            f"--host-resolver-rules=MAP {LMS} 127.0.0.1, MAP {TOOL} 127.0.0.1",
        ]
        context = browser_type.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=options, ignore_https_errors=True
        )
        made.append(context)
        sites.keeps_cookies = not strict
        found = context.new_page()
        found.goto(f"https://{LMS}:{sites.lms_port}/course")
        return found

    yield page
    for context in made:
        context.close()


def framed(page: Any) -> Any:
    return page.frame_locator("iframe")


@pytest.mark.parametrize("blocked", [False, True], ids=["allowed", "blocked"])
def test_a_student_hands_in_inside_the_frame(opened, school, tmp_path, blocked):
    """Launch, page, upload and result: the session holds, and forms are taken, whatever is said of third parties."""
    from notegrad.server.models import HandIn

    page = opened(blocked=blocked)
    frame = framed(page)
    frame.get_by_role("heading", name="Devoir tp0").wait_for(timeout=60_000)
    path = tmp_path / "tp0.ipynb"
    path.write_bytes(notebook("12"))
    frame.get_by_label("Fichier").set_input_files(path)
    frame.get_by_role("button", name="Rendre ce fichier").click()
    frame.get_by_text("SHA-256").first.wait_for(timeout=60_000)
    assert HandIn.objects.get().user.name == "Ana Élève"
    grade_all()
    inner = frame.frame_locator("iframe.feedback")
    inner.get_by_role("heading", name="Ana").wait_for(timeout=60_000)
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies["sessionid"]["sameSite"] == "None"


@pytest.mark.parametrize(
    ("blocked", "alive"), [(False, {"plain=1", "jar=1"}), (True, {"jar=1"})], ids=["allowed", "blocked"]
)
def test_the_control_blocked_means_blocked(opened, blocked, alive):
    """An ordinary third-party cookie lives in the first browser, and only a partitioned one in the second."""
    page = opened(blocked=blocked)
    framed(page).get_by_role("heading", name="Devoir tp0").wait_for(timeout=60_000)
    frame = next(f for f in page.frames if TOOL in f.url)
    frame.evaluate("document.cookie = 'plain=1; SameSite=None; Secure'")
    frame.evaluate("document.cookie = 'jar=1; SameSite=None; Secure; Partitioned'")
    assert set(frame.evaluate("document.cookie").split("; ")) == alive


def test_a_frame_without_any_cookie_offers_a_tab(opened):
    """One sentence and a plain link; in the new tab the same launch works."""
    page = opened(blocked=True, strict=True)
    frame = framed(page)
    frame.get_by_text("Votre navigateur n’a pas gardé le cookie").wait_for(timeout=60_000)
    with page.context.expect_page() as tab:
        frame.get_by_role("link", name="Ouvrir dans un nouvel onglet").click()
    tab.value.get_by_role("heading", name="Devoir tp0").wait_for(timeout=60_000)
    assert urlsplit(tab.value.url).hostname == TOOL
