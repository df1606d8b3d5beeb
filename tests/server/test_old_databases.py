"""Databases of earlier versions, with rows in every table: brought forward, nothing lost, every page opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from notegrad.cli.main import EXIT_OK, run
from tests.support import server_database

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)
OLD = sorted((Path(__file__).parent / "old_databases").glob("*.zip"))


@pytest.fixture(params=OLD, ids=lambda path: path.stem)
def restored(request, migrated, tmp_path):
    """The rows that an old database had; it is restored, and Django turned to it."""
    from notegrad.server.operation.backup import read_about

    server_database.use(f"sqlite://{tmp_path}/restored.sqlite3")
    assert run(["restore", str(request.param)]) == EXIT_OK
    yield read_about(request.param).tables.rows
    server_database.use("")


def test_nothing_is_lost_on_the_way(restored):
    """Every table of ours that is still there has the rows that it had, and each had some."""
    from tests.support.database_with_everything import models

    tables = {model._meta.db_table: model for model in models()}
    kept = {name: model for name, model in tables.items() if name in restored}
    assert kept
    assert {name: model._default_manager.count() for name, model in kept.items()} == {
        name: restored[name] for name in kept
    }
    assert 0 not in [restored[name] for name in kept]


def test_every_page_opens(restored):
    """No page of the brought forward database is a fault, for an administrator, a teacher and a student."""
    from django.test import Client
    from django.urls import reverse

    from notegrad.server.models import HandIn, User
    from tests.support.authorisation import routes

    hand_in = HandIn.objects.select_related("assignment__course").filter(user__username="ana").first()
    known = {
        "course": hand_in.assignment.course.slug,
        "slug": hand_in.assignment.slug,
        "number": hand_in.pk,
        "user": hand_in.user_id,
    }
    opened = 0
    for name in ("ada", "theo", "ana"):
        client = Client()
        client.force_login(
            User.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend"
        )
        for route in routes().values():
            if set(route.pattern.converters) <= set(known):
                path = reverse(route.name, kwargs={part: known[part] for part in route.pattern.converters})
                status = client.get(path).status_code
                assert status < 500, path
                opened += status == 200
    assert opened > 40


def test_each_migration_has_met_rows(migrated):
    """Of the migrations after the first, each is missing in some old database here, and so is applied to rows."""
    from django.db.migrations.loader import MigrationLoader

    from notegrad.server.operation.backup import read_about
    from tests.support.database_with_everything import APPLICATIONS

    ours = {
        f"{application}.{name}"
        for application, name in MigrationLoader(None).disk_migrations
        if application in APPLICATIONS and not name.startswith("0001_")
    }
    met = {name for name in ours for path in OLD if name not in read_about(path).tables.applied}
    assert ours - met == set()
