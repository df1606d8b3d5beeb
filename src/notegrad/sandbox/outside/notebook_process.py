"""The notebook process of a tree is greeted, watched, measured and killed from outside.

It runs student code. The kernel says which process greets us; it is killed by its pidfd, never by a number
that may be a stranger's by now.
"""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

from notegrad.errors import SandboxError
from notegrad.messages import Message
from notegrad.probes.fair_deadline import FREE_S, MAX_STRETCH, FairDeadline
from notegrad.sandbox import protocol
from notegrad.sandbox.outside.handshake import (
    has_ended,
    has_hung_up,
    kill_process,
    pid_namespace,
    receive_hello,
    receive_hello_fairly,
    stop_naming_senders,
)
from notegrad.sandbox.outside.supervisor_handle import SupervisorHandle, read_refusal
from notegrad.sandbox.protocol import BrokenError, Death

HELLO_TIMEOUT_S = 5.0


def fair_hello_deadline(pid: int) -> FairDeadline:
    """When a process below `pid`, or that one, must have greeted; waiting for a processor does not count."""
    return FairDeadline(HELLO_TIMEOUT_S, (pid,), (MAX_STRETCH - 1) * HELLO_TIMEOUT_S, free_s=FREE_S)


class NotebookProcess:
    """The process that runs the cells of one tree; `own_uid` is the uid that only this tree has, or None."""

    def __init__(
        self,
        sock: socket.socket,
        supervisor: SupervisorHandle,
        own_uid: int | None,
        hello_timeout_s: float = HELLO_TIMEOUT_S,
    ) -> None:
        self.socket = sock
        self.own_uid = own_uid
        self.pid = 0
        self.deaths_while_asked = 0
        self._supervisor = supervisor
        self._hello_timeout_s = hello_timeout_s
        self._pidfd: int | None = None
        self._pid_namespace = 0

    def meet(self) -> None:
        """Wait for its greeting; the kernel says who it is. Raises SandboxError if none comes."""
        try:
            kind, _, pid = receive_hello(self.socket, time.monotonic() + self._hello_timeout_s)
        except BrokenError as broken:
            raise SandboxError(self._why_absent(str(broken))) from broken
        if kind != protocol.HELLO_READY:
            raise SandboxError(self._why_absent("refused"))
        self.pid = pid
        try:
            self._pidfd = os.pidfd_open(pid)
            # the link of another uid's process takes CAP_SYS_PTRACE, which containers lack
            if self.own_uid is None:
                self._pid_namespace = pid_namespace(pid)
        except OSError as error:
            raise SandboxError(Message("sandbox_ended_early", why=str(error))) from error
        if has_hung_up(self.socket) or (self.own_uid is not None and not self.owns(pid)):
            raise SandboxError(Message("sandbox_ended"))  # its pid may be a stranger's

    def _why_absent(self, otherwise: str) -> Message:
        for sock in (self.socket, self._supervisor.socket):
            reason = read_refusal(sock)
            if reason is not None:
                return Message("sandbox_not_set_up", why=reason)
        return Message("sandbox_process_absent", why=otherwise)

    def owns(self, pid: int) -> bool:
        """Whether a pid, named by the kernel, is of this tree: it was not given to another process since."""
        try:
            if self.own_uid is not None:
                return Path(f"/proc/{pid}").stat().st_uid == self.own_uid
            return pid_namespace(pid) == self._pid_namespace
        except OSError:
            return False

    def meet_again(self, sock: socket.socket) -> socket.socket | None:
        """Wait until it serves the other end of `sock` itself; None, and `sock` closed, if it does not."""
        try:
            kind, _, pid = receive_hello_fairly(sock, fair_hello_deadline(self.pid))
        except BrokenError:
            kind, pid = protocol.HELLO_REFUSED, 0
        if kind != protocol.HELLO_READY or pid != self.pid:
            sock.close()
            return None
        stop_naming_senders(sock)
        return sock

    def count_death(self, sock: socket.socket) -> None:
        """Count a death, as a fork's would be, if it is found dead while it was asked on `sock`."""
        self.deaths_while_asked += has_hung_up(sock) or self.is_dead(wait_s=0.0)

    def is_dead(self, wait_s: float) -> bool:
        """Whether it ended, at the latest `wait_s` from now."""
        return self._pidfd is None or has_ended(self._pidfd, wait_s)

    def kill(self) -> None:
        """SIGKILL to it."""
        if self._pidfd is not None:
            kill_process(self._pidfd)

    def read_death(self) -> Death | None:
        """How it ended, by the supervisor's word; one that lives is killed first."""
        if not self.is_dead(wait_s=0.2):
            self.kill()
        return self._supervisor.read_death()

    def usage(self) -> tuple[float, float]:
        """CPU seconds, and the peak of its memory in MB; zeros where it is gone."""
        try:
            with open(f"/proc/{self.pid}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
            with open(f"/proc/{self.pid}/status", encoding="utf-8", errors="replace") as file:
                peaks = [line.split()[1] for line in file if line.startswith("VmHWM:")]
        except OSError:
            return 0.0, 0.0
        ticks = sum(int(number) for number in fields[11:15])  # of it and of its children that were waited for
        return ticks / os.sysconf("SC_CLK_TCK"), int(peaks[0]) / 1024 if peaks else 0.0

    def close(self) -> None:
        """Close the pidfd; from then on it counts as dead."""
        if self._pidfd is not None:
            os.close(self._pidfd)
        self._pidfd = None
