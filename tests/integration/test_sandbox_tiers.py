"""The weaker tiers are tried where they are all that can be had: as an ordinary user, and as root in a box."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import notegrad
from notegrad.errors import SandboxUnavailableError
from notegrad.sandbox import tiers

CHECKOUT = Path(__file__).resolve().parents[2]
NOBODY = 65534
# What lies below a directory closed to others (a home) is bound through it, in a mount namespace of the test's.
AS_NOBODY = """
set -e
if [ -n "$CLOSED" ]; then
    mount --bind "$PYTHON_BASE" "$SCRATCH/python"
    mount -t tmpfs -o mode=755 tmpfs "$CLOSED"
    mkdir -p "$PYTHON_BASE"
    mount --bind "$SCRATCH/python" "$PYTHON_BASE"
fi
exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
"""
needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("setpriv") or not shutil.which("unshare"),
    reason="needs root to become others",
)


def environment(home: Path) -> dict[str, str]:
    source = str(Path(notegrad.__file__).resolve().parents[1])
    return {**os.environ, "HOME": str(home), "PYTHONPATH": source, "PYTHONDONTWRITEBYTECODE": "1"}


def closed_ancestor(path: str) -> str:
    closed = [parent for parent in Path(path).parents if not parent.stat().st_mode & 0o001]
    return str(closed[-1]) if closed else ""


def run_as_nobody(command: list[str], scratch: Path) -> subprocess.CompletedProcess[str]:
    (scratch / "python").mkdir()
    home = scratch / "home"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    variables = {
        "CLOSED": closed_ancestor(sys.base_prefix),
        "PYTHON_BASE": sys.base_prefix,
        "SCRATCH": str(scratch),
    }
    return subprocess.run(
        ["unshare", "-m", "sh", "-c", AS_NOBODY, "sh", *command],
        env={**environment(home), **variables}, capture_output=True, text=True, timeout=100, cwd=home,
    )  # fmt: skip


@pytest.fixture
def scratch():
    """A directory that an ordinary user may enter (pytest's own are closed)."""
    directory = Path("/var/tmp") / f"notegrad-test-{os.getpid()}"
    directory.mkdir(mode=0o755)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


ATTACKS = [
    "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--rootdir={CHECKOUT}", "-c", str(CHECKOUT / "pyproject.toml"), "-rs",
    f"{CHECKOUT}/tests/integration/test_sandbox_confinement.py::test_an_attack_from_a_cell_finds_nothing",
]  # fmt: skip


@needs_root
def test_an_ordinary_user_gets_the_same_protections_through_a_user_namespace(scratch):
    """Every attack is held in tier userns too."""
    done = run_as_nobody([sys.executable, *ATTACKS, f"--basetemp={scratch}/home/t"], scratch)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "skipped" not in done.stdout


@needs_root
def test_in_a_container_that_refuses_namespaces_the_uid_protects(scratch):
    """Root without CAP_SYS_ADMIN gets tier no-namespaces, which holds what a uid can hold, and says what it cannot."""
    done = subprocess.run(
        ["setpriv", "--bounding-set=-sys_admin", sys.executable, *ATTACKS, f"--basetemp={scratch}/t"],
        env=environment(scratch), capture_output=True, text=True, timeout=100, cwd=scratch,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "not claimed in tier no-namespaces" in done.stdout


SWEEP = """
import os, time
from notegrad.records import Limits
from notegrad.sandbox.client import Sandbox
with Sandbox.start(Limits(), "no-namespaces", server="notegrad.sandbox.echo:serve", ahead=False) as sandbox:
    with sandbox.open(["!setsid sleep 300 &", "import os; open('left', 'w'); x = os.getcwd(), os.getuid()"], (), 0, ["q"]) as execution:
        execution.run_notebook()
        sock = execution.fork("q")
        sock.sendall(b"x\\n")
        directory, uid = eval(sock.recv(1000))
        def alive(): return [p for p in os.listdir("/proc") if p.isdigit() and os.stat(f"/proc/{p}").st_uid == uid]
        print(sandbox.tier, len(alive()), os.path.exists(directory))
    for _ in range(100):
        if not alive(): break
        time.sleep(0.05)
    print(len(alive()), os.path.exists(directory))
"""


@needs_root
def test_without_namespaces_all_processes_of_the_uid_are_killed_and_its_files_removed(scratch):
    """What a submission started and wrote is gone when it is closed, daemons included."""
    done = subprocess.run(
        ["setpriv", "--bounding-set=-sys_admin", sys.executable, "-c", SWEEP],
        env=environment(scratch), capture_output=True, text=True, timeout=60, cwd=scratch,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["no-namespaces 3 True", "0 False"], done.stderr


@needs_root
def test_a_weaker_machine_than_configured_is_refused(scratch):
    """Tier full asked for where only no-namespaces can be had: one sentence, no fall-back."""
    program = (
        "from notegrad.sandbox.client import Sandbox; from notegrad.records import Limits\n"
        "try: Sandbox.start(Limits(), 'full')\nexcept Exception as error: print(type(error).__name__, error)"
    )
    done = subprocess.run(
        ["setpriv", "--bounding-set=-sys_admin", sys.executable, "-c", program],
        env=environment(scratch), capture_output=True, text=True, timeout=60, cwd=scratch,
    )  # fmt: skip
    assert done.stdout.startswith(
        "SandboxUnavailableError This machine cannot confine student code as configured"
    )
    assert "CAP_SYS_ADMIN" in done.stdout


def test_auto_never_means_none():
    """Without any confinement only an explicit unsafe runs."""
    with pytest.raises(SandboxUnavailableError, match="unsafe"):
        tiers.choose("none", unsafe=False)
    assert {row.name for row in tiers.protections("none") if row.active} == {"no_new_privs", "limits"}
