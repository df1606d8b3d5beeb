"""The pure parts of the sandbox's trusted side: frames, progress, reports, captured output."""

import os
import random
import signal
import socket
import time

import pytest

from notegrad.records import Limits
from notegrad.sandbox import protocol
from notegrad.sandbox.inside.output import Tail, text_stream
from notegrad.sandbox.outside import run_reports
from notegrad.sandbox.outside.notebook_progress import MAX_TAIL_CHARS, MAX_TAILS_CHARS, NotebookProgress
from notegrad.sandbox.protocol import (
    BrokenError,
    CellFinished,
    CellStarted,
    Death,
    NotebookFinished,
    SnapshotTaken,
)  # fmt: skip
from notegrad.sandbox.walls.rootfs import _outermost


def test_frames_arrive_as_they_were_sent():
    """Several frames on one stream keep their bounds."""
    near, far = socket.socketpair()
    events = [CellStarted(index=0), CellFinished(index=0, status="ok", error=None, stdout_tail="é" * 1000)]
    with near, far:
        for event in events:
            protocol.send(far, event)
        deadline = time.monotonic() + 30
        assert [protocol.decode_event(protocol.receive(near, deadline, 10_000)) for _ in events] == events


@pytest.mark.parametrize("sent", [b"", b"\x05", b"\xff\xff\xff\xff", b"\x05\0\0\0ab"])
def test_a_broken_frame_is_an_error_of_the_sender(sent):
    """Closed, cut, too long or too slow: BrokenError, and never a wait beyond the deadline."""
    near, far = socket.socketpair()
    with near:
        far.sendall(sent)
        far.close()
        with pytest.raises(BrokenError):
            protocol.receive(near, time.monotonic() + 0.5, 1000)


def test_a_silent_sender_is_waited_for_until_the_deadline():
    """The deadline holds over all reads of a frame together."""
    near, far = socket.socketpair()
    with near, far:
        far.sendall(b"\x05\0\0\0a")
        started = time.monotonic()
        with pytest.raises(BrokenError):
            protocol.receive(near, started + 0.2, 1000)
        assert time.monotonic() - started < 10


def test_mutated_events_are_refused_or_events():
    """20,000 mutated frames: an event or BrokenError, nothing else; and progress takes no impossible event."""
    rng = random.Random(0)
    samples = [
        protocol.pack(event)[4:]
        for event in (
            CellStarted(index=0),
            CellFinished(index=0, status="error", error="ValueError: x", stdout_tail="tail"),
            SnapshotTaken(question=1, generation=1),
            NotebookFinished(out_of_time=False),
        )
    ]
    accepted = 0
    for _ in range(20_000):
        body = bytearray(rng.choice(samples))
        for _ in range(rng.randint(1, 4)):
            body[rng.randrange(len(body))] = rng.randrange(256)
        try:
            event = protocol.decode_event(bytes(body))
            accepted += 1
            NotebookProgress().note(event, cells=3, questions=2)
        except BrokenError:
            continue
    assert accepted > 100, "the control: some mutations are still events"


def test_progress_believes_only_what_can_be_true():
    """Cells start and end in order, once each; snapshots are counted; the end comes at the end."""
    progress = NotebookProgress()
    progress.note(CellStarted(index=0), 1, 1)
    for impossible in (
        CellStarted(index=0), CellFinished(index=1, status="ok", error=None, stdout_tail=""),
        NotebookFinished(out_of_time=False), SnapshotTaken(question=0, generation=2), SnapshotTaken(question=-1, generation=1),
    ):  # fmt: skip
        with pytest.raises(BrokenError):
            progress.note(impossible, 1, 1)
    progress.note(SnapshotTaken(question=0, generation=1), 1, 1)
    progress.note(CellFinished(index=0, status="ok", error="x" * 10_000, stdout_tail=""), 1, 1)
    progress.note(NotebookFinished(out_of_time=False), 1, 1)
    assert progress.finished
    assert len(progress.cells[0].error or "") == 4_000


@pytest.mark.parametrize(
    ("status", "cpu_s", "expected"),
    [
        (signal.SIGKILL, 1.0, "memory"),
        (signal.SIGKILL, 60.0, "timeout"),
        (signal.SIGXCPU, 1.0, "timeout"),
        (signal.SIGSEGV, 1.0, "crashed"),
        (3 << 8, 1.0, "crashed"),
    ],
)
def test_the_way_a_process_ended_decides_the_status(status, cpu_s, expected):
    """CPU limit, memory and crashes are told apart."""
    progress = NotebookProgress(running=0, death=Death(status=status, cpu_s=cpu_s, memory_peak_mb=1.0))
    limits = Limits(cpu_s=60)
    assert run_reports.run_status(progress, limits) == expected
    cells = run_reports.all_cells(progress, 3, limits)
    assert [cell.index for cell in cells] == [0, 1, 2]
    assert [cell.status for cell in cells[1:]] == ["not_run", "not_run"]


def test_a_worker_that_was_taken_over_cannot_fill_the_grader_with_output():
    """What cells are said to have printed is cut, each and all together, whatever the worker's own limit was."""
    progress, cells = NotebookProgress(), 200
    for index in range(cells):
        progress.note(CellStarted(index=index), cells, 1)
        ended = CellFinished(index=index, status="ok", error=None, stdout_tail="x" * 200_000)
        progress.note(ended, cells, 1)
    printed = [len(cell.stdout_tail) for cell in progress.cells]
    assert max(printed) == MAX_TAIL_CHARS
    assert sum(printed) == MAX_TAILS_CHARS


def test_captured_output_keeps_the_end_and_says_that_something_is_missing():
    """Bounded in memory, whole characters, bytes and text in their order."""
    tail = Tail(10)
    stream = text_stream(tail)
    stream.write("é" * 100)
    stream.buffer.write(b"end")
    assert tail.take(10) == "[...]\n\ufffdééé" + "end"
    assert tail.take(10) == ""
    stream.write("short")
    assert tail.take(10) == "short"
    assert not stream.isatty()
    assert stream.fileno() == 1


def test_paths_inside_other_paths_are_bound_once():
    """A virtual environment below a bound prefix needs no mount of its own."""
    assert _outermost(["/usr", "/usr/lib/python3", "/a/b", "/a", "/ab"]) == ["/a", "/ab", "/usr"]
    assert os.sep == "/"
