"""One process imports the libraries for both sides of a cold run; its fork is the zygote, itself the grader.

Theory of operation
-------------------
1. A command that will grade one submission becomes `restart` of itself: a new Python in the zygote's
   environment, which knows nothing of ours but the names of libraries that will be needed.
2. That Python, in `main`, imports and uses once what notebook and judge both need (inside/warm.py). It has
   read no bundle, no notebook and no result, and has one thread.
3. It forks. The child waits to be told its settings, then goes the way of every zygote (inside/zygote.py).
4. The parent takes the environment that the command had out of a memory file, which the child closed unread,
   and goes on as the command, now with a zygote.

What it gives up: addresses of libraries, and Python's seed for hashes, are the same on both sides
(docs/security.md). What it gives back: half of a cold start. Only for the CPU: a GPU's driver must not be
awake in a process that is forked.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import NoReturn

from notegrad.probes import garbage
from notegrad.sandbox.inside import zygote
from notegrad.sandbox.outside import launch
from notegrad.sandbox.walls import device_access

Entry = Callable[[launch.StartedZygote | None, list[str]], int]
"""What goes on after the fork: takes the zygote, if there is one, and its arguments; gives an exit status."""

_BOOT = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); import notegrad; sys.path.append(sys.path.pop(0));"
    "from notegrad.sandbox.outside.shared_start import main; main()"
)


def restart(entry: str, arguments: Sequence[str], leave_out: Collection[str]) -> None:
    """Become a process that shares its imports with a zygote, and goes on in `entry`, "module:function".

    leave_out: of optional_libraries.PARTS, what nothing will use. Comes back only where the system refuses,
    or where a GPU's driver is here: the command then starts its zygote as always.
    """
    if device_access.driver_is_here():
        return
    scratch = launch.new_scratch()
    kept = os.memfd_create("environment", 0)  # survives exec, and is nowhere on a disk
    with os.fdopen(os.dup(kept), "w", encoding="utf-8", errors="surrogateescape") as file:
        json.dump({"environment": dict(os.environ), "entry": entry, "arguments": list(arguments)}, file)
    environment = launch.environment(scratch) | device_access.environment(device_access.CPU)
    command = [sys.executable, "-s", "-P", "-c", _BOOT, launch.package_parent()]
    command += [str(scratch), str(kept), *leave_out]
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    try:
        os.execve(sys.executable, command, environment)  # noqa: S606 (the same Python, no shell)
    except OSError:
        os.close(kept)
        shutil.rmtree(scratch, ignore_errors=True)


def main() -> NoReturn:
    """Entry point of the new Python: imports, forks, and goes on."""
    # Imported here: the command that starts anew must not pay for it.
    from notegrad import mirror  # noqa: F401
    from notegrad.sandbox.inside import warm

    scratch, kept, leave_out = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    with garbage.sparing():
        warm.import_shared(leave_out=leave_out)
    garbage.keep()
    forked = _fork_zygote(scratch) if len(os.listdir("/proc/self/task")) == 1 else None
    os.lseek(kept, 0, os.SEEK_SET)
    with os.fdopen(kept, encoding="utf-8", errors="surrogateescape") as file:
        told = json.load(file)
    os.environ.clear()
    os.environ.update(told["environment"])
    tempfile.tempdir = None
    time.tzset()
    module, _, function = told["entry"].partition(":")
    entry: Entry = getattr(importlib.import_module(module), function)
    try:
        status = entry(forked, told["arguments"])
    finally:  # also where nothing came to use the zygote, as with a bundle that cannot be read
        shutil.rmtree(scratch, ignore_errors=True)
    sys.exit(status)


class _Fork:
    """A child of this process, waited for by its pidfd (the protocol `launch.Process`)."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._pidfd = os.pidfd_open(pid)
        self._status: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; its exit status, or minus its signal. Raises subprocess.TimeoutExpired."""
        if self._status is None:
            poll = select.poll()
            poll.register(self._pidfd, select.POLLIN)
            if not poll.poll(None if timeout is None else 1e3 * timeout):
                raise subprocess.TimeoutExpired("zygote", timeout or 0.0)
            self._status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            os.close(self._pidfd)
        return self._status

    def kill(self) -> None:
        """SIGKILL to it."""
        if self._status is None:
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)


def _fork_zygote(scratch: Path) -> launch.StartedZygote | None:
    control, far = socket.socketpair()
    try:
        pid = os.fork()
    except OSError:
        control.close()
        far.close()
        return None
    if pid == 0:
        _be_zygote(far, scratch)
    far.close()
    return launch.StartedZygote(_Fork(pid), control, scratch)


def _be_zygote(control: socket.socket, scratch: Path) -> NoReturn:
    """As if it had been started by `launch`: its own session, no descriptor but one, its own log."""
    try:
        os.setsid()  # kill(0, ...) reaches a process group, across pid namespaces: not ours
        nothing = os.open(os.devnull, os.O_RDWR)
        log = os.open(scratch / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        for descriptor, onto in ((nothing, 0), (nothing, 1), (log, 2)):
            os.dup2(descriptor, onto)
        os.closerange(3, control.fileno())
        os.closerange(control.fileno() + 1, 1 << 20)
        os.chdir(scratch)
        sys.argv = ["zygote"]
        zygote.main_of_fork(control)
    except BaseException as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.stderr.flush()
    finally:
        os._exit(1)
