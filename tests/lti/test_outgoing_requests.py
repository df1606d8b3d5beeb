"""Requests to platforms: to checked addresses only, connected to as checked, within limits, and past no proxy."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

requests = pytest.importorskip("requests")

SPELLINGS = (
    "127.0.0.1",
    "127.1",
    "0x7f000001",
    "2130706433",
    "localhost",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "169.254.169.254",
    "100.64.0.1",
    "10.0.0.1",
    "[fe80::1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "0.0.0.0",
    "192.168.1.1.",
)


@pytest.fixture
def inside():
    """A server on loopback that notes what reaches it, and redirects where it is asked to."""
    reached = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            reached.append((self.command, self.path, self.headers.get("Host", "")))
            if self.path.startswith("/to/"):
                self.send_response(302)
                self.send_header("Location", self.path.removeprefix("/to/"))
                self.end_headers()
            elif self.path.startswith("/loop"):
                self.send_response(302)
                self.send_header("Location", f"{self.path}x")
                self.end_headers()
            elif self.path == "/large":
                self.send_response(200)
                self.end_headers()
                with __import__("contextlib").suppress(OSError):
                    for _ in range(200):
                        self.wfile.write(b"x" * 100_000)
            else:
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

        do_POST = do_GET

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server.server_port, reached
    server.shutdown()
    server.server_close()


def session(*listed: str):
    from notegrad.lti.http import GuardedSession

    return GuardedSession(listed)


@pytest.mark.parametrize("host", SPELLINGS)
def test_private_addresses_are_refused_in_every_spelling(here, inside, host):
    """No spelling of this machine or of its network is asked, with or without TLS; nothing is connected to."""
    from notegrad.lti.http import RefusedRequestError

    port, reached = inside
    for scheme in ("https", "http"):
        with pytest.raises(RefusedRequestError):
            session().get(f"{scheme}://{host}:{port}/")
    assert reached == []


def test_the_control_a_listed_host_is_asked(here, inside):
    """A host that the administrator has listed may be private, and without TLS."""
    port, reached = inside
    assert session("127.0.0.1").get(f"http://127.0.0.1:{port}/x").text == "ok"
    assert reached == [("GET", "/x", f"127.0.0.1:{port}")]


def test_the_checked_address_is_the_one_connected_to(here, inside, monkeypatch):
    """A name that is public when it is checked, and private a moment later, is looked up once: nothing private is reached."""
    from notegrad.lti import addresses
    from notegrad.lti.http import RefusedRequestError

    port, reached = inside
    answers = ["93.184.216.34", "127.0.0.1", "127.0.0.1"]
    asked, connected_to = [], []
    real = socket.getaddrinfo

    def rebinding(host, *arguments, **keywords):
        if host != "rebind.example":
            return real(host, *arguments, **keywords)
        asked.append(host)
        return real(answers[min(len(asked), len(answers)) - 1], *arguments, **keywords)

    class Noting(socket.socket):
        def connect(self, place):
            connected_to.append(place[0])
            raise ConnectionRefusedError

    monkeypatch.setattr(addresses.socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "socket", Noting)
    with pytest.raises(requests.exceptions.ConnectionError):
        session().get(f"https://rebind.example:{port}/")
    assert (asked, connected_to) == (["rebind.example"], ["93.184.216.34"])
    with pytest.raises(
        RefusedRequestError
    ):  # the second time the name is private, and is refused before anything
        session().get(f"https://rebind.example:{port}/")
    assert (connected_to, reached) == (["93.184.216.34"], [])


def test_one_private_address_among_public_ones_is_enough(here, monkeypatch):
    """A name with a public and a private address is not asked at all."""
    from notegrad.lti import addresses

    def both(host, port, **_):
        places = ("93.184.216.34", "10.0.0.7")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, port)) for place in places]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", both)
    with pytest.raises(addresses.ForbiddenAddressError):
        addresses.addresses_of("two.example", 443, ())
    assert len(addresses.addresses_of("two.example", 443, {"two.example"})) == 2


def test_redirects_are_few_checked_and_for_questions_only(here, inside):
    """Three redirects at most, none to a private host, and a POST follows none: it would turn into a GET."""
    from notegrad.lti.http import RefusedRequestError

    port, reached = inside
    address = f"http://127.0.0.1:{port}"
    asking = session("127.0.0.1")
    assert asking.get(f"{address}/to//x").text == "ok"
    with pytest.raises(RefusedRequestError):
        asking.get(f"{address}/to/http://localhost:{port}/secret")
    with pytest.raises(requests.exceptions.TooManyRedirects):
        asking.get(f"{address}/loop")
    before = len(reached)
    assert asking.post(f"{address}/to//x", data=b"score").status_code == 302
    assert [path for _, path, _ in reached[before:]] == ["/to//x"]
    assert "/secret" not in [path for _, path, _ in reached]


def test_no_proxy_and_no_password_from_the_environment(here, inside, monkeypatch, tmp_path):
    """What the environment says of proxies and passwords is not used; an address with a password is refused."""
    from notegrad.lti.http import RefusedRequestError

    port, _ = inside
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    answer = session("127.0.0.1").get(f"http://127.0.0.1:{port}/")
    assert answer.text == "ok"
    assert "Authorization" not in answer.request.headers
    with pytest.raises(RefusedRequestError):
        session("127.0.0.1").get(f"http://user:secret@127.0.0.1:{port}/")


def test_an_answer_without_end_is_cut(here, inside):
    """An answer that is larger than any roster is not kept in memory."""
    from notegrad.lti.http import RefusedRequestError

    port, _ = inside
    with pytest.raises(RefusedRequestError):
        session("127.0.0.1").get(f"http://127.0.0.1:{port}/large")


@given(number=st.integers(0, 2**32 - 1))
def test_a_wrapped_address_is_as_public_as_the_one_inside(number):
    """Mapped, translated and tunnelled IPv6 addresses are judged by the IPv4 address in them."""
    from notegrad.lti.addresses import is_public

    inner = IPv4Address(number)
    wrapped = (
        IPv6Address((0xFFFF << 32) | number),
        IPv6Address(int(IPv6Address("64:ff9b::")) | number),
        IPv6Address((0x2002 << 112) | (number << 80)),
    )
    assert {is_public(address) for address in wrapped} == {is_public(inner)}
    assert is_public(ip_address("93.184.216.34"))
    assert is_public(ip_address("2606:2800:220:1::1"))
