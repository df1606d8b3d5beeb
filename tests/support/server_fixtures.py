"""Fixtures for tests of the upload page and of learning platforms: a database of their own, and people."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from tests.support import server_database
from tests.support.private_postgres import binaries, private_postgres
from tests.support.server_world import School, make_school


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables, to be copied."""
    data = tmp_path_factory.mktemp("server-data")
    server_database.set_up_django(data)
    from django.test.utils import setup_test_environment

    setup_test_environment()
    path = data / "template.sqlite3"
    server_database.use(f"sqlite://{path}")
    server_database.migrate()
    server_database.use("")
    return path


@pytest.fixture(scope="session")
def postgres(migrated: Path) -> Iterator[str]:
    """The address of a migrated PostgreSQL; skipped where Debian's package is not there."""
    place = binaries()
    if place is None:
        pytest.skip("skipped, because PostgreSQL is not here: apt-get install postgresql")
    with private_postgres(place) as url:
        server_database.use(url)
        server_database.migrate()
        yield url
        server_database.use("")


@pytest.fixture
def sqlite(migrated: Path, tmp_path: Path) -> Iterator[str]:
    """The address of an empty SQLite database, which Django speaks to during the test."""
    url = server_database.copy_of(migrated, tmp_path)
    server_database.use(url)
    yield url
    server_database.use("")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each of the two databases in turn, empty."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite")
        return
    url = request.getfixturevalue("postgres")
    server_database.use(url)
    server_database.empty()
    yield url
    server_database.use("")


@pytest.fixture
def school(request: pytest.FixtureRequest) -> Iterator[School]:
    """Two courses and their people, in an empty database: SQLite, or what NOTEGRAD_TEST_DATABASE names."""
    if os.environ.get("NOTEGRAD_TEST_DATABASE") == "postgresql":
        server_database.use(request.getfixturevalue("postgres"))
        server_database.empty()
    else:
        request.getfixturevalue("sqlite")
    yield make_school()
    server_database.use("")


@pytest.fixture
def browse(school: School) -> Callable[..., Any]:
    """Makes a client that is signed in as one of the people, or as nobody."""
    from django.test import Client

    def client(name: str = "", **keywords: Any) -> Any:
        made = Client(**keywords)
        if name:
            made.force_login(school.people[name], backend="django.contrib.auth.backends.ModelBackend")
        return made

    return client


class Quiet(WSGIRequestHandler):
    """Answers without a line for each request."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Threads(ThreadingMixIn, WSGIServer):
    """A thread for each request, as browsers ask for several things at once."""

    daemon_threads = True


@pytest.fixture
def address(school: School) -> Iterator[str]:
    """The page of the school, served by threads of this process."""
    del school
    from notegrad.server.wsgi import application

    server = make_server("127.0.0.1", 0, application, server_class=Threads, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
