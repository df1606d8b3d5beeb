"""What runs on a cluster's worker: a grader in a process of its own, and bytes in, bytes out.

A Dask worker is a process with threads, so nothing is ever forked from it: `batch.process` starts a grader
beside it, as on one machine, and the zygote of the sandbox is that grader's child. A grader is kept warm from
one submission to the next; another bundle, a failure, or idleness ends it.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import socket
import tempfile
import threading
import time
from pathlib import Path

import msgspec

from notegrad.batch.engines.grader_process import GraderProcess
from notegrad.batch.engines.grader_protocol import (
    DeviceShare,
    Failed,
    Graded,
    GraderPlan,
    GraderReady,
    GradingJob,
    Message,
)
from notegrad.batch.versions import versions
from notegrad.records import GradingResult, Record

START_DEADLINE_S = 180.0
IDLE_S = 300.0  # a grader holds some 700 MB


class Order(Record, frozen=True, kw_only=True):
    """All that a grader needs but the bundle's bytes, which `bundle_sha256` names."""

    bundle_sha256: str
    unsafe: bool
    factory: str
    place: DeviceShare | None = None
    deadline_s: float
    versions: dict[str, str]


class Answer(Record, frozen=True, kw_only=True):
    """What came of a job, and the blank result of the bundle, from which the client knows its questions.

    `started` is false where no grader could be started: then the submission is not to blame.
    """

    message: Message
    worker: str
    blank: GradingResult | None = None
    started: bool = True


def grade_remotely(order_bytes: bytes, bundle: bytes, job_bytes: bytes) -> bytes:
    """An encoded `Answer` to an encoded `Order` and `GradingJob`; never raises for what a submission does."""
    order = msgspec.msgpack.decode(order_bytes, type=Order)
    here = f"{socket.gethostname()}:{os.getpid()}"
    if (wrong := _difference(order.versions)) is not None:
        failure = Failed(error=f"the cluster's worker {here} {wrong}", final="input")
        return msgspec.msgpack.encode(Answer(message=failure, worker=here, started=False))
    grader = _GRADERS.take(order, bundle)
    if not isinstance(grader, _Grader):
        return msgspec.msgpack.encode(Answer(message=grader, worker=here, started=False))
    message = grader.grade(job_bytes, order.deadline_s)
    _GRADERS.give_back(grader, broken=not isinstance(message, Graded))
    return msgspec.msgpack.encode(Answer(message=message, worker=here, blank=grader.blank))


def close_graders() -> None:
    """End all graders of this process that have nothing to do."""
    _GRADERS.close()


def _difference(expected: dict[str, str]) -> str | None:
    """What is installed here otherwise than where the run was started, as the end of a sentence."""
    mine = versions()
    for name in sorted(expected.keys() | mine.keys()):
        has, wants = mine.get(name, "none"), expected.get(name, "none")
        if _comparable(name, has) != _comparable(name, wants):
            return (
                f"has {name} {has}, this machine has {wants}: results would differ; "
                "install the same versions on both (pip install -c constraints.txt notegrad)"
            )
    return None


def _comparable(name: str, version: str) -> str:
    """A build for CUDA and one for the CPU are the same version; so are two patch releases of Python."""
    return ".".join(version.split(".")[:2]) if name == "python" else version.partition("+")[0]


class _Grader:
    """A grader's process, its bundle on disk, and since when it is idle."""

    def __init__(self, order: Order, bundle: bytes) -> None:
        self.order = order
        self.blank: GradingResult | None = None
        self.idle_since = time.monotonic()
        self._folder = tempfile.TemporaryDirectory(prefix="notegrad-")  # closed to everybody else
        path = Path(self._folder.name, "bundle.zip")
        path.write_bytes(bundle)
        plan = GraderPlan(
            bundle_path=str(path), unsafe=order.unsafe, factory=order.factory, place=order.place
        )
        self._worker = GraderProcess(plan, Path(self._folder.name, "log"))

    def wait_until_ready(self) -> Message:
        message = self._answer(START_DEADLINE_S)
        self.blank = message.blank if isinstance(message, GraderReady) else None
        return message

    def grade(self, job_bytes: bytes, deadline_s: float) -> Message:
        try:
            self._worker.send(msgspec.msgpack.decode(job_bytes, type=GradingJob))
        except OSError as error:
            return Failed(error=f"the grader's process is gone ({error})", detail=self._worker.log_tail())
        return self._answer(deadline_s)

    def _answer(self, deadline_s: float) -> Message:
        if self._worker.connection.poll(deadline_s):
            return self._worker.receive()
        late = f"the grader did not answer within {deadline_s:g} s and was stopped"
        return Failed(error=late, detail=self._worker.log_tail())

    def close(self, *, at_once: bool) -> None:
        self._worker.stop(at_once=at_once)
        self._folder.cleanup()


class _Graders:
    """Idle graders of this process; as many are taken at once as Dask gives it threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Grader] = []

    def take(self, order: Order, bundle: bytes) -> _Grader | Message:
        """A grader that stands, or why there is none."""
        with self._lock:
            fit = next((grader for grader in self._idle if grader.order == order), None)
            unfit = [grader for grader in self._idle if grader.order != order]
            self._idle = [grader for grader in self._idle if grader.order == order and grader is not fit]
        for grader in unfit:
            grader.close(at_once=False)
        if fit is not None:
            return fit
        if hashlib.sha256(bundle).hexdigest() != order.bundle_sha256:
            return Failed(error="the bundle arrived damaged")
        made = _Grader(order, bundle)
        message = made.wait_until_ready()
        if isinstance(message, GraderReady):
            return made
        made.close(at_once=True)
        return message

    def give_back(self, grader: _Grader, *, broken: bool) -> None:
        if broken:
            grader.close(at_once=True)
            return
        grader.idle_since = time.monotonic()
        with self._lock:
            self._idle.append(grader)
        timer = threading.Timer(IDLE_S, self.close, kwargs={"idle_s": IDLE_S})
        timer.daemon = True
        timer.start()

    def close(self, *, idle_s: float = 0.0) -> None:
        """End those that have been idle for so long."""
        latest = time.monotonic() - idle_s
        with self._lock:
            ended = [grader for grader in self._idle if grader.idle_since <= latest]
            self._idle = [grader for grader in self._idle if grader not in ended]
        for grader in ended:
            with contextlib.suppress(OSError):
                grader.close(at_once=False)


_GRADERS = _Graders()
atexit.register(close_graders)
