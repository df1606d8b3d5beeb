"""The dump of a PostgreSQL by its own programs, pg_dump and pg_restore, of the moment that was counted."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from notegrad.errors import InputError
from notegrad.messages import Message
from notegrad.server.operation.table_rows import TableRows, asking, counted

DUMP, RESTORE = "pg_dump", "pg_restore"
MAX_WHY_CHARS = 300


def dump(content: Path) -> TableRows:
    """Write all tables, in pg_dump's custom format. Raises InputError where pg_dump is missing or fails."""
    with _one_moment() as snapshot, connection.cursor() as cursor:
        found = counted(asking(cursor), connection.introspection.table_names(cursor))
        what = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}")
        _run((DUMP, *what, f"--file={content}"))
    return found


def put_back(content: Path) -> None:
    """Read all tables into the empty database, or none.

    Raises InputError where pg_restore is missing or fails.
    """
    name = str(connection.settings_dict["NAME"])
    what = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", f"--dbname={name}")
    _run((RESTORE, *what, str(content)))


@contextmanager
def _one_moment() -> Iterator[str]:
    """A transaction that sees one moment, and the name by which pg_dump sees the same."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            cursor.execute("SELECT pg_export_snapshot()")
            yield cursor.fetchone()[0]
        finally:
            cursor.execute("ROLLBACK")


def _run(command: tuple[str, ...]) -> None:
    try:
        ended = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise InputError(Message("backup_tool_missing", tool=command[0])) from None
    if ended.returncode:
        why = " ".join(ended.stderr.split())[:MAX_WHY_CHARS]
        raise InputError(Message("backup_tool_failed", tool=command[0], why=why))


def _environment() -> dict[str, str]:
    """The database's address as libpq reads it; on a command line everybody could read the password."""
    said = connection.settings_dict
    named = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    found = {name: str(said[key]) for name, key in named.items() if said[key]}
    options = {
        f"PG{name.upper()}": str(value) for name, value in said["OPTIONS"].items() if name.startswith("ssl")
    }
    return {**os.environ, **found, **options}
