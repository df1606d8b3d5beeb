"""A channel carries length-framed messages over a stream socket, with a deadline on every wait."""

from __future__ import annotations

import socket
import struct
import time

from notegrad.mirror.wire.mirror_errors import CallTimeout, ObservationError, ProcessDied
from notegrad.probes.fair_deadline import FairDeadline

_HEADER = struct.Struct("<Q")
_CREDENTIALS = struct.Struct("3i")
_CPUCLOCK_SCHED = 2  # the clock of a process whose number is known: clock_getcpuclockid(3)
_CHUNK_BYTES = 1 << 20


class Channel:
    """One end of a connection; `max_frame_bytes` bounds what the other end may send at once."""

    def __init__(self, sock: socket.socket, *, max_frame_bytes: int) -> None:
        self.socket = sock
        self._max_frame_bytes = max_frame_bytes
        self.deadline: FairDeadline | None = None
        self.broken: type[BaseException] | None = None
        self._peer: int | None = None
        self._asks_for_peer = False

    def seconds_of_peer(self) -> float | None:
        """Processor time of the process that sent the last frame; the kernel says which, and how much.

        None where it cannot be had: nothing has come since the first time that this was asked.
        """
        if not self._asks_for_peer:
            self._asks_for_peer = True
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        if self._peer is None:
            return None
        try:
            return time.clock_gettime(~self._peer << 3 | _CPUCLOCK_SCHED)
        except OSError:
            return None

    def send(self, frame: bytes) -> None:
        """Send one frame.

        Raises CallTimeout or ProcessDied where the other end does not take it.
        """
        left = memoryview(_HEADER.pack(len(frame)) + frame)
        while left:
            self._arm()
            try:
                left = left[self.socket.send(left) :]
            except TimeoutError:
                continue  # the deadline may have moved
            except OSError:
                raise self._break(ProcessDied) from None

    def receive(self) -> bytearray:
        """The next frame.

        Raises CallTimeout, ProcessDied, or ObservationError for a frame above the limit.
        """
        if self._asks_for_peer:
            self._peer = self._sender()
        (length,) = _HEADER.unpack(self._read(_HEADER.size))
        if length > self._max_frame_bytes:
            self.broken = ProcessDied
            raise ObservationError(
                f"{length:,} bytes would have crossed; the limit is {self._max_frame_bytes:,}", "size"
            )
        return self._read(length)

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()

    def _sender(self) -> int | None:
        """The process that wrote what is to be read next."""
        space = socket.CMSG_SPACE(_CREDENTIALS.size)
        while True:
            self._arm()
            try:
                _, messages, _, _ = self.socket.recvmsg(1, space, socket.MSG_PEEK)
                break
            except TimeoutError:
                continue  # the deadline may have moved
            except OSError:
                raise self._break(ProcessDied) from None
        for level, kind, data in messages:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
                return int(_CREDENTIALS.unpack_from(data)[0]) or None
        return None

    def _read(self, length: int) -> bytearray:
        buffer = bytearray(min(length, _CHUNK_BYTES))
        received = 0
        while received < length:
            if received == len(buffer):
                buffer.extend(bytes(min(length - received, len(buffer))))
            self._arm()
            try:
                count = self.socket.recv_into(memoryview(buffer)[received:])
            except TimeoutError:
                continue  # the deadline may have moved
            except OSError:
                raise self._break(ProcessDied) from None
            if count == 0:
                raise self._break(ProcessDied)
            received += count
        return buffer

    def _arm(self) -> None:
        if self.broken is not None:
            raise self.broken()
        if self.deadline is None:
            self.socket.settimeout(None)
            return
        left_s = self.deadline.left_s()
        if left_s <= 0:
            raise self._break(CallTimeout)
        self.socket.settimeout(left_s)

    def _break(self, kind: type[BaseException]) -> BaseException:
        self.broken = kind
        return kind()
