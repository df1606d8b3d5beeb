"""The database that Django speaks to in tests, changed while it runs: SQLite copies, or a private PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0


def set_up_django(data: Path) -> None:
    """Load Django once for the whole test run, on a migrated SQLite database in a folder of its own."""
    os.environ.update(NOTEGRAD_DATA=str(data), DJANGO_SETTINGS_MODULE="notegrad.server.django_settings")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright has a loop in the thread of a test
    for name in ("DATABASE_URL", "NOTEGRAD_PUBLIC_URL", "NOTEGRAD_SECRET_KEY", "NOTEGRAD_SERVER_CONFIG"):
        os.environ.pop(name, None)
    from notegrad.server.configuration import prepare_data, read_deployment

    prepare_data(read_deployment(os.environ))
    import django

    django.setup()


def migrate() -> None:
    """Make the tables."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def use(url: str) -> None:
    """Let this process, and those that it starts, speak to another database."""
    from django.db import connections

    from notegrad.server.configuration import Deployment, database_of

    if url:
        os.environ["DATABASE_URL"] = url
    else:
        os.environ.pop("DATABASE_URL", None)
    connections["default"].close()
    wanted = database_of(Deployment(data=os.environ["NOTEGRAD_DATA"], database_url=url))
    connections.settings["default"] = connections.configure_settings({"default": wanted})["default"]
    del connections["default"]


def empty() -> None:
    """Empty every table of ours."""
    from django.core.management import call_command

    call_command("flush", verbosity=0, interactive=False)


def copy_of(template: Path, folder: Path) -> str:
    """The address of a fresh copy of a migrated SQLite database."""
    path = folder / "copy.sqlite3"
    shutil.copy(template, path)
    return f"sqlite://{path}"


def until(holds: Callable[[], object], what: str, patience_s: float = PATIENCE_S) -> None:
    """Wait for a condition; fails with its name."""
    end = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < end, f"not within {patience_s:g} s: {what}"
        time.sleep(0.05)


def start_program(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Start one of tests/programs in a session of its own, so that it can be killed with all that it started."""
    return subprocess.Popen(
        [sys.executable, "-m", f"tests.programs.{module}", *arguments], cwd=ROOT, start_new_session=True
    )
