"""Brings Django up for a command: the deployment into the environment, then the tables."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

from notegrad.errors import ConfigError, InputError
from notegrad.messages import Message
from notegrad.server.configuration import Deployment, database_of, prepare_data, read_deployment

EXTRA_MODULES = (
    "django",
    "axes",
    "django_htmx",
    "gunicorn",
    "ninja",
    "psycopg",
    "whitenoise",
    "argon2",
    "pylti1p3",
)


def require_extra(command: str) -> None:
    """Raises InputError, which says what to install, where the extra is missing."""
    if any(importlib.util.find_spec(name) is None for name in EXTRA_MODULES):
        raise InputError(Message("server_extra", command=command))


def require_sso(deployment: Deployment) -> None:
    """Raises InputError, which says what to install, where providers are named and their extra is missing."""
    if deployment.sso and importlib.util.find_spec("allauth") is None:
        raise InputError(Message("sso_extra"))


def deployment_of(options: dict[str, str | None], *, makes_data: bool = True) -> Deployment:
    """The deployment, with what a command line says put over the environment; children inherit it.

    Its folder and key are made where they are not there, or must be there. Raises ConfigError for what is
    wrong in any of it.
    """
    os.environ.update({name: value for name, value in options.items() if value})
    deployment = read_deployment(os.environ)
    require_sso(deployment)
    os.environ["NOTEGRAD_DATA"] = deployment.data
    if makes_data:
        prepare_data(deployment)
    elif not Path(deployment.data).is_dir():
        raise ConfigError(Message("data_not_there", folder=deployment.data))
    os.environ["DJANGO_SETTINGS_MODULE"] = "notegrad.server.django_settings"
    return deployment


def deployment_in(data: Path | None, *, makes_data: bool = True) -> Deployment:
    """The deployment whose folder `--data` names, as `deployment_of` has it; it raises the same."""
    return deployment_of({"NOTEGRAD_DATA": str(data) if data else None}, makes_data=makes_data)


def load() -> None:
    """Load Django, whether there is a database or not."""
    import django

    django.setup()


def set_up() -> None:
    """Load Django. Raises InputError where the database cannot be reached."""
    load()
    from django.db import DatabaseError, connection

    try:
        connection.ensure_connection()
    except DatabaseError as error:
        why = " ".join(str(error).split())
        raise InputError(Message("database_silent", why=why)) from None


def require_tables() -> None:
    """Raises InputError where the database has not the tables of this version."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise InputError(Message("database_old"))


def migrate() -> None:
    """Make or update the tables, and clear away the sessions that are over."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("clearsessions", verbosity=0)


def hidden_places(deployment: Deployment) -> tuple[str, ...]:
    """What student code must not find: key, database and configuration, wherever they are."""
    database = database_of(deployment)
    named = [os.environ.get("NOTEGRAD_SERVER_CONFIG", "")]
    if "sqlite3" in str(database["ENGINE"]):
        named += [f"{database['NAME']}{ending}" for ending in ("", "-wal", "-shm")]
    return (str(Path(deployment.data).resolve()), *(name for name in named if name and Path(name).exists()))
