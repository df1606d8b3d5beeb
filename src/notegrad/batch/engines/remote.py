"""Grades on a cluster's worker, by a grader in a process of its own: bytes in, bytes out.

A Dask worker is a process with threads, so nothing is ever forked from it: a grader process (grader_process)
is started beside it, as on one machine, and the zygote of the sandbox is that process's child. A grader is
kept warm from one submission to the next; another bundle, a failure, or idleness ends it.
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

from notegrad.batch.engines.grader_process import START_DEADLINE_S, GraderProcess
from notegrad.batch.engines.grader_protocol import (
    Graded,
    GraderReady,
    GraderSetup,
    GradingJob,
    Message,
    failed,
)
from notegrad.batch.versions import versions
from notegrad.grading.devices import DeviceShare
from notegrad.records import GradingResult, Record
from notegrad.settings import AssignmentSettings

IDLE_S = 300.0  # a grader holds some 700 MB


class RemoteSetup(Record, frozen=True, kw_only=True):
    """The setup of a grader on another machine, but for the bundle's bytes, which `bundle_sha256` names."""

    bundle_sha256: str
    unsafe: bool
    factory: str
    device_share: DeviceShare | None = None
    settings: AssignmentSettings | None = None
    deadline_s: float
    versions: dict[str, str]


class Answer(Record, frozen=True, kw_only=True):
    """The answer of a Dask worker: what came of a job, and the bundle's result for what cannot be read.

    From that one (`blank`) the client knows the bundle's questions. `worker` names the Dask worker. `started`
    is false where no grader could be started: then the submission is not to blame.
    """

    message: Message
    worker: str
    blank: GradingResult | None = None
    started: bool = True


def grade_remotely(setup_bytes: bytes, bundle: bytes, job_bytes: bytes) -> bytes:
    """An encoded `Answer` to an encoded `RemoteSetup` and `GradingJob`.

    `bundle` holds the bytes of the bundle's zip. Never raises for what a submission does.
    """
    setup = msgspec.msgpack.decode(setup_bytes, type=RemoteSetup)
    here = f"{socket.gethostname()}:{os.getpid()}"
    if (other := _difference(setup.versions)) is not None:
        failure = msgspec.structs.replace(
            failed("cluster_other_version", worker=here, **other), final="input"
        )
        return msgspec.msgpack.encode(Answer(message=failure, worker=here, started=False))
    grader = _GRADERS.take(setup, bundle)
    if not isinstance(grader, _WarmGrader):
        return msgspec.msgpack.encode(Answer(message=grader, worker=here, started=False))
    message = grader.grade(job_bytes, setup.deadline_s)
    _GRADERS.give_back(grader, broken=not isinstance(message, Graded))
    return msgspec.msgpack.encode(Answer(message=message, worker=here, blank=grader.blank))


def close_graders() -> None:
    """End all graders of this process that have nothing to do."""
    _GRADERS.close()


def _difference(expected: dict[str, str]) -> dict[str, str] | None:
    """A version that differs from the one where the run was started: the package, and both versions."""
    mine = versions()
    for name in sorted(expected.keys() | mine.keys()):
        has, wants = mine.get(name, "none"), expected.get(name, "none")
        if _comparable(name, has) != _comparable(name, wants):
            return {"package": name, "has": has, "wants": wants}
    return None


def _comparable(name: str, version: str) -> str:
    """A build for CUDA and one for the CPU are the same version; so are two patch releases of Python."""
    return ".".join(version.split(".")[:2]) if name == "python" else version.partition("+")[0]


class _WarmGrader:
    """A grader's process, its bundle on disk, and since when it is idle."""

    def __init__(self, setup: RemoteSetup, bundle: bytes) -> None:
        self.setup = setup
        self.blank: GradingResult | None = None
        self.idle_since = time.monotonic()
        self._folder = tempfile.TemporaryDirectory(prefix="notegrad-")  # closed to everybody else
        path = Path(self._folder.name, "bundle.zip")
        path.write_bytes(bundle)
        local = GraderSetup(
            bundle_path=str(path),
            unsafe=setup.unsafe,
            factory=setup.factory,
            device_share=setup.device_share,
            settings=setup.settings,
        )
        self._process = GraderProcess(local, Path(self._folder.name, "log"))

    def wait_until_ready(self) -> Message:
        message = self._answer(START_DEADLINE_S)
        self.blank = message.blank if isinstance(message, GraderReady) else None
        return message

    def grade(self, job_bytes: bytes, deadline_s: float) -> Message:
        try:
            self._process.send(msgspec.msgpack.decode(job_bytes, type=GradingJob))
        except OSError as error:
            return failed("grader_gone", why=str(error), detail=self._process.log_tail())
        return self._answer(deadline_s)

    def _answer(self, deadline_s: float) -> Message:
        if self._process.connection.poll(deadline_s):
            return self._process.receive()
        return failed("grader_late", limit_s=deadline_s, detail=self._process.log_tail())

    def close(self, *, at_once: bool) -> None:
        self._process.stop(at_once=at_once)
        self._folder.cleanup()


class _IdleGraders:
    """Idle graders of this process; as many are taken at once as Dask gives it threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_WarmGrader] = []

    def take(self, setup: RemoteSetup, bundle: bytes) -> _WarmGrader | Message:
        """A grader that stands, or why there is none."""
        with self._lock:
            fit = next((grader for grader in self._idle if grader.setup == setup), None)
            unfit = [grader for grader in self._idle if grader.setup != setup]
            self._idle = [grader for grader in self._idle if grader.setup == setup and grader is not fit]
        for grader in unfit:
            grader.close(at_once=False)
        if fit is not None:
            return fit
        if hashlib.sha256(bundle).hexdigest() != setup.bundle_sha256:
            return failed("cluster_bundle_damaged")
        made = _WarmGrader(setup, bundle)
        message = made.wait_until_ready()
        if isinstance(message, GraderReady):
            return made
        made.close(at_once=True)
        return message

    def give_back(self, grader: _WarmGrader, *, broken: bool) -> None:
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


_GRADERS = _IdleGraders()
atexit.register(close_graders)
