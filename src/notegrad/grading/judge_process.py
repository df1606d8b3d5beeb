"""The grader's side of a judge's process: forks it, gives it forks of the notebook, kills it when it is late.

One judge for each submission: it is forked from this process, in which no test ever met a student's answer,
and what an answer did to a test's objects ends with it. Its memory is limited, and its time is taken here: a
judge that a student's value keeps busy, or fills, is killed, and the test case has the outcome of a function
that did not come back. Whoever else kills a judge costs nobody a point (`deaths`).
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import time
from collections.abc import Callable, Mapping
from typing import NoReturn, Protocol

from notegrad.errors import SandboxError
from notegrad.judge import GoneError, JudgeSettings, LoadedTest
from notegrad.judge import judge_protocol as protocol
from notegrad.judge.judge_main import serve
from notegrad.messages import Message
from notegrad.probes.fair_deadline import FairDeadline
from notegrad.sandbox.outside.handshake import wait_until_readable
from notegrad.sandbox.protocol import BrokenError
from notegrad.sandbox.walls import syscalls

START_TIMEOUT_S = 60.0  # a GPU may take seconds to be made ready
END_TIMEOUT_S = 5.0
MESSAGE_TIMEOUT_S = 5.0  # for the rest of a message that has begun
MEMORY_MB = 4_096
"""Address space that a judge may take beyond what the grader has when it forks it."""

_MIB = 1 << 20


class ForksForJudge(Protocol):
    """Gives forks of one submission's notebook."""

    def open(self, question: str | None) -> tuple[socket.socket, int]:
        """A fork's socket and pid: the state at the check of `question`, or the final one.

        Raises GoneError.
        """

    def discard(self, sock: socket.socket, *, is_spoilt: bool) -> None:
        """Kill a fork."""


class JudgeDiedError(Exception):
    """The judge's process ended by itself: its memory ran out, or somebody killed it."""


class JudgeProcess:
    """One forked judge; used for one submission."""

    def __init__(
        self, tests: Mapping[str, LoadedTest], make_ready: Callable[[], object], *, limits_memory: bool = True
    ) -> None:
        """Forks. `limits_memory`: not where a GPU's driver reserves address space by the terabyte.

        Raises SandboxError where the kernel refuses.
        """
        near, far = socket.socketpair()
        try:
            self._pid = os.fork()
        except OSError as error:
            near.close()
            far.close()
            raise SandboxError(Message("judge_not_forked", why=str(error))) from error
        if self._pid == 0:
            _be_judge(far, tests, make_ready, limits_memory=limits_memory)
        far.close()
        self._sock = near
        self._forks: dict[socket.socket, int] = {}
        self._is_reaped = False

    def begin(self, settings: JudgeSettings) -> None:
        """Tell the settings, and wait until the judge is ready. Raises SandboxError where it cannot be."""
        try:
            protocol.send(self._sock, protocol.BeginSubmission(settings=settings))
            reply = protocol.receive_from_judge(self._sock, time.monotonic() + START_TIMEOUT_S)
        except (protocol.JudgeGoneError, protocol.JudgeTimeoutError) as error:
            raise SandboxError(Message("judge_not_started", why=str(error))) from error
        if not isinstance(reply, protocol.Begun):
            reason = reply.reason if isinstance(reply, protocol.BeginFailed) else type(reply).__name__
            raise SandboxError(Message("judge_not_started", why=reason))

    def ask(
        self,
        message: protocol.AskNames | protocol.AskCase | protocol.EndQuestion,
        forks: ForksForJudge,
        deadline: FairDeadline,
    ) -> protocol.FromJudge:
        """The judge's answer; forks of the notebook that it asks for meanwhile are not in its time.

        What judge and forks wait for a processor is not either. Raises JudgeTimeoutError after `deadline`,
        JudgeDiedError where the process ended.
        """
        for pid in (self._pid, *self._forks.values()):
            deadline.watch(pid)
        try:
            protocol.send(self._sock, message)
            while True:
                self._wait(deadline)
                reply = protocol.receive_from_judge(self._sock, time.monotonic() + MESSAGE_TIMEOUT_S)
                started = time.monotonic()
                if isinstance(reply, protocol.OpenFork):
                    deadline.watch(self._open(reply, forks))
                elif isinstance(reply, protocol.DiscardFork):
                    self._discard(forks, is_spoilt=reply.is_spoilt)
                else:
                    return reply
                deadline.pause(time.monotonic() - started)
        except protocol.JudgeGoneError as error:
            raise JudgeDiedError(str(error)) from None

    def _wait(self, deadline: FairDeadline) -> None:
        """Until there is a message. Raises JudgeTimeoutError."""
        try:
            wait_until_readable(self._sock, deadline)
        except BrokenError:
            raise protocol.JudgeTimeoutError from None

    def _open(self, message: protocol.OpenFork, forks: ForksForJudge) -> int:
        """Open a fork for the judge; its pid, 0 without one."""
        try:
            sock, pid = forks.open(message.question)
        except GoneError as error:
            protocol.send(self._sock, protocol.ForkGone(reason=str(error)))
            return 0
        self._forks[sock] = pid
        protocol.send(self._sock, protocol.ForkOpened(pid=pid), (sock.fileno(),))
        return pid

    def _discard(self, forks: ForksForJudge, *, is_spoilt: bool) -> None:
        while self._forks:
            forks.discard(self._forks.popitem()[0], is_spoilt=is_spoilt)

    def kill(self, forks: ForksForJudge | None = None) -> None:
        """End the process at once, and the forks that it was asking."""
        if not self._is_reaped:
            self._is_reaped = True
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self._pid, 0)
        self._sock.close()
        if forks is not None:
            self._discard(forks, is_spoilt=True)


def _be_judge(
    sock: socket.socket,
    tests: Mapping[str, LoadedTest],
    make_ready: Callable[[], object],
    *,
    limits_memory: bool,
) -> NoReturn:
    try:
        syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the grader's to hear, which ends us
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        # Held open here, they would hide from the notebooks' processes that the grader let go of them.
        os.closerange(3, sock.fileno())
        os.closerange(sock.fileno() + 1, 1 << 20)
        if limits_memory:
            most = _address_space_bytes() + MEMORY_MB * _MIB
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
        serve(sock, tests, make_ready)
    finally:
        os._exit(0)


def _address_space_bytes() -> int:
    with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 (as little as can be between fork and serve)
        return int(file.read().split()[0]) * resource.getpagesize()
