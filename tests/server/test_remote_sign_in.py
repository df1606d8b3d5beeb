"""Signing in behind a reverse proxy: a fake one that has asked who it is, as Apache does with Shibboleth or CAS."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)

HEADER, NAME = "X-Remote-User", "X-Remote-Name"
PAGE = "/sign-in/remote/"


class Proxy(ThreadingHTTPServer):
    """Strips the header that clients send, and says who it is on the one page that it protects."""

    target, subject, name = "", "", ""


class Forward(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server: Any = self.server
        sent = {key: value for key, value in self.headers.items() if key not in (HEADER, NAME, "Host")}
        if self.path.startswith(PAGE):
            sent |= {HEADER: server.subject, NAME: server.name}
        request = urllib.request.Request(server.target + self.path, headers=sent)
        opener = urllib.request.build_opener(Stay)
        try:
            answer = opener.open(request)
        except urllib.error.HTTPError as error:
            answer = error
        body = answer.read()
        self.send_response(answer.status)
        for key, value in answer.headers.items():
            if key.lower() in ("set-cookie", "location", "content-type"):
                self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@pytest.fixture
def configured(monkeypatch, school) -> None:
    from django.conf import settings

    backends = [*settings.AUTHENTICATION_BACKENDS, "notegrad.server.sso.remote_user.ProxyBackend"]
    wanted = {"REMOTE_USER_HEADER": HEADER, "REMOTE_NAME_HEADER": NAME, "AUTHENTICATION_BACKENDS": backends}
    for key, value in {**wanted, "REMOTE_PROVIDER": "cas"}.items():
        monkeypatch.setattr(settings, key, value)


@pytest.fixture
def proxy(address) -> Iterator[Proxy]:
    server = Proxy(("127.0.0.1", 0), Forward)
    server.target = address
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def visit(proxy: Proxy, path: str, **headers: str) -> tuple[int, str]:
    """What a new browser sees in the end, through the proxy."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    root = f"http://127.0.0.1:{proxy.server_port}"
    try:
        with opener.open(urllib.request.Request(root + path, headers=headers)) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_the_proxy_says_who_it_is(proxy, configured, school):
    """A new subject has a new account, without a course or a password; the same subject is the same person."""
    from notegrad.server.models import RemoteIdentity, User

    proxy.subject, proxy.name = "ana", "Anaïs"  # the login of another account: no reason to give that away
    before = User.objects.count()
    for _ in range(2):
        status, page = visit(proxy, f"{PAGE}?next=/account/")
        assert (status, "Anaïs" in page) == (200, True)
    identity = RemoteIdentity.objects.get()
    assert (identity.provider, identity.subject) == ("cas", "ana")
    assert identity.user != school.people["ana"]
    assert (User.objects.count(), identity.user.has_usable_password()) == (before + 1, False)
    proxy.subject = "Ana"
    visit(proxy, PAGE)
    assert RemoteIdentity.objects.count() == 2  # subjects differ in case, and so do people
    assert len({user.username.lower() for user in User.objects.all()}) == User.objects.count()


def test_an_account_that_is_closed_stays_closed(proxy, configured, school):
    """Whom we have shut out does not come in through the university."""
    from notegrad.server.models import User

    proxy.subject = "mallory"
    assert visit(proxy, PAGE)[0] == 200
    User.objects.filter(remote_identities__subject="mallory").update(is_active=False)
    assert visit(proxy, PAGE)[0] == 403


def test_nobody_else_says_who_it_is(proxy, configured, school, browse):
    """A header from a client is nothing: behind the proxy, on another page, from another address, or empty."""
    from notegrad.server.models import RemoteIdentity

    proxy.subject = ""
    assert visit(proxy, PAGE, **{HEADER: "theo"})[0] == 403
    assert "theo" not in visit(proxy, "/account/", **{HEADER: "theo"})[1].lower()
    direct = browse().get(PAGE, headers={HEADER: "theo"}, REMOTE_ADDR="203.0.113.8")
    assert direct.status_code == 403
    assert browse().get(PAGE, headers={HEADER: "x" * 256}).status_code == 403
    assert RemoteIdentity.objects.count() == 0
    assert browse().get(PAGE, headers={HEADER: "eve"}).status_code == 302  # control: the proxy's own address


def test_without_a_configured_header_there_is_no_such_page(browse, school):
    """The header is nothing where nobody has said that a proxy sends it."""
    assert browse().get(PAGE, headers={HEADER: "theo"}).status_code == 404
