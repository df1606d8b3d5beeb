"""The levels of confinement that attacks are tried at, each made on this machine; all need root to be made.

`full` is ours to have. `userns` is an ordinary user's. `no-namespaces` is a container as Docker makes it by
default: namespaces of its own, its short list of capabilities, and a filter that refuses what Docker's does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import notegrad

LEVELS = ("full", "userns", "no-namespaces")
ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
# What lies below a directory closed to others (a home) is bound through it, in a mount namespace of the test's.
_READABLE_PYTHON = """
set -e
if [ -n "$CLOSED" ]; then
    mount --bind "$PYTHON_BASE" "$SCRATCH/python"
    mount -t tmpfs -o mode=755 tmpfs "$CLOSED"
    mkdir -p "$PYTHON_BASE"
    mount --bind "$SCRATCH/python" "$PYTHON_BASE"
fi
exec "$@"
"""
_AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
_DOCKER_CAPABILITIES = (
    "chown", "dac_override", "fsetid", "fowner", "mknod", "net_raw", "setgid", "setuid", "setfcap", "setpcap",
    "net_bind_service", "sys_chroot", "kill", "audit_write",
)  # fmt: skip
_DOCKER_REFUSES = (
    "mount", "umount2", "pivot_root", "unshare", "setns", "move_mount", "open_tree", "fsopen", "fsconfig",
    "fsmount", "fspick", "mount_setattr", "keyctl", "add_key", "request_key", "bpf", "perf_event_open",
    "userfaultfd", "open_by_handle_at", "kexec_load", "init_module", "finit_module", "delete_module", "swapon",
    "swapoff", "reboot", "settimeofday", "clock_settime", "quotactl", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "lookup_dcookie", "personality", "acct",
)  # fmt: skip
_IN_DOCKER = """
import os, sys
from notegrad.sandbox.walls import seccomp
seccomp.load(seccomp.refuse_calls(filter(None, map(seccomp.call_number, sys.argv[1].split(",")))))
os.execvp("setpriv", ["setpriv", "--bounding-set=" + sys.argv[2], *sys.argv[3:]])
"""


def why_not(level: str) -> str:
    """Why a level cannot be made here; the empty string where it can."""
    if os.geteuid() != 0:
        return "only root can make the levels"
    tools = [] if level == "full" else ["setpriv", "unshare"]
    missing = [tool for tool in tools if shutil.which(tool) is None]
    return f"{', '.join(missing)} is not installed" if missing else ""


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A directory that an ordinary user may enter (pytest's own are closed)."""
    with tempfile.TemporaryDirectory(prefix="notegrad-test-", dir="/var/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def run_python(
    level: str, arguments: Sequence[str], scratch: Path, timeout_s: float
) -> subprocess.CompletedProcess[str]:
    """Run this Python with arguments at a level, in `scratch`."""
    command = [sys.executable, *arguments]
    home = scratch / "home"
    home.mkdir(exist_ok=True)
    (scratch / "python").mkdir(exist_ok=True)
    closed = _closed_ancestor(sys.base_prefix)
    environment = _environment(home) | {
        "CLOSED": closed,
        "PYTHON_BASE": sys.base_prefix,
        "SCRATCH": str(scratch),
    }
    if level == "userns":
        for path in (home, home / "tmp"):
            os.chown(path, NOBODY, NOBODY)
        command = ["unshare", "-m", "sh", "-c", _READABLE_PYTHON, "sh", *_AS_NOBODY, *command]
    elif level == "no-namespaces":
        names = ",".join(f"+{name}" for name in _DOCKER_CAPABILITIES)
        box = [
            "unshare",
            "--pid",
            "--mount",
            "--net",
            "--ipc",
            "--uts",
            "--fork",
            "--mount-proc",
            "--kill-child",
        ]
        inside = [sys.executable, "-c", _IN_DOCKER, ",".join(_DOCKER_REFUSES), f"-all,{names}", *command]
        command = [*box, "sh", "-c", _READABLE_PYTHON, "sh", *inside]
    return subprocess.run(
        command,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        cwd=home,
    )


def _environment(home: Path) -> dict[str, str]:
    tmp = home / "tmp"
    tmp.mkdir(exist_ok=True)
    source = str(Path(notegrad.__file__).resolve().parents[1])
    return {
        **os.environ,
        "HOME": str(home),
        "PYTHONPATH": f"{source}:{ROOT}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(tmp),  # by which what is left behind is known
    }


def _closed_ancestor(path: str) -> str:
    closed = [parent for parent in Path(path).parents if not parent.stat().st_mode & 0o001]
    return str(closed[-1]) if closed else ""
