"""The parent's side of a grader process: starts it, talks to it, and may kill it.

Plain processes with a pipe each, and no `ProcessPoolExecutor`: a pool has no public way to kill the one
process that hangs, and when one dies it takes the jobs of all others with it. `subprocess` and not
`multiprocessing`, which refuses to start anything from the daemonic processes that a cluster's workers are.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from notegrad.batch.engines.grader_protocol import MAX_LOG_CHARS, GraderSetup, GradingJob, Message, failed

START_DEADLINE_S = 180.0
CLOSE_GRACE_S = 5.0
TERMINATE_GRACE_S = 2.0

# Modules are looked for where the parent looks, whatever the environment says (`-E`; with PYTHONOPTIMIZE it
# would leave out the assertions of tests); until that is known, not in the folder of the command (`-P`): a
# hand-in there may be called `json.py`.
_AS_PARENT = ("-B",) if sys.dont_write_bytecode else ()
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    "from notegrad.batch.engines.grader_main import main; main(int(sys.argv[2]))"
)


class GraderProcess:
    """The parent's handle on one grader process; `connection` can be waited for."""

    def __init__(self, setup: GraderSetup, log: Path) -> None:
        """Starts the process, which then sends `GraderReady` or `Failed`; `log` takes what it prints."""
        self.connection, theirs = multiprocessing.Pipe()
        self._log = log
        command = [
            sys.executable,
            "-E",
            "-P",
            *_AS_PARENT,
            "-c",
            _BOOT,
            json.dumps(sys.path),
            str(theirs.fileno()),
        ]
        with theirs, log.open("ab") as printed, _interrupts_held():
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=printed,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,  # Ctrl-C in the terminal reaches only the parent, which then decides
            )
        with contextlib.suppress(OSError):  # it died already, and the next read says so
            self.connection.send_bytes(msgspec.msgpack.encode(setup))

    @property
    def pid(self) -> int:
        """The process's id, which is also that of its session and process group."""
        return self._process.pid

    def send(self, job: GradingJob) -> None:
        """Hands a submission over; raises OSError where the process is gone."""
        self.connection.send_bytes(msgspec.msgpack.encode(job))

    def receive(self) -> Message:
        """The next message; a process that died, or that says nonsense, is a `Failed`."""
        try:
            message: Message = msgspec.msgpack.decode(self.connection.recv_bytes(), type=Message)
        except (EOFError, OSError):
            return failed(**_ending(self._ended(TERMINATE_GRACE_S)), detail=self.log_tail())
        except msgspec.MsgspecError as invalid:
            return failed("grader_nonsense", why=str(invalid), detail=self.log_tail())
        return message

    def log_tail(self) -> str:
        """The end of what the process printed."""
        try:
            return self._log.read_text("utf-8", "replace")[-MAX_LOG_CHARS:]
        except OSError:
            return ""

    def dismiss(self, *, at_once: bool) -> None:
        """Asks the process to end: when it is idle, or `at_once`; does not wait."""
        self.connection.close()
        if at_once:
            self._process.terminate()

    def stop(self, *, at_once: bool) -> None:
        """Ends the process and all of its process group; what it is given is time to close its grader."""
        self.dismiss(at_once=at_once)
        self._ended(TERMINATE_GRACE_S if at_once else CLOSE_GRACE_S)
        # The group outlives its leader where a grader left processes behind.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._ended(TERMINATE_GRACE_S)

    def _ended(self, timeout_s: float) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(timeout_s)
        return None


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Delays Ctrl-C while a process starts, so that the child cannot be hit before it left our session."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _ending(code: int | None) -> dict[str, Any]:
    """A key that tells how the process ended, and its fact."""
    if code is None:
        return {"key": "grader_died_silently"}
    if code < 0:
        with contextlib.suppress(ValueError):
            return {"key": "grader_killed", "signal": signal.Signals(-code).name}
    return {"key": "grader_died", "status": code}
