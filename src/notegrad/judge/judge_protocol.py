"""The messages of a grader and its judge's process: typed, length-framed msgpack with descriptors, no pickle.

The judge's process decodes what student code says, so the grader believes its messages as to type and size
only, and waits for none of them for ever.
"""

from __future__ import annotations

import array
import socket
import time
from typing import TypeVar

import msgspec

from notegrad.judge.judge_settings import JudgeSettings
from notegrad.judge.question_run import CaseVerdict
from notegrad.records import Record

MAX_MESSAGE_BYTES = 1 << 26  # the settings hold the words of a notebook's code
_HEADER_BYTES = 4
M = TypeVar("M")
_MAX_DESCRIPTORS = 4


class JudgeGoneError(Exception):
    """The other end closed, or said what is not in the protocol."""


class JudgeTimeoutError(Exception):
    """The other end said nothing in time."""


class BeginSubmission(Record, frozen=True, tag=True):
    """The settings of the one submission that this process judges."""

    settings: JudgeSettings


class AskNames(Record, frozen=True, tag=True):
    """Whether the notebook, as it stands, defines all names that the question needs.

    `patience_s`: how long the answer may wait for a processor beyond its limit (probes/fair_deadline.py).
    """

    question: str
    patience_s: float = 0.0


class AskCase(Record, frozen=True, tag=True):
    """Judge one test case of a question; a question's first one opens a fork of the notebook.

    `inside`: in a fork of the notebook, after everything that is judged outside. `again`: outside, on the
    fork in which cases of the question run inside.
    """

    question: str
    index: int
    patience_s: float = 0.0
    inside: bool = False
    again: bool = False


class EndQuestion(Record, frozen=True, tag=True):
    """Give up the fork that the question was asked on."""


class Begun(Record, frozen=True, tag=True):
    """The device is ready, and the settings are known."""


class BeginFailed(Record, frozen=True, tag=True):
    """The device could not be made ready: a fault of ours."""

    reason: str


class NamesFound(Record, frozen=True, tag=True):
    """The answer to `AskNames`."""

    complete: bool


class CaseJudged(Record, frozen=True, tag=True):
    """The answer to `AskCase`."""

    verdict: CaseVerdict


class CaseNotJudged(Record, frozen=True, tag=True):
    """The answer to `AskCase` where the test case fails by itself; `reason` is for staff."""

    reason: str


class QuestionEnded(Record, frozen=True, tag=True):
    """The answer to `EndQuestion`."""


class OpenFork(Record, frozen=True, tag=True):
    """A fork of the notebook is wanted, of its state at the check of `question`, or of its final state."""

    question: str | None


class ForkOpened(Record, frozen=True, tag=True):
    """The answer to `OpenFork`; comes with the socket on which the fork, `pid`, serves the mirror."""

    pid: int = 0


class ForkGone(Record, frozen=True, tag=True):
    """The answer to `OpenFork` where there is no notebook to fork; `reason` is for the student."""

    reason: str


class DiscardFork(Record, frozen=True, tag=True):
    """The fork is not asked any more; `is_spoilt`: it hangs, died, or broke the mirror's protocol.

    It has no answer: whatever comes after it is read after it.
    """

    is_spoilt: bool


ToJudge = BeginSubmission | AskNames | AskCase | EndQuestion | ForkOpened | ForkGone
FromJudge = (
    Begun | BeginFailed | NamesFound | CaseJudged | CaseNotJudged | QuestionEnded | OpenFork | DiscardFork
)
_to_judge: msgspec.msgpack.Decoder[ToJudge] = msgspec.msgpack.Decoder(ToJudge)
_from_judge: msgspec.msgpack.Decoder[FromJudge] = msgspec.msgpack.Decoder(FromJudge)


def send(sock: socket.socket, message: Record, descriptors: tuple[int, ...] = ()) -> None:
    """Send one frame; descriptors ride on its first byte. Raises JudgeGoneError."""
    body = msgspec.msgpack.encode(message)
    frame = memoryview(len(body).to_bytes(_HEADER_BYTES, "little") + body)
    try:
        sent = socket.send_fds(sock, [frame], descriptors) if descriptors else sock.send(frame)
        while sent < len(frame):
            sent += sock.send(frame[sent:])
    except OSError as error:
        raise JudgeGoneError(str(error)) from None


def receive_from_judge(sock: socket.socket, deadline: float | None) -> FromJudge:
    """The judge's next message. Raises JudgeGoneError, and JudgeTimeoutError after `deadline` (monotonic)."""
    body, descriptors = _receive(sock, deadline)
    for descriptor in descriptors:
        socket.close(descriptor)
    return _decoded(_from_judge, body)


def receive_for_judge(sock: socket.socket) -> tuple[ToJudge, tuple[int, ...]]:
    """The grader's next message with its descriptors. Raises JudgeGoneError."""
    body, descriptors = _receive(sock, None)
    return _decoded(_to_judge, body), descriptors


def _decoded(decoder: msgspec.msgpack.Decoder[M], body: bytes) -> M:
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise JudgeGoneError(f"nonsense: {error}") from None


def _receive(sock: socket.socket, deadline: float | None) -> tuple[bytes, tuple[int, ...]]:
    try:
        _arm(sock, deadline)
        header, ancillary, _, _ = sock.recvmsg(
            _HEADER_BYTES, socket.CMSG_SPACE(_MAX_DESCRIPTORS * 4), socket.MSG_CMSG_CLOEXEC
        )
        descriptors = array.array("i")
        for level, kind, data in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
        if not header:
            raise JudgeGoneError("closed")
        header += _exactly(sock, _HEADER_BYTES - len(header), deadline)
        size = int.from_bytes(header, "little")
        if size > MAX_MESSAGE_BYTES:
            raise JudgeGoneError(f"a message of {size} bytes")
        return _exactly(sock, size, deadline), tuple(descriptors)
    except TimeoutError:
        raise JudgeTimeoutError from None
    except OSError as error:
        raise JudgeGoneError(str(error)) from None


def _exactly(sock: socket.socket, size: int, deadline: float | None) -> bytes:
    buffer = bytearray(size)
    view, got = memoryview(buffer), 0
    while got < size:
        _arm(sock, deadline)
        count = sock.recv_into(view[got:])
        if count == 0:
            raise JudgeGoneError("closed")
        got += count
    return bytes(buffer)


def _arm(sock: socket.socket, deadline: float | None) -> None:
    if deadline is None:
        sock.settimeout(None)
        return
    left_s = deadline - time.monotonic()
    if left_s <= 0:
        raise JudgeTimeoutError
    sock.settimeout(left_s)
