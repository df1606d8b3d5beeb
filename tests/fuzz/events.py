"""The grader's ear: greetings and events of a worker, through a real socket, into what is known of a run."""

from __future__ import annotations

import random
import socket
import time

import msgspec

from notegrad.records import Limits
from notegrad.sandbox import protocol
from notegrad.sandbox.outside import run_reports
from notegrad.sandbox.outside.handshake import credential_socketpair, receive_hello
from notegrad.sandbox.outside.notebook_progress import MAX_TAIL_CHARS, NotebookProgress
from notegrad.sandbox.protocol import CellFinished, CellStarted, NotebookFinished, SnapshotTaken
from tests.fuzz.framed import join as joined
from tests.fuzz.framed import mutate_one
from tests.fuzz.framed import split as split_frames
from tests.support.frame_mutations import mutated

CELLS, QUESTIONS = 3, 2
LIMITS = Limits()


def seeds() -> list[bytes]:
    started = [protocol.pack(CellStarted(index=i)) for i in range(CELLS)]
    ended = [
        protocol.pack(CellFinished(index=i, status=status, error=error, stdout_tail="é\n"))
        for i, (status, error) in enumerate(
            [("ok", None), ("error", "ValueError: x"), ("timeout", "trop long")]
        )
    ]
    snapshots = [protocol.pack(SnapshotTaken(question=1, generation=i)) for i in (1, 2)]
    finished = protocol.pack(NotebookFinished(out_of_time=False))
    whole = b"".join(
        (
            started[0],
            snapshots[0],
            ended[0],
            started[1],
            snapshots[1],
            ended[1],
            started[2],
            ended[2],
            finished,
        )
    )
    hello = protocol.HELLO_READY + (1).to_bytes(4, "little")
    return [hello + whole, hello + started[0], protocol.HELLO_REFUSED + bytes(4), hello + whole * 2]


def check(data: bytes) -> None:
    near, far = credential_socketpair()
    with near, far:
        far.settimeout(1.0)
        far.sendall(data)
        far.shutdown(socket.SHUT_WR)
        try:
            kind, generation, pid = receive_hello(near, time.monotonic() + 1.0)
        except protocol.BrokenError:
            return
        assert len(kind) == 1 and 0 <= generation < 2**32 and pid > 0
        progress = NotebookProgress()
        try:
            while True:
                body = protocol.receive(near, time.monotonic() + 1.0, protocol.MAX_EVENT_BYTES)
                progress.note(protocol.decode_event(body), CELLS, QUESTIONS)
        except protocol.BrokenError as broken:
            progress.lied = "" if progress.finished else str(broken)
    make_sense(progress)


def make_sense(progress: NotebookProgress) -> None:
    """Whatever was said, what is reported is a report: as many cells as there are, each once and in order."""
    cells = run_reports.all_cells(progress, CELLS, LIMITS)
    assert [cell.index for cell in cells] == list(range(CELLS))
    assert all(len(cell.stdout_tail) <= MAX_TAIL_CHARS for cell in cells)
    assert set(progress.snapshots) <= set(range(QUESTIONS))
    assert run_reports.run_status(progress, LIMITS) in ("ok", "timeout", "crashed")
    assert progress.finished <= (len(progress.cells) == CELLS)
    assert run_reports.limit_reached(progress, LIMITS) in ("", "wall_s")
    msgspec.msgpack.encode(cells)


def mutate(rng: random.Random, data: bytes) -> bytes:
    """Frames of the events' own kind: four bytes of length, here and there made to agree with what follows."""
    hello, rest, frames = data[: protocol.HELLO_BYTES], data[protocol.HELLO_BYTES :], []
    while len(rest) >= 4:
        length = int.from_bytes(rest[:4], "little")
        frames.append(rest[4 : 4 + length])
        rest = rest[4 + length :]
    frames = split_frames(mutate_one(rng, joined(frames), changed))
    return hello + b"".join(len(frame).to_bytes(4, "little") + frame for frame in frames)


def changed(rng: random.Random, frame: bytes) -> bytes:
    try:
        return mutated(rng, frame)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return frame[: rng.randrange(len(frame) + 1)]
