"""`notegrad serve` and `notegrad worker` from nothing: what they say, make, and leave."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import sysconfig
from pathlib import Path
from uuid import uuid4

import pytest

from notegrad.authoring.build import build, write
from notegrad.course.config import load_config
from tests.support.course import Course
from tests.support.server_database import until
from tests.support.server_world import PASSWORD, notebook
from tests.support.serving import Serving, Visitor, free_port

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)

RIGHT = notebook("def double(x):\n    return 2 * x", "def triple(x):\n    return 3 * x")


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_from_nothing_to_a_graded_upload(migrated: Path, tmp_path: Path, course: Course, request):
    """One command, its link, and what the pages say, lead to a result by the real grader; a stop leaves nothing."""
    write(build(load_config(course.config), "tp0", check=False), course.root)
    bundle = (course.root / "autograder/tp0.zip").read_bytes()
    # beside the libraries, where student code may read: it must be hidden there
    data = Path(sysconfig.get_path("purelib"), f"notegrad-serve-{uuid4().hex}")
    request.addfinalizer(lambda: shutil.rmtree(data, ignore_errors=True))
    serving = Serving(data, tmp_path, free_port())
    control = sysconfig.get_path("purelib")
    places = (control, str(data / "secret.key"), str(data / "notegrad.sqlite3"))
    try:
        until(serving.is_up, "it answers")
        assert stat.S_IMODE((data / "secret.key").stat().st_mode) == 0o600
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        data.chmod(0o755)  # the modes keep other users out; student code is kept out without them too
        (data / "secret.key").chmod(0o644)
        link = re.search(r"http://\S+/invitation/\S+", serving.text())[0]
        visitor = Visitor(serving.root)
        visitor.get(link)
        visitor.send(link, {"name": "Ada", "username": "ada", "new_password": PASSWORD})
        visitor.get("/new-course/")
        fields = {
            "course_title": "Cours",
            "slug": "cours",
            "course_language": "fr",
            "time_zone": "Europe/Paris",
        }
        visitor.send("/new-course/", fields)
        visitor.get("/courses/cours/new-assignment/")
        visitor.send("/courses/cours/new-assignment/", {}, {"bundle": ("tp0.zip", bundle)})
        page = "/courses/cours/assignments/tp0/"
        until(lambda: "3 points." in visitor.get(f"{page}preview/"), "the tests are read", 300.0)
        visitor.send(f"{page}preview/", {}, {"solution": ("corrige.ipynb", RIGHT)})
        until(lambda: "pill good" in visitor.get(f"{page}preview/"), "the solution has all points", 300.0)
        assert "Toutes les bonnes réponses ont tous les points" in visitor.page
        visitor.get(page)
        visitor.send(f"{page}upload/", {"form_key": str(uuid4())}, {"notebook": ("tp0.ipynb", RIGHT)})
        attempt = visitor.url
        assert "/attempts/" in attempt, visitor.page
        os.kill(serving.pids()[1], signal.SIGKILL)  # the grading worker: another is started in its place
        until(lambda: "<iframe" in visitor.get(attempt), "it is graded", 300.0)
        assert "3 / 3" in visitor.get(f"{attempt}feedback/?all=1").replace("<small> ", " ")
        visitor.get(page)
        spying = notebook(f"import os\nprint('SEEN', [os.path.exists(p) for p in {[*places]!r}])")
        visitor.send(f"{page}upload/", {"form_key": str(uuid4())}, {"notebook": ("tp0.ipynb", spying)})
        spied = visitor.url
        until(lambda: "<iframe" in visitor.get(spied), "the spying one is graded", 300.0)
        assert "SEEN [True, False, False]" in visitor.get(f"{spied}feedback/?all=1")
        assert visitor.get(link).count("n’existe pas") == 1  # the link was for one account
        assert serving.text().count(link.rsplit("/", 2)[1]) == 1  # said once, and in no line of the log
        assert (serving.stop(), len(serving.pids())) == (0, 3)
        assert not any(Path(f"/proc/{pid}").exists() for pid in serving.pids())
    finally:
        serving.process.kill()
    again = Serving(data, tmp_path, free_port())
    try:
        until(again.is_up, "it answers again")
        assert "/invitation/" not in again.text()
    finally:
        again.stop()


def test_the_first_link_fits_the_database(database: str) -> None:
    """The link that makes the administrator can be kept by both databases: only PostgreSQL minds lengths."""
    del database
    from notegrad.server.accounts.links import find_link, make_administrator_link

    path = make_administrator_link()
    assert find_link(path.strip("/").rpartition("/")[2]) is not None


def test_without_the_extra_commands_say_what_to_install(monkeypatch, capsys):
    """A grading installation is told in one sentence what the upload page needs."""
    from notegrad.cli.main import run
    from notegrad.server.commands import setting_up

    monkeypatch.setattr(setting_up, "EXTRA_MODULES", ("no_such_module",))
    for command in ("serve", "worker"):
        assert run([command]) == 2
        said = capsys.readouterr().err
        assert "pip install 'notegrad[server]'" in said
        assert len(said.splitlines()) == 1


def test_a_grading_installation_never_imports_django():
    """All commands but these two come up without Django."""
    code = (
        "import importlib, pkgutil, sys, notegrad.cli as cli\n"
        "for found in pkgutil.iter_modules(cli.__path__): importlib.import_module(f'notegrad.cli.{found.name}')\n"
        "import notegrad.batch.class_run, notegrad.batch.regrade\n"
        "assert 'django' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("file", "environment", "said"),
    [
        ("bin = 'x'", {}, "bin: there is no such key; did you mean 'bind'?"),
        ("web_processes = 'two'", {}, "web_processes"),
        ("workers = -1", {}, "workers is -1: give auto"),
        ("", {"NOTEGRAD_WORKERS": "many"}, "workers"),
        ("= =", {}, "is not TOML"),
        ("", {"DATABASE_URL": "mysql://x"}, "DATABASE_URL begins with 'mysql'"),
        ("", {"NOTEGRAD_SECRET_KEY": "short"}, "50 or more"),
        ("", {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"}, "check DATABASE_URL"),
        ("", {}, "start `notegrad serve` with it first"),
        ("", {"NOTEGRAD_BIND": "0.0.0.0:80"}, "say public_url too"),
        ("", {"NOTEGRAD_METRICS_TOKEN": "short"}, "16 or more"),
        ("smtp_host = 'smtp.example.org'", {}, "without mail_from"),
    ],
)
def test_a_wrong_configuration_is_one_sentence(tmp_path, file, environment, said):
    """A wrong key, value or variable is told with its place, and nothing is started."""
    (tmp_path / "server.toml").write_text(file)
    known = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "notegrad", "worker", "--data", str(tmp_path)],
        env={**known, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("said", "fewest", "most"), [("0", 0, 0), ("3", 3, 3), ("auto", 1, 256), ("", 1, 256)]
)
def test_workers_may_run_apart(tmp_path, said, fewest, most):
    """`serve` starts as many workers as the deployment says beside the web processes, and none where it says 0."""
    from notegrad.server.commands.serve import child_commands
    from notegrad.server.configuration import read_deployment

    deployment = read_deployment({"NOTEGRAD_DATA": str(tmp_path), "NOTEGRAD_WORKERS": said})
    names = [child.name for child in child_commands(deployment)]
    assert names[0] == "web"
    assert fewest <= len(names) - 1 <= most


@pytest.mark.parametrize(("bind", "said"), [("nowhere", "HOST:PORT"), ("TAKEN", "cannot be listened on")])
def test_an_address_that_cannot_be_had_is_one_sentence(tmp_path, bind, said):
    """A port that another program has is told before anything is started."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        bind = bind.replace("TAKEN", f"127.0.0.1:{taken.getsockname()[1]}")
        command = [sys.executable, "-m", "notegrad", "serve", "--data", str(tmp_path), "--bind", bind]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
