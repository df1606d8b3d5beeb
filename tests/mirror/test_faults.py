"""A sandbox that loops, dies or talks nonsense ends the test case, never the judge."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import time

import pytest
import torch

from notegrad.mirror import CallInterrupted, CallTimeout, ObservationError, ProcessDied, connect
from notegrad.records import Limits
from tests.support.mirror_server import serving

LIMIT_S = 2.0  # long enough for the calls that return, on a busy machine too
SOURCE = """
import os, time, torch
def double(x): return 2 * x
def boucle():
    while True: pass
def dort(): time.sleep(60)
def meurt(): os._exit(9)
def tue(): os.kill(os.getpid(), 9)
def reculer(f, x):
    f(x).sum().backward()
class Boucle(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x): return x * 2
    @staticmethod
    def backward(ctx, g):
        while True: pass
def boucle_en_arriere(x): return Boucle.apply(x)
"""


@pytest.fixture
def served():
    namespace = {}
    exec(SOURCE, namespace)
    with serving(namespace) as running:
        yield running


@pytest.mark.parametrize("name", ["boucle", "dort"])
def test_a_call_that_does_not_end_times_out_and_so_do_the_next(served, name):
    """The test case's deadline is kept, and later calls do not wait again."""
    served.mirror.begin(1, LIMIT_S)
    functions = served.mirror.get([name, "double"])
    started = time.monotonic()
    with pytest.raises(CallTimeout):
        functions[name]()
    late = time.monotonic()
    assert late - started < 10 * LIMIT_S
    with pytest.raises(CallTimeout):
        functions["double"](torch.ones(1))
    assert time.monotonic() - late < LIMIT_S


def test_a_backward_pass_that_does_not_end_times_out_too(served):
    """The deadline holds where torch's engine, not the test, asks the sandbox."""
    served.mirror.begin(1, LIMIT_S)
    result = served.mirror.get(["boucle_en_arriere"])["boucle_en_arriere"](torch.ones(2, requires_grad=True))
    with pytest.raises(CallTimeout):
        result.sum().backward()


@pytest.mark.parametrize("name", ["meurt", "tue"])
def test_a_process_that_ends_is_noticed_at_once(served, name):
    """A death is told from a timeout, and stays known."""
    served.mirror.begin(1, 60)
    functions = served.mirror.get([name, "double"])
    started = time.monotonic()
    for function in (functions[name], functions["double"], functions["double"]):
        with pytest.raises(ProcessDied):
            function(*([torch.ones(1)] if function is functions["double"] else []))
    assert time.monotonic() - started < 30


def test_a_process_killed_from_outside_is_noticed(served):
    """The out-of-memory killer gives no warning."""
    served.mirror.begin(1, 60)
    double = served.mirror.get(["double"])["double"]
    served.kill()
    with pytest.raises(ProcessDied):
        double(torch.ones(1))


def test_no_test_swallows_an_interruption(served):
    """`except Exception` in a test does not turn a timeout into a pass."""
    assert not issubclass(CallInterrupted, Exception)
    served.mirror.begin(1, LIMIT_S)
    boucle = served.mirror.get(["boucle"])["boucle"]
    with pytest.raises(CallInterrupted), contextlib.suppress(Exception):
        boucle()


def test_an_error_in_the_tests_own_graph_reaches_student_code_and_comes_back(served):
    """A failing backward of the test's is raised over there, too, and the conversation goes on in step."""

    class Refuse(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 1

        @staticmethod
        def backward(ctx, g):
            raise ZeroDivisionError("ici")

    served.mirror.begin(1, 20)
    functions = served.mirror.get(["reculer", "double"])
    x = Refuse.apply(torch.ones(2, requires_grad=True))
    for _ in range(3):
        with pytest.raises(ZeroDivisionError, match="ici"):
            functions["reculer"](lambda t: t * 2, x)
        assert torch.is_grad_enabled()
    assert functions["double"](torch.ones(1)).tolist() == [2.0]


def answering(answer: bytes):
    """A mirror whose other side has `answer` ready and says nothing else."""
    ours, theirs = socket.socketpair()
    mirror = connect(ours, limits=Limits(observation_bytes=1000))
    mirror.begin(1, 0.5)
    theirs.sendall(answer)
    return mirror, theirs


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (struct.pack("<Q", 5) + b"hello", ObservationError),
        (struct.pack("<Q", 0), ObservationError),
        (struct.pack("<Q", 2**63), ObservationError),
        (struct.pack("<Q", 2**64 - 1), ObservationError),
        (struct.pack("<Q", 1) + b"\xc0", ObservationError),
        (struct.pack("<Q", 4) + b"\x91\xa3get"[:4], ObservationError),
        (struct.pack("<Q", 100) + b"half", CallTimeout),
        (b"\x01\x02", CallTimeout),
        (b"", CallTimeout),
    ],
)
def test_nonsense_is_refused(answer, raised):
    """Bytes that are no message fail the call; a message that stays unfinished times out."""
    mirror, theirs = answering(answer)
    with pytest.raises(raised):
        mirror.names()
    theirs.close()
    mirror.close()


def test_a_connection_that_closes_in_the_middle_of_a_message_is_a_death():
    """Half a frame and an end of file are told from silence."""
    mirror, theirs = answering(struct.pack("<Q", 100) + b"half")
    theirs.close()
    with pytest.raises(ProcessDied):
        mirror.names()
    mirror.close()


def test_the_fork_is_not_left_behind(served):
    """The helper reaps what it forked (a test of the tests)."""
    assert os.path.exists(f"/proc/{served.pid}")
