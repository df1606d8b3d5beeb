"""The backup: the whole database in one file, taken while all runs, and its way back into an empty one.

The file is a zip of `about.json` and the database's own form: a SQLite file, or pg_dump's custom format. It
holds neither key nor configuration.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from django.db import connection

from notegrad import __version__
from notegrad.errors import InputError
from notegrad.messages import Message
from notegrad.records import Record
from notegrad.server.operation import postgres_dump, sqlite_copy
from notegrad.server.operation.table_rows import TableRows, asking, counted

ABOUT, CONTENT = "about.json", "database"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
CHUNK_BYTES = 1 << 20
MAX_ABOUT_BYTES = 1 << 20


class BackupAbout(Record, frozen=True, kw_only=True):
    """The description of a backup: who wrote it, when, of what, and the SHA-256 of the database's bytes."""

    notegrad: str
    database: str
    taken_at: str
    tables: TableRows
    sha256: str


def back_up(path: Path) -> BackupAbout:
    """Write the database, as it is at one moment, into a new file for its owner only.

    Raises InputError where the file is there, cannot be written, or a program of PostgreSQL is missing.
    """
    if path.exists():
        raise InputError(Message("backup_there", file=path))
    try:
        # beside the file: on a disk that has room for it, and a link away from being it
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.parent) as folder:
            content, whole = Path(folder, CONTENT), Path(folder, "whole")
            tables = _dump(content)
            about = BackupAbout(
                notegrad=__version__,
                database=connection.vendor,
                taken_at=datetime.now(UTC).isoformat(timespec="seconds"),
                tables=tables,
                sha256=_sha256(content),
            )
            _pack(whole, about, content)
            os.link(whole, path)
    except FileExistsError:
        raise InputError(Message("backup_there", file=path)) from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise InputError(Message("backup_not_written", file=path, why=why)) from None
    return about


def restore(path: Path) -> BackupAbout:
    """Put a backup into an empty database, and count its rows again.

    Raises InputError where the file is no backup, is damaged, comes from a newer version or another kind of
    database, or where the database is not empty.
    """
    about = read_about(path)
    _require_fitting(path, about)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=path.parent) as folder:
        content = Path(folder, CONTENT)
        with zipfile.ZipFile(path) as archive, archive.open(CONTENT) as stream, content.open("wb") as out:
            shutil.copyfileobj(stream, out, CHUNK_BYTES)
        if _sha256(content) != about.sha256:
            raise InputError(Message("backup_damaged", file=path))
        _put_back(content)
    with connection.cursor() as cursor:
        actual = counted(asking(cursor), about.tables.rows).rows
    for table, expected in about.tables.rows.items():
        if actual[table] != expected:
            facts = {"table": table, "actual": actual[table], "expected": expected}
            raise InputError(Message("backup_incomplete", **facts))
    return about


def read_about(path: Path) -> BackupAbout:
    """The description of a backup. Raises InputError where the file is none."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(ABOUT) as stream:
            return msgspec.json.decode(stream.read(MAX_ABOUT_BYTES), type=BackupAbout)
    except OSError as error:
        why = error.strerror or type(error).__name__
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError) as error:
        why = " ".join(str(error).split())
    raise InputError(Message("backup_unreadable", file=path, why=why))


def _dump(content: Path) -> TableRows:
    return sqlite_copy.dump(content) if connection.vendor == "sqlite" else postgres_dump.dump(content)


def _put_back(content: Path) -> None:
    if connection.vendor == "sqlite":
        sqlite_copy.put_back(content)
    else:
        postgres_dump.put_back(content)


def _require_fitting(path: Path, about: BackupAbout) -> None:
    """Raises InputError where the backup cannot go into this database by this version."""
    from django.db.migrations.loader import MigrationLoader

    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    ours = {name.partition(".")[0] for name in known}
    if any(name.partition(".")[0] in ours and name not in known for name in about.tables.applied):
        facts = {"file": path, "theirs": about.notegrad, "ours": __version__}
        raise InputError(Message("backup_newer", **facts))
    if about.database != connection.vendor:
        theirs = NAMES.get(about.database, about.database)
        facts = {"file": path, "theirs": theirs, "ours": NAMES[connection.vendor]}
        raise InputError(Message("backup_other_database", **facts))
    if connection.introspection.table_names():
        raise InputError(Message("restore_not_empty"))


def _pack(whole: Path, about: BackupAbout, content: Path) -> None:
    descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        os.fdopen(descriptor, "wb") as out,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        archive.writestr(ABOUT, msgspec.json.format(msgspec.json.encode(about), indent=1))
        archive.write(content, CONTENT)
    with whole.open("rb") as written:
        os.fsync(written.fileno())


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
