"""The page behind a real reverse proxy, as `deploy/` ships it: nginx and Caddy with a certificate of our own."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import sqlite3
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from notegrad.authoring.build import build, write
from notegrad.course.config import load_config
from tests.support.course import Course
from tests.support.own_certificate import own_certificate
from tests.support.proxies import CADDY, NGINX, caddy_environment, caddy_files, nginx_files, running_proxy
from tests.support.server_database import until
from tests.support.server_world import PASSWORD, notebook
from tests.support.serving import Serving, Visitor, free_port

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)
PROXIES = [
    pytest.param(
        "nginx",
        marks=pytest.mark.skipif(
            NGINX is None, reason="skipped, because nginx is not here: apt-get install nginx-light"
        ),
    ),
    pytest.param(
        "caddy",
        marks=pytest.mark.skipif(
            CADDY is None, reason="skipped, because Caddy is not here: apt-get install caddy"
        ),
    ),
]
FORGED = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "http", "X-Real-Ip": "203.0.113.7"}
THREADS = 8  # two web processes of four threads
MEBIBYTE = 2**20


@dataclass
class Site:
    """A page behind a proxy: its address over TLS, those without, the certificate, the data folder."""

    serving: Serving
    root: str
    plain_root: str
    port: int
    pair: Path
    data: Path

    def visitor(self, says: dict[str, str] | None = None) -> Visitor:
        return Visitor(self.root, self.pair, says)

    def is_up(self) -> bool:
        with contextlib.suppress(OSError):
            return self.visitor().opener.open(f"{self.root}/health", timeout=5).status == 200
        return False


@pytest.fixture(params=PROXIES)
def site(request, migrated: Path, tmp_path: Path) -> Iterator[Site]:
    """Web processes without workers, and a proxy before them."""
    port, plain_port, page_port = free_port(), free_port(), free_port()
    pair = own_certificate(tmp_path, "localhost")
    data, folder = tmp_path / "data", tmp_path / "proxy"
    folder.mkdir()
    root = f"https://localhost:{port}"
    serving = Serving(data, tmp_path, page_port, "--workers", "0", "--public-url", root)
    try:
        with running_proxy(
            request.param, folder, pair, port=port, plain_port=plain_port, page_port=page_port
        ):
            made = Site(serving, root, f"http://localhost:{plain_port}", port, pair, data)
            until(made.is_up, "the page answers through the proxy")
            yield made
    finally:
        serving.stop()


def large(size_bytes: int) -> bytes:
    """A right answer in a notebook of so many bytes, nearly all of them outputs."""
    plain = json.loads(notebook("def double(x):\n    return 2 * x", "def triple(x):\n    return 3 * x"))
    code = next(cell for cell in plain["cells"] if cell["cell_type"] == "code")
    code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["x" * size_bytes]}]
    return json.dumps(plain).encode()


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_hand_in_through_the_proxy(site: Site, course: Course) -> None:
    """Through a proxy cookies are secure, addresses the client's own, forged ones nobody's, and large files arrive."""
    write(build(load_config(course.config), "tp0", check=False), course.root)
    bundle = (course.root / "autograder/tp0.zip").read_bytes()
    visitor = site.visitor(FORGED)
    link = re.search(r"https://\S+/invitation/\S+", site.serving.text())[0]
    assert link.startswith(site.root)
    visitor.get(link)
    visitor.send(link, {"name": "Ada", "username": "ada", "new_password": PASSWORD})
    (session,) = [cookie for cookie in visitor.cookies if cookie.name == "sessionid"]
    assert session.secure and session.has_nonstandard_attr("HttpOnly")
    assert visitor.headers["Strict-Transport-Security"]
    visitor.get("/new-course/")
    fields = {"course_title": "Cours", "slug": "cours", "course_language": "en", "time_zone": "Europe/Paris"}
    visitor.send("/new-course/", fields)
    visitor.get("/courses/cours/new-assignment/")
    visitor.send("/courses/cours/new-assignment/", {}, {"bundle": ("tp0.zip", bundle)})
    page = "/courses/cours/assignments/tp0/"
    visitor.get(page)
    assert visitor.status == 200, visitor.page
    visitor.send(
        f"{page}upload/", {"form_key": str(uuid4())}, {"notebook": ("tp0.ipynb", large(30 * MEBIBYTE))}
    )
    assert (visitor.status, "/attempts/" in visitor.url) == (200, True), visitor.page
    assert visitor.url.startswith(site.root)
    visitor.get(page)
    for size, says in ((44 * MEBIBYTE, "40"), (60 * MEBIBYTE, "")):  # the page's limit, then the proxy's
        form = {"form_key": str(uuid4())}
        with contextlib.suppress(OSError):  # a proxy may hang up before it has read all
            visitor.send(f"{page}upload/", form, {"notebook": ("tp0.ipynb", large(size))})
            assert visitor.status == 413
            assert says in visitor.page
        visitor.get(page)
    with sqlite3.connect(site.data / "notegrad.sqlite3") as database:
        assert database.execute("select count(*) from server_handin").fetchone() == (1,)
        addresses = {row[0] for row in database.execute("select address from server_auditentry")}
    assert addresses == {"127.0.0.1"}


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_who_comes_without_tls_is_sent_to_it(site: Site) -> None:
    """Neither the proxy nor the page behind it answers over plain HTTP: both send to the address with TLS."""
    for root in (site.plain_root, site.serving.root):
        line = HTTPConnection(urlsplit(root).netloc.replace("localhost", "127.0.0.1"), timeout=60)
        line.request("GET", "/sign-in/", headers={"Host": f"localhost:{site.port}"})
        answer = line.getresponse()
        assert answer.status in (301, 308)
        # Caddy takes its port for 443, which it is where nothing is tried
        assert answer.headers["Location"] in (f"{site.root}/sign-in/", "https://localhost/sign-in/")


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_slow_clients_keep_no_thread(site: Site) -> None:
    """Clients that send their upload in drops are the proxy's to wait for, and are cut; the page answers meanwhile."""
    head = (
        f"POST /sign-in/ HTTP/1.1\r\nHost: localhost:{site.port}\r\nContent-Length: 60000\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    context = ssl.create_default_context(cafile=site.pair)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    slow = []
    for _ in range(2 * THREADS):
        line = socket.create_connection(("localhost", site.port), 30)
        slow.append(context.wrap_socket(line, server_hostname="localhost"))
        slow[-1].sendall(head.encode() + b"a=")
    answer = site.visitor().opener.open(f"{site.root}/sign-in/", timeout=60)
    assert answer.status == 200
    for line in slow:  # all are cut by the proxy, and none by the page's own 150 s: it has not heard of them
        line.settimeout(60)
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            assert b"X-Request-Id" not in b"".join(iter(lambda line=line: line.recv(1000), b""))
        line.close()


@pytest.mark.parametrize("kind", PROXIES)
def test_the_proxy_takes_its_file(kind: str, tmp_path: Path) -> None:
    """The files of `deploy/` are good in the proxy's own eyes."""
    ports = {"port": free_port(), "plain_port": free_port(), "page_port": free_port()}
    pair = own_certificate(tmp_path, "localhost")
    if kind == "nginx":
        command, environment = [*nginx_files(tmp_path, pair, **ports), "-t"], None
    else:
        command = caddy_files(tmp_path, pair, **ports)
        command[1] = "validate"
        environment = caddy_environment(tmp_path, port=ports["port"], page_port=ports["page_port"])
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
