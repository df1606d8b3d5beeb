"""Backup and restore by command: everything of one moment, on both databases, and nothing over what is there."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import threading
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from notegrad.cli.main import EXIT_OK, EXIT_USAGE, run
from tests.support import server_database
from tests.support.private_postgres import binaries
from tests.support.server_world import grade_all, make_school, notebook

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)


@pytest.fixture
def english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def elsewhere(database, tmp_path, monkeypatch):
    """An empty database of the same kind, and Django turned to it."""
    made = []

    def turn() -> None:
        if database.startswith("sqlite"):
            url = f"sqlite://{tmp_path}/elsewhere.sqlite3"
        else:
            name = f"elsewhere{os.urandom(4).hex()}"
            socket = urlsplit(database).query.removeprefix("host=")
            subprocess.run(
                [binaries() / "createdb", "-h", socket, "-U", "notegrad", name], check=True, cwd=tmp_path
            )
            url = f"postgresql://notegrad@/{name}?host={socket}"
        server_database.use(url)
        made.append(url)

    yield turn
    server_database.use(database)


def everything() -> dict[str, list[tuple]]:
    """All rows of all tables."""
    from django.db import connection

    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = [
                tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in cursor.fetchall()
            ]
            found[table] = sorted(rows, key=repr)
    return found


def test_what_was_backed_up_is_there_again(database, elsewhere, english, tmp_path):
    """Every row of every table comes back, in a file that only its owner reads; the page goes on from there."""
    school = make_school()
    school.hand_in("ana", notebook("7"))
    grade_all()
    school.hand_in("bob", notebook("3"))
    before, file = everything(), tmp_path / "tonight.zip"
    assert run(["backup", str(file)]) == EXIT_OK
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob(".backup-*")] == []
    elsewhere()
    assert run(["restore", str(file)]) == EXIT_OK
    assert everything() == before
    grade_all()
    from notegrad.server.models import HandIn

    assert set(HandIn.objects.values_list("state", flat=True)) == {"graded"}
    newest = school.hand_in("bob", notebook("5"))
    assert newest.pk > max(row[0] for row in before["server_handin"])  # numbers go on where they were


def test_a_backup_is_of_one_moment(database, elsewhere, english, tmp_path):
    """While students hand in, no attempt is saved without its job, and the count is that of the copy."""
    school = make_school()
    ends = threading.Event()

    def write() -> None:
        from django.db import connection

        for number in range(200):
            if ends.is_set():
                break
            school.hand_in("ana", notebook(str(number)))
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        codes = [run(["backup", str(tmp_path / f"{n}.zip")]) for n in range(3)]
    finally:
        ends.set()
        writer.join()
    assert codes == [EXIT_OK] * 3
    from notegrad.server.models import HandIn, Job

    elsewhere()
    assert run(["restore", str(tmp_path / "2.zip")]) == EXIT_OK
    assert HandIn.objects.count() == Job.objects.filter(kind="grade").count()


def test_nothing_is_written_over(database, english, tmp_path, capsys):
    """Neither a file that is there, nor a database with tables."""
    file = tmp_path / "tonight.zip"
    assert run(["backup", str(file)]) == EXIT_OK
    kept = file.read_bytes()
    assert run(["backup", str(file)]) == EXIT_USAGE
    assert "is there already" in capsys.readouterr().err
    assert file.read_bytes() == kept
    before = everything()
    assert run(["restore", str(file)]) == EXIT_USAGE
    assert "has tables already" in capsys.readouterr().err
    assert everything() == before


def damaged(file: Path, content: bytes | None = None, about: bytes | None = None) -> Path:
    """A copy with other parts."""
    copy = file.with_name(f"damaged-{os.urandom(4).hex()}.zip")
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(copy, "w") as out:
        out.writestr("about.json", about or archive.read("about.json"))
        out.writestr("database", content or archive.read("database"))
    return copy


def test_what_is_no_good_backup_is_refused(sqlite, english, tmp_path, capsys):
    """No zip, a zip of something else, bytes that changed, a newer version, another database: one sentence each."""
    file = tmp_path / "tonight.zip"
    assert run(["backup", str(file)]) == EXIT_OK
    with zipfile.ZipFile(file) as archive:
        about = archive.read("about.json")
    (tmp_path / "text").write_text("no zip")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("notes.txt", "x")
    newer = about.replace(b'"server.0001_initial"', b'"server.0001_initial", "server.9999_later"')
    assert newer != about
    server_database.use(f"sqlite://{tmp_path}/fresh.sqlite3")
    for path, said in {
        tmp_path / "nowhere.zip": "No such file",
        tmp_path / "text": "is no backup",
        tmp_path / "other.zip": "is no backup",
        damaged(file, content=b"SQLite format 3\0 changed"): "fingerprint",
        damaged(file, about=newer): "newer",
        damaged(
            file, about=about.replace(b'"database": "sqlite"', b'"database": "postgresql"')
        ): "name a PostgreSQL",
    }.items():
        assert run(["restore", str(path)]) == EXIT_USAGE, path
        told = capsys.readouterr().err
        assert said in told, told
        assert "Traceback" not in told
    server_database.use("")
    with sqlite3.connect(tmp_path / "fresh.sqlite3") as fresh:
        assert fresh.execute("SELECT name FROM sqlite_master").fetchall() == []


def test_without_the_client_of_postgresql_it_says_so(postgres, english, tmp_path, monkeypatch, capsys):
    """A machine without pg_dump is told what to install, and no file is left."""
    server_database.use(postgres)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run(["backup", str(tmp_path / "tonight.zip")]) == EXIT_USAGE
    assert "pg_dump is missing" in capsys.readouterr().err
    assert list(tmp_path.glob("*.zip")) == []
    server_database.use("")
