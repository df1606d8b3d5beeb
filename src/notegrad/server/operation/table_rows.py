"""The rows of each table, and the migrations that were applied: what a backup is counted by."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from notegrad.records import Record

MIGRATIONS_TABLE = "django_migrations"


Ask = Callable[[str], Iterable[tuple[object, ...]]]


class TableRows(Record, frozen=True, kw_only=True):
    """The number of rows by table, and the names of the applied migrations, `app.name`."""

    rows: dict[str, int]
    applied: tuple[str, ...]


def asking(cursor: Any) -> Ask:
    """What asks a database through a cursor of Django's, and has all rows of an answer."""

    def ask(question: str) -> list[tuple[object, ...]]:
        cursor.execute(question)
        rows: list[tuple[object, ...]] = cursor.fetchall()
        return rows

    return ask


def counted(ask: Ask, tables: Iterable[str]) -> TableRows:
    """Count the rows of `tables`, with what asks the database."""
    names = sorted(tables)
    rows = {name: int(str(next(iter(ask(f'SELECT count(*) FROM "{name}"')))[0])) for name in names}  # noqa: S608 - the database's own names
    applied: Iterable[tuple[object, ...]] = ()
    if MIGRATIONS_TABLE in names:
        applied = ask(f"SELECT app, name FROM {MIGRATIONS_TABLE} ORDER BY app, name")  # noqa: S608
    return TableRows(rows=rows, applied=tuple(f"{app}.{name}" for app, name in applied))
