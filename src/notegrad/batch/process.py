"""The parent's side of a worker process: it starts it, talks to it, and may kill it.

Plain processes with a pipe each, and no `ProcessPoolExecutor`: a pool has no public way to kill the one
worker that hangs, and when a worker dies it takes the tasks of all others with it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import msgspec

from notegrad.batch.protocol import MAX_LOG_CHARS, Failed, Message, Plan
from notegrad.batch.worker import serve
from notegrad.records import Submission

CLOSE_GRACE_S = 5.0
TERMINATE_GRACE_S = 2.0


class Worker:
    """The parent's handle on one worker process; `connection` and `sentinel` can be waited for."""

    def __init__(self, plan: Plan, log: Path) -> None:
        """Starts the process, which then sends `Ready` or `Failed`; `log` takes what it prints."""
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._log = log
        self._process: BaseProcess = context.Process(
            target=serve,
            args=(theirs, msgspec.msgpack.encode(plan), str(log)),
            name="notegrad-worker",
            daemon=True,
        )
        with _interrupts_held():
            self._process.start()
        theirs.close()

    @property
    def sentinel(self) -> int:
        """Becomes ready when the process ends."""
        return self._process.sentinel

    def send(self, submission: Submission) -> None:
        """Hands a submission over; raises OSError where the process is gone."""
        self.connection.send_bytes(msgspec.msgpack.encode(submission))

    def receive(self) -> Message:
        """The next message; a process that died, or that says nonsense, is a `Failed`."""
        try:
            message: Message = msgspec.msgpack.decode(self.connection.recv_bytes(), type=Message)
        except (EOFError, OSError):
            self._process.join(TERMINATE_GRACE_S)
            error = f"the worker process died ({_ending(self._process.exitcode)})"
        except msgspec.MsgspecError as invalid:
            error = f"the worker process answered nonsense ({invalid})"
        else:
            return message
        return Failed(error=error, detail=self.log_tail())

    def log_tail(self) -> str:
        """The end of what the worker printed."""
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
        self._process.join(TERMINATE_GRACE_S if at_once else CLOSE_GRACE_S)
        # The group outlives its leader where a grader left processes behind.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid or 0, signal.SIGKILL)
        self._process.kill()
        self._process.join(TERMINATE_GRACE_S)


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Delays Ctrl-C while a process starts, so that the child cannot be hit before it left our session."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _ending(code: int | None) -> str:
    if code is None:
        return "without a status"
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"killed by {signal.Signals(-code).name}"
    return f"exit status {code}"
