"""The protocol defines the messages between the sandbox's processes: typed, framed, limited; never pickle.

Frames are 4 bytes of length, then msgpack. There are three conversations: client and zygote (`NewTree`),
client and notebook process (`NotebookJob`, then events, then `Fork`; in mode `stepped` `Serve` and `GoOn` at
each check and at the end), client and supervisor (`Death`). The client is the trusted side, `outside`. The
notebook process runs student code, so what comes from it is data to be checked, nothing more.
"""

from __future__ import annotations

import array
import socket
import time

import msgspec

from notegrad.records import CellFault, CellStatus, Limits, Protection, Record

MAX_DESCRIPTORS = 250  # SCM_MAX_FD is 253
MAX_EVENT_BYTES = 256 * 1024
OUTPUT_CUT_MARK = "\x1enotegrad output_cut\x1e"
NO_INSTALL_MARK = "\x1enotegrad no_install\x1e"
"""Stand in a cell's output where the sandbox left something out; who writes the result says it in words."""

MAX_CHECKS_PER_QUESTION = 50  # calls to grader.check that the client is told of
HELLO_BYTES = 5
HELLO_READY = b"R"
HELLO_REFUSED = b"F"
_HEADER_BYTES = 4


class BrokenError(Exception):
    """The other side closed, was too slow, or sent what is not in the protocol."""


class ZygoteReady(Record, frozen=True, tag=True):
    """The zygote is warm; `own_uid`: a submission's processes have a uid that nobody else has."""

    tier: str
    protections: tuple[Protection, ...]
    own_uid: bool


class ZygoteRefused(Record, frozen=True, tag=True):
    """The zygote cannot do what was asked; `unavailable`: because of the machine's confinement.

    `key` and `facts` make the sentence (outside/said_of_sandbox.py).
    """

    key: str
    facts: dict[str, str]
    unavailable: bool = False


class NewTree(Record, frozen=True, tag=True):
    """Make a process tree; comes with the ends of its notebook process and supervisor, and `cgroup.procs`."""

    limits: Limits


class TreeStarted(Record, frozen=True, tag=True):
    """Comes with a pidfd of the new supervisor; `uid` is the submission's, -1 if it has none of its own."""

    uid: int


class Death(Record, frozen=True, tag=True):
    """The notebook process ended; `status` as wait(2) gives it, the rest as the kernel counted it.

    `limit`: the field of `Limits` for which the supervisor killed it, or the empty string.
    """

    status: int
    cpu_s: float
    memory_peak_mb: float
    limit: str = ""


class SetUpFailed(Record, frozen=True, tag=True):
    """The supervisor or the notebook process could not be set up: a fault of ours."""

    reason: str


class NotebookJob(Record, frozen=True, tag=True):
    """A notebook to run; `skip` maps a cell's index to the status and the cause to report for it.

    `stepped`: the notebook process is never forked; it waits at each check and serves the judge itself
    (inside/stepped_notebook.py). `shares_state`: it then goes on with what it was asked to do to its state.
    """

    cells: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...]
    questions: tuple[str, ...]
    seed: int
    limits: Limits
    skip: dict[int, tuple[CellStatus, CellFault]] = {}
    stepped: bool = False
    shares_state: bool = False


class Fork(Record, frozen=True, tag=True):
    """Fork the executed notebook; comes with the descriptor that the fork serves."""


class Serve(Record, frozen=True, tag=True):
    """Serve the notebook as it stands, in its own process; comes with the descriptor to serve."""


class GoOn(Record, frozen=True, tag=True):
    """Go on behind the check at which the notebook waits."""


class CellStarted(Record, frozen=True, tag=True):
    """A cell begins."""

    index: int


class CellFinished(Record, frozen=True, tag=True):
    """A cell ended; the client takes the time itself."""

    index: int
    status: CellStatus
    error: str | None
    stdout_tail: str
    line: int = 0
    fault: CellFault | None = None


class SnapshotTaken(Record, frozen=True, tag=True):
    """The notebook called `grader.check`; `generation` counts the snapshots of this question from 1."""

    question: int
    generation: int


class CheckReached(Record, frozen=True, tag=True):
    """The notebook called `grader.check` and waits there; `generation` counts this question's from 1."""

    question: int
    generation: int


class Served(Record, frozen=True, tag=True):
    """The judge closed what was served; `changed`: what was asked changed the notebook's state."""

    changed: bool


class NotebookFinished(Record, frozen=True, tag=True):
    """All cells were run or given up; the notebook process now waits for `Fork`, or `Serve`."""

    out_of_time: bool


Event = CellStarted | CellFinished | SnapshotTaken | CheckReached | Served | NotebookFinished
_event_decoder: msgspec.msgpack.Decoder[Event] = msgspec.msgpack.Decoder(Event)


def pack(message: Record) -> bytes:
    """A frame: 4 bytes of length, then msgpack."""
    return _framed(msgspec.msgpack.encode(message))


def _framed(body: bytes) -> bytes:
    return len(body).to_bytes(_HEADER_BYTES, "little") + body


def send(sock: socket.socket, message: Record, descriptors: tuple[int, ...] = ()) -> None:
    """Send one frame; the descriptors ride on its first byte. Raises BrokenError."""
    send_body(sock, msgspec.msgpack.encode(message), descriptors)


def send_body(sock: socket.socket, body: bytes, descriptors: tuple[int, ...] = ()) -> None:
    """As `send`, of a message that is encoded already. Raises BrokenError."""
    frame = memoryview(_framed(body))
    try:
        sent = send_with_descriptors(sock, frame, descriptors)
        while sent < len(frame):
            sent += sock.send(frame[sent:])
    except OSError as error:
        raise BrokenError(f"cannot send: {error}") from error


def send_with_descriptors(sock: socket.socket, data: memoryview, descriptors: tuple[int, ...]) -> int:
    """`socket.send` with SCM_RIGHTS; returns the bytes taken. Raises OSError."""
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
    return sock.sendmsg([data], rights)


def receive(sock: socket.socket, deadline: float, limit: int) -> bytes:
    """One frame's body; descriptors that came with it are dropped by the kernel. Raises BrokenError.

    `deadline` is in `time.monotonic()` seconds, `limit` in bytes. Leaves the socket blocking without a
    timeout.
    """
    try:
        return _receive_body(sock, receive_exactly(sock, _HEADER_BYTES, deadline), deadline, limit)
    except OSError as error:
        raise BrokenError(f"cannot receive: {error}") from error
    finally:
        sock.settimeout(None)


def receive_with_descriptors(sock: socket.socket, deadline: float, limit: int) -> tuple[bytes, list[int]]:
    """As `receive`, with the descriptors; only for what a trusted process sent. Raises BrokenError."""
    try:
        header, descriptors = _receive_header(sock, deadline)
        return _receive_body(sock, header, deadline, limit), descriptors
    except OSError as error:
        raise BrokenError(f"cannot receive: {error}") from error
    finally:
        sock.settimeout(None)


def _receive_body(sock: socket.socket, header: bytes, deadline: float, limit: int) -> bytes:
    size = int.from_bytes(header, "little")
    if size > limit:
        raise BrokenError(f"a frame of {size} bytes, {limit} allowed")
    return receive_exactly(sock, size, deadline)


def _receive_header(sock: socket.socket, deadline: float) -> tuple[bytes, list[int]]:
    _set_timeout(sock, deadline)
    space = socket.CMSG_SPACE(MAX_DESCRIPTORS * 4)
    header, ancillary, _, _ = sock.recvmsg(_HEADER_BYTES, space, socket.MSG_CMSG_CLOEXEC)
    descriptors = array.array("i")
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
    if not header:
        raise BrokenError("closed")
    return header + receive_exactly(sock, _HEADER_BYTES - len(header), deadline), list(descriptors)


def receive_exactly(sock: socket.socket, size: int, deadline: float) -> bytes:
    """Exactly `size` bytes. Raises BrokenError where they do not come in time, OSError as the socket does."""
    buffer = bytearray(size)
    view, got = memoryview(buffer), 0
    while got < size:
        _set_timeout(sock, deadline)
        count = sock.recv_into(view[got:])
        if count == 0:
            raise BrokenError("closed")
        got += count
    return bytes(buffer)


def _set_timeout(sock: socket.socket, deadline: float) -> None:
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise BrokenError("too slow")
    sock.settimeout(remaining)


def decode_event(body: bytes) -> Event:
    """An event of a notebook process, fully checked as to type. Raises BrokenError."""
    try:
        return _event_decoder.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise BrokenError(f"not an event: {error}") from error
