"""Limits of requests: so many a minute for a person and for an address, and no thread for a client that is slow."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.server_database import ROOT, until

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)


@given(st.lists(st.floats(0, 30), max_size=80), st.integers(1, 20))
def test_nobody_gets_more_than_the_rate(pauses, per_minute):
    """Whenever someone asks, no minute has more than twice the rate, and who waits as told gets an answer."""
    from notegrad.server.request_rates import RateBook

    book, now_s, passed = RateBook(), 0.0, []
    for pause_s in pauses:
        now_s += pause_s
        wait_s = book.wait_s("ana", per_minute, now_s)
        if wait_s:
            now_s += wait_s + 1e-6
            assert book.wait_s("ana", per_minute, now_s) == 0
        passed.append(now_s)
    for start in passed:
        assert sum(start <= at < start + 60 for at in passed) <= 2 * per_minute


def test_the_book_does_not_grow(school):
    """Addresses that come once are forgotten, the last ones last."""
    from notegrad.server.request_rates import RateBook

    book = RateBook(max_known=2)
    for who in ("a", "b", "c"):
        assert book.wait_s(who, 1, 0.0) == 0
    assert book.wait_s("c", 1, 0.0) > 0
    assert book.wait_s("a", 1, 0.0) == 0


@pytest.fixture
def rates(monkeypatch) -> Callable[..., None]:
    from django.conf import settings

    return lambda **wanted: [monkeypatch.setattr(settings, name, value) for name, value in wanted.items()]


def test_who_asks_too_often_is_told_when_to_come_back(browse, school, rates):
    """A sentence, and the seconds to wait; a page and a program alike; what counts nothing is always there."""
    rates(REQUESTS_PER_PERSON=3)
    client = browse("ana")
    assert [client.get("/").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = client.get("/account/")
    assert (refused.status_code, int(refused["Retry-After"]) > 0) == (429, True)
    assert "rien n’est perdu" in refused.content.decode()
    assert client.get("/health").status_code == 200
    assert browse("bob").get("/").status_code == 200


def test_an_address_without_a_session_has_a_limit_of_its_own(browse, school, rates):
    """Who is signed in behind the same address is not counted with those who are not."""
    rates(REQUESTS_PER_ADDRESS=2)
    client = browse()
    asked = [client.get("/api/attempts/1", REMOTE_ADDR="203.0.113.5") for _ in range(3)]
    assert [answer.status_code for answer in asked] == [401, 401, 429]
    assert "error" in asked[-1].json()
    assert client.get("/sign-in/", REMOTE_ADDR="203.0.113.6").status_code == 200
    client.force_login(school.people["ana"], backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/", REMOTE_ADDR="203.0.113.5").status_code == 200


@pytest.fixture
def slow_page(school) -> Iterator[int]:
    """The port of a web process as `notegrad serve` starts it, with two threads and short limits."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    worker = os.environ.get("NOTEGRAD_TEST_WORKER", "notegrad.server.commands.web_worker.DeadlineWorker")
    command = [sys.executable, "-m", "gunicorn", "notegrad.server.wsgi:application", "--no-control-socket"]
    command += ["--bind", f"127.0.0.1:{port}", "--worker-class", worker, "--threads", "2"]
    limits = {"NOTEGRAD_SLOW_HEAD_S": "2", "NOTEGRAD_SLOW_REQUEST_S": "4"}
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **limits})
    try:
        until(lambda: answers(port), "the page comes up")
        yield port
    finally:
        process.terminate()
        process.wait(60)


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    with contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    return False


FORM = "POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid={}\r\nContent-Length: 9\r\n"
FORM += "Content-Type: application/x-www-form-urlencoded\r\n\r\na"


@pytest.mark.parametrize("sent", ["GET / HT", FORM], ids=["head", "body"])
def test_slow_clients_keep_no_thread(slow_page, browse, sent):
    """More clients than threads that never end their head, or their body: the page answers others all the same."""
    visitor = browse()
    visitor.get("/sign-in/")
    slow = [socket.create_connection(("127.0.0.1", slow_page)) for _ in range(4)]
    for client in slow:
        client.sendall(sent.format(visitor.cookies["sessionid"].value).encode())
    assert answers(slow_page)
    for client in slow:
        client.settimeout(30)
        with contextlib.suppress(ConnectionError):
            while client.recv(4096):
                pass
        client.close()
