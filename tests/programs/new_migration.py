"""Writes a migration of the upload page for models that changed, and keeps a database of before it for the tests.

    python -m tests.programs.new_migration NAME

The kept database is one of the last commit, with rows in every table.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OLD = ROOT / "tests/server/old_databases"


def main(name: str) -> None:
    print(f"kept: {keep_old(name)}")
    with tempfile.TemporaryDirectory(prefix="notegrad-migration-") as folder:
        from tests.support import server_database

        server_database.set_up_django(Path(folder))
        from django.core.management import call_command

        call_command("makemigrations", "server", "lti", name=name)


def keep_old(name: str) -> Path:
    """A database as the last commit makes it, in a checkout of its own."""
    file = OLD / f"before-{name}.zip"
    with tempfile.TemporaryDirectory(prefix="notegrad-before-") as folder:
        tree = Path(folder, "tree")
        subprocess.run(["git", "worktree", "add", "--detach", "--quiet", tree, "HEAD"], cwd=ROOT, check=True)
        try:
            command = (sys.executable, "-m", "tests.programs.old_database", file)
            environment = {"PYTHONPATH": f"{tree / 'src'}", "PATH": "/usr/bin:/bin"}
            subprocess.run(command, cwd=tree, env=environment, check=True)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", tree], cwd=ROOT, check=True)
    return file


if __name__ == "__main__":
    main(sys.argv[1])
