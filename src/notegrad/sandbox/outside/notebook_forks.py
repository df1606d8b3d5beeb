"""The forks of a notebook process are snapshots, taken at checks, and forks of its final state.

A fork is believed to be one when the kernel says that its pid is of the tree. It is killed by its pidfd.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Sequence
from typing import NamedTuple

from notegrad.sandbox import protocol
from notegrad.sandbox.outside.handshake import (
    credential_socketpair,
    has_ended,
    has_hung_up,
    kill_process,
    receive_hello_fairly,
    stop_naming_senders,
)
from notegrad.sandbox.outside.notebook_process import NotebookProcess, fair_hello_deadline
from notegrad.sandbox.outside.notebook_progress import NotebookProgress
from notegrad.sandbox.outside.supervisor_handle import SupervisorHandle
from notegrad.sandbox.protocol import BrokenError, Fork

MAX_FORK_TRIES = 4
"""Where the kernel refuses; what earlier forks left running is ended before each try but the first."""

ORPHANS_END_S = 0.05  # for the supervisor to end them, times the number of tries so far


class _Held(NamedTuple):
    """A fork that was adopted: its pid as we see it, and the descriptor that stays its own."""

    pid: int
    pidfd: int


class NotebookForks:
    """The forks of one executed notebook; `deaths`: of forks, before or while they were asked."""

    def __init__(
        self, notebook: NotebookProcess, supervisor: SupervisorHandle, progress: NotebookProgress
    ) -> None:
        self.deaths = 0
        self._notebook = notebook
        self._supervisor = supervisor
        self._progress = progress
        self._questions: tuple[str, ...] = ()
        self._snapshot_sockets: dict[str, socket.socket] = {}
        self._forks: dict[socket.socket, _Held] = {}
        self._is_silent = False

    def expect_snapshots(self, questions: Sequence[str]) -> list[socket.socket]:
        """A socket for the snapshot of each question; the far ends, for the notebook process."""
        self._questions = tuple(questions)
        far_ends = []
        for question in self._questions:
            near, far = credential_socketpair()
            self._snapshot_sockets[question] = near
            far_ends.append(far)
        return far_ends

    def claim_snapshot(self, question: str) -> socket.socket | None:
        """The socket of the snapshot of `question` if there is one alive that was not given out yet."""
        sock = self._snapshot_sockets.get(question)
        generation = self._progress.snapshots.get(self._questions.index(question), 0) if sock else 0
        if sock is None or generation == 0:
            return None
        del self._snapshot_sockets[question]
        return self._adopt(sock, generation)

    def fork_final(self) -> socket.socket | None:
        """A fork of the notebook's final state; None if the notebook process is gone or cannot fork.

        One that does not answer (it stopped itself) is asked once: it is killed, and gone from then on. Where
        processes that a question's code left running use up the limit, they are ended.
        """
        for tried in range(MAX_FORK_TRIES):
            if tried:
                self._supervisor.end_orphans()
                time.sleep(ORPHANS_END_S * tried)
            fork = self._fork_once()
            if fork is not None or self._is_silent:
                return fork
        return None

    def _fork_once(self) -> socket.socket | None:
        near, far = credential_socketpair()
        with far:
            try:
                protocol.send(self._notebook.socket, Fork(), (far.fileno(),))
            except BrokenError:
                near.close()
                return None
        self._is_silent = True
        fork = self._adopt(near, 1)
        if fork is None and self._is_silent:
            self._notebook.kill()
        return fork

    @property
    def was_silenced(self) -> bool:
        """Whether we killed the notebook process because it did not answer."""
        return self._is_silent

    def _adopt(self, sock: socket.socket, generation: int) -> socket.socket | None:
        """Wait for the greeting of the fork of that generation; keep its pidfd. None if it is not there."""
        deadline = fair_hello_deadline(self._notebook.pid)
        try:
            kind, number, pid = receive_hello_fairly(sock, deadline)
            self._is_silent = False
            while kind == protocol.HELLO_READY and number != generation:  # of a snapshot since replaced
                kind, number, pid = receive_hello_fairly(sock, deadline)
            pidfd = os.pidfd_open(pid)
        except (BrokenError, OSError) as error:
            if isinstance(error, ProcessLookupError) or has_hung_up(sock):  # killed before it could be asked
                self.deaths += 1
                self._is_silent = False
            sock.close()
            return None
        # the kernel refused to fork, or a forgery
        if kind != protocol.HELLO_READY or not self._notebook.owns(pid):
            self.deaths += kind == protocol.HELLO_READY and has_hung_up(sock)
            os.close(pidfd)
            sock.close()
            return None
        stop_naming_senders(sock)
        self._forks[sock] = _Held(pid, pidfd)
        return sock

    def pid_behind(self, sock: socket.socket) -> int:
        """The pid of the fork behind `sock`; 0 if there is none."""
        held = self._forks.get(sock)
        return 0 if held is None else held.pid

    def discard(self, sock: socket.socket) -> None:
        """Kill the fork behind `sock` and close it; one that is dead or hung up counts as a death."""
        held = self._forks.pop(sock, None)
        if held is not None:
            self.deaths += has_hung_up(sock) or has_ended(held.pidfd)
        sock.close()
        if held is not None:
            kill_process(held.pidfd)
            os.close(held.pidfd)

    def close(self) -> None:
        """Discard all forks, and close the sockets of snapshots that nobody claimed."""
        for sock in self._snapshot_sockets.values():
            sock.close()
        for sock in list(self._forks):
            self.discard(sock)
        self._snapshot_sockets.clear()
