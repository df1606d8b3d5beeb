"""The copy of a SQLite database while others write in it, and the way back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection

from notegrad.server.operation.table_rows import TableRows, counted


def dump(content: Path) -> TableRows:
    """Copy the database of one moment into a file, by SQLite's own backup."""
    connection.ensure_connection()
    with closing(sqlite3.connect(content)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        names = [str(name) for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return counted(copy.execute, [name for name in names if not name.startswith("sqlite_")])


def put_back(content: Path) -> None:
    """Copy the file into the empty database."""
    connection.ensure_connection()
    with closing(sqlite3.connect(content)) as copy:
        copy.backup(connection.connection)
