"""The handshake finds which process speaks on a socket: the kernel names it (SCM_CREDENTIALS)."""

from __future__ import annotations

import contextlib
import select
import signal
import socket
import struct
import time
from pathlib import Path

from notegrad.probes.fair_deadline import FairDeadline
from notegrad.sandbox import protocol
from notegrad.sandbox.protocol import BrokenError

REST_TIMEOUT_S = 1.0  # for the rest of a message that has begun

_CREDENTIALS = struct.Struct("3i")


def kill_process(pidfd: int) -> None:
    """SIGKILL to exactly that process; nothing if it is gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        signal.pidfd_send_signal(pidfd, signal.SIGKILL)


def has_ended(pidfd: int, wait_s: float = 0.0) -> bool:
    """Whether that process ended, at the latest `wait_s` from now."""
    return bool(select.select([pidfd], [], [], wait_s)[0])


def has_hung_up(sock: socket.socket) -> bool:
    """Whether the other end is closed: a process that dies does so before the kernel reports its end.

    Whoever only asked the pidfd took one kill in ten for the student's own doing, which cost points. A
    process that closes its socket and lives on does so again when it is run again.
    """
    poll = select.poll()
    poll.register(sock, 0)  # errors and hang-ups are always reported
    return bool(poll.poll(0))


def pid_namespace(pid: int) -> int:
    """The number of the process's pid namespace. Raises OSError if it is gone."""
    return Path(f"/proc/{pid}/ns/pid").stat().st_ino


def credential_socketpair() -> tuple[socket.socket, socket.socket]:
    """A pair whose first end is told by the kernel which process wrote into the second."""
    near, far = socket.socketpair()
    near.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    return near, far


def stop_naming_senders(sock: socket.socket) -> None:
    """After the greeting: what comes from now on is read without credentials."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)


def receive_hello_fairly(sock: socket.socket, deadline: FairDeadline) -> tuple[bytes, int, int]:
    """As `receive_hello`, from a process that may wait for a processor first. Raises BrokenError."""
    wait_until_readable(sock, deadline)
    return receive_hello(sock, time.monotonic() + REST_TIMEOUT_S)


def wait_until_readable(sock: socket.socket, *deadlines: FairDeadline) -> None:
    """Until there is something to read, or the other end is closed.

    Raises BrokenError after the first of the `deadlines`.
    """
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    while (left_s := min(each.left_s() for each in deadlines)) > 0:
        if poll.poll(max(1, left_s * 1000)):
            return
    raise BrokenError("too slow")


def receive_hello(sock: socket.socket, deadline: float) -> tuple[bytes, int, int]:
    """Kind, generation and the sender's pid. Raises BrokenError."""
    remaining = deadline - time.monotonic()
    try:
        sock.settimeout(max(remaining, 0.001))
        data, ancillary, _, _ = sock.recvmsg(protocol.HELLO_BYTES, socket.CMSG_LEN(_CREDENTIALS.size))
    except OSError as error:
        raise BrokenError(f"no greeting: {error}") from error
    finally:
        sock.settimeout(None)
    pid = 0
    for level, kind, content in ancillary:
        if (
            level == socket.SOL_SOCKET
            and kind == socket.SCM_CREDENTIALS
            and len(content) >= _CREDENTIALS.size
        ):
            pid = _CREDENTIALS.unpack(content[: _CREDENTIALS.size])[0]
    if len(data) != protocol.HELLO_BYTES or pid <= 0:
        raise BrokenError("not a greeting")
    return data[:1], int.from_bytes(data[1:], "little"), pid
