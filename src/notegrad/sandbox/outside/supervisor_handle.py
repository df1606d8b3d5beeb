"""The supervisor of a process tree is held from outside: its pidfd kills, its socket tells of deaths.

The supervisor (inside/supervisor.py) is pid 1 of the tree and runs no student code. Its word is checked as to
type all the same: student code that took it over must gain nothing.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time

import msgspec

from notegrad.sandbox import protocol
from notegrad.sandbox.outside.handshake import has_ended, kill_process
from notegrad.sandbox.protocol import BrokenError, Death, SetUpFailed

DEATH_NOTICE_TIMEOUT_S = 5.0
SWEEP_TIMEOUT_S = 30.0  # to remove the most files that a submission may leave
REFUSAL_TIMEOUT_S = 0.2
_MAX_NOTICE_BYTES = 65_536


class SupervisorHandle:
    """Pid 1 of one process tree."""

    def __init__(self, pidfd: int, sock: socket.socket) -> None:
        self._pidfd = pidfd
        self.socket = sock

    def read_death(self) -> Death | None:
        """The supervisor's word on how the notebook process ended; None if the supervisor died too."""
        try:
            deadline = time.monotonic() + DEATH_NOTICE_TIMEOUT_S
            body = protocol.receive(self.socket, deadline, _MAX_NOTICE_BYTES)
            return msgspec.msgpack.decode(body, type=Death)
        except (BrokenError, msgspec.MsgspecError):
            return None

    def end_orphans(self) -> None:
        """Ask the supervisor to end what forks of the notebook process left running."""
        with contextlib.suppress(OSError):
            self.socket.send(b"\0")

    def kill(self) -> None:
        """SIGKILL to the supervisor; in a pid namespace the whole tree ends with it."""
        kill_process(self._pidfd)

    def wait_for_sweep(self) -> None:
        """Wait until the supervisor ended the tree's processes and itself; kill it if it is too slow."""
        has_ended(self._pidfd, SWEEP_TIMEOUT_S)
        self.kill()

    def close(self) -> None:
        """Close the pidfd; the socket is closed before, which tells the supervisor that we have gone."""
        os.close(self._pidfd)


def read_refusal(sock: socket.socket) -> str | None:
    """The reason for which the other end could not be set up, if it says one now."""
    with contextlib.suppress(BrokenError, msgspec.MsgspecError):
        body = protocol.receive(sock, time.monotonic() + REFUSAL_TIMEOUT_S, _MAX_NOTICE_BYTES)
        return msgspec.msgpack.decode(body, type=SetUpFailed).reason
    return None
