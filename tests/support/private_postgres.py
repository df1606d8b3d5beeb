"""A PostgreSQL of Debian's package, in a temporary folder, over a socket only, as an unprivileged user."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


def binaries() -> Path | None:
    """The folder with all programs that are needed, or None."""
    found = [Path(path).resolve().parent for path in [shutil.which("initdb")] if path]
    places = [*(path.parent for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), *found]
    whole = [place for place in places if all((place / name).exists() for name in ("postgres", "createdb"))]
    return whole[0] if whole else None


def unprivileged() -> dict[str, object]:
    """How to start what refuses to run as root."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return {"user": name, "group": pwd.getpwnam(name).pw_gid, "extra_groups": []}
    return {}


@contextlib.contextmanager
def private_postgres(place: Path) -> Iterator[str]:
    """The address of an empty database while it runs; `place` is the folder of its binaries."""
    folder = Path(tempfile.mkdtemp(prefix="ngpg-"))
    who = unprivileged()
    if who:
        shutil.chown(folder, who["user"])  # type: ignore[arg-type]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, **who}
    data = folder / "data"
    subprocess.run(
        [place / "initdb", "-D", data, "-U", "notegrad", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
        check=True,
        **quiet,
    )
    server = subprocess.Popen(
        [place / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"], **quiet
    )
    try:
        address = ["-h", folder, "-U", "notegrad"]
        for _ in range(600):
            made = subprocess.run([place / "createdb", *address, "notegrad"], check=False, **quiet)
            if made.returncode == 0:
                break
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(0.1)
                raise RuntimeError("postgres ended while it started")
        yield f"postgresql://notegrad@/notegrad?host={folder}"
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)
