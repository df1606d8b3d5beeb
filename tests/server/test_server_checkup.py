"""`notegrad doctor --server`: each row tried on a deployment where it holds and on one where it does not."""

from __future__ import annotations

import json
import os
import socket
import threading

import msgspec
import pytest

from notegrad.cli.main import EXIT_OK, EXIT_UNFIT, EXIT_USAGE, run
from tests.support.server_world import grade_all, make_school, notebook

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)


@pytest.fixture
def told(monkeypatch, capsys):
    """The rows of a check-up by name, and its exit status; with keys of the deployment put in."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")

    def ask(**keys: object) -> tuple[dict[str, dict[str, str]], int]:
        from notegrad.server import configuration
        from notegrad.server.commands import setting_up

        known = configuration.read_deployment(os.environ)
        changed = msgspec.structs.replace(known, **keys)
        monkeypatch.setattr(setting_up, "read_deployment", lambda _environment: changed)
        status = run(["doctor", "--server", "--json"])
        return {row["name"]: row for row in json.loads(capsys.readouterr().out)["checks"]}, status

    return ask


def verdicts(rows: dict[str, dict[str, str]]) -> dict[str, str]:
    return {name: row["verdict"] for name, row in rows.items()}


def test_a_page_that_runs_has_nothing_to_mend(database, address_of_page, told):
    """All rows pass where somebody grades and the page answers; letters are off, and that is no fault."""
    from notegrad.server.models import GradingWorker

    make_school()
    GradingWorker.objects.create(name="here:1", queues=["cpu"])
    rows, status = told(public_url=address_of_page)
    assert status == EXIT_OK
    assert verdicts(rows) == dict.fromkeys(rows, "PASS") | {"letters": "SKIPPED"}, rows


@pytest.fixture
def address_of_page(migrated):
    """An address whose /health says ok."""
    from wsgiref.simple_server import make_server

    from tests.support.server_fixtures import Quiet

    def ok(_environment, start):
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    server = make_server("127.0.0.1", 0, ok, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_what_is_wrong_has_a_row_and_a_way(sqlite, told):
    """Nobody grades, jobs failed, the page is silent, mail is refused, no TLS: each a caution that says what to do."""
    from notegrad.server.models import Job

    school = make_school()
    school.hand_in("ana", notebook("panne"))
    while Job.objects.get().state != "failed":
        Job.objects.update(run_after=Job.objects.get().created_at)
        grade_all()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        rows, status = told(
            public_url="http://rendus.invalid",
            smtp_host="127.0.0.1",
            smtp_port=port,
            mail_from="a@example.org",
        )
    assert status == EXIT_OK
    wrong = [name for name, verdict in verdicts(rows).items() if verdict == "CAUTION"]
    assert wrong == ["address", "workers", "jobs", "page", "letters"]
    assert all(rows[name]["fix"] for name in wrong)
    assert "1 jobs" not in rows["jobs"]["meaning"]


def test_a_queue_that_nobody_serves_is_named(sqlite, told):
    """A worker that takes no jobs of the GPU does not hide that one waits for it."""
    from notegrad.server.models import GradingWorker, Job

    make_school()
    GradingWorker.objects.create(name="here:1", queues=["cpu"])
    Job.objects.create(kind="grade", queue="gpu")
    rows, _ = told()
    assert "--queues gpu" in rows["workers"]["fix"]


def test_a_deployment_that_cannot_run_fails(sqlite, told):
    """Tables of another version, a key that others can read: exit status 5."""
    from django.db import connection

    data = os.environ["NOTEGRAD_DATA"]
    os.chmod(f"{data}/secret.key", 0o644)
    try:
        rows, status = told()
    finally:
        os.chmod(f"{data}/secret.key", 0o600)
    assert (rows["secrets"]["verdict"], status) == ("FAIL", EXIT_UNFIT)
    assert "secret.key" in rows["secrets"]["fix"]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'lti'")
    rows, status = told()
    assert (rows["database"]["verdict"], status) == ("FAIL", EXIT_UNFIT)
    assert "clock" not in rows


def test_it_makes_nothing(migrated, monkeypatch, tmp_path, capsys):
    """Where no page was ever served it says so, and leaves no folder behind."""
    monkeypatch.setenv("NOTEGRAD_DATA", "")
    assert run(["doctor", "--server", "--data", str(tmp_path / "nowhere")]) == EXIT_USAGE
    assert "--data" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
