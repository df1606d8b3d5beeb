"""The grader process: makes one grader, and grades one submission after the other.

It leads a session of its own (grader_process starts it so): killing its process group takes what it started
along.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sys
import time
import traceback
from collections.abc import Collection
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn, Protocol

import msgspec

from notegrad.batch.engines.grader_protocol import (
    DEFAULT_FACTORY,
    MAX_LOG_CHARS,
    Failed,
    Graded,
    GraderReady,
    GraderSetup,
    GradingJob,
    Message,
    encodable,
    sentence_of,
)
from notegrad.errors import InputError, NotegradError, ProcessesDiedError, SandboxUnavailableError
from notegrad.grading.devices import DeviceShare
from notegrad.probes import garbage
from notegrad.records import GradingResult, Submission
from notegrad.sandbox.walls import syscalls
from notegrad.settings import AssignmentSettings

# One thread of torch each: the processes are the parallelism, and a fork after parallel regions hangs.
_THREADS = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")


class GraderLike(Protocol):
    """A grader, as a factory makes it."""

    def grade(self, submission: Submission, *, only: Collection[str] | None = None) -> GradingResult:
        """Grade one submission; raises SandboxError for a fault of ours."""

    def close(self) -> None:
        """Give everything back."""


def open_grader(
    bundle_path: Path,
    *,
    unsafe: bool,
    device_share: DeviceShare | None = None,
    hidden_paths: tuple[str, ...] = (),
    settings: AssignmentSettings | None = None,
) -> GraderLike:
    """The real grader of a bundle, on a device if one is named; imports torch and otter.

    `settings`: instead of the bundle's.
    """
    from notegrad.course.bundle import read_bundle

    with garbage.sparing():
        from notegrad.grading import Grader

    bundle = read_bundle(bundle_path)
    if settings is not None:
        bundle = msgspec.structs.replace(bundle, settings=settings)
    hidden = (str(bundle_path), *hidden_paths)
    if device_share is None:
        return Grader(bundle, unsafe=unsafe, hidden_paths=hidden)
    return Grader(
        bundle,
        unsafe=unsafe,
        device=device_share.device,
        memory_fraction=device_share.memory_fraction,
        hidden_paths=hidden,
    )


def main(descriptor: int) -> None:
    """The process's main: the descriptor is its end of the pipe, over which its setup comes first."""
    _settle()
    serve(Connection(descriptor))


def serve(connection: Connection) -> None:
    """Grade one submission after the other with one grader, until the parent closes the pipe."""
    try:
        setup = msgspec.msgpack.decode(connection.recv_bytes(), type=GraderSetup)
    except (EOFError, OSError):
        return
    if setup.parent_pid:
        _end_with(setup.parent_pid)
    try:
        grader = _make_grader(setup)
        # Needs no sandbox, and tells the parent, who loads no tests, which questions there are.
        blank = _sendable(grader.grade(Submission(id="blank", student="", unreadable="blank")))
    except Exception as error:  # noqa: BLE001 (whatever it is, the parent has to hear of it)
        _say(connection, _failed(error))
        return
    try:
        _say(connection, GraderReady(blank=blank))
        while (job := _next_job(connection)) is not None:
            _say(connection, _grade(grader, job))
    finally:
        grader.close()


def _settle() -> None:
    """Default signals, one thread."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _leave)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    os.environ.update(_THREADS)


def _end_with(parent: int) -> None:
    """Let the kernel kill this process when its parent is gone; what it forked is killed with it."""
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it went before it could be said
        os._exit(1)


class _Leave:
    """The handler of SIGTERM; where a doctest swallows its SystemExit, it is obeyed after the submission."""

    def __init__(self) -> None:
        self.is_asked = False

    def __call__(self, *_: object) -> NoReturn:
        self.is_asked = True
        raise SystemExit(0)


_leave = _Leave()


def _make_grader(setup: GraderSetup) -> GraderLike:
    module, _, name = setup.factory.partition(":")
    wanted: dict[str, Any] = {} if setup.device_share is None else {"device_share": setup.device_share}
    if setup.factory == DEFAULT_FACTORY:
        wanted |= {"hidden_paths": setup.hidden_paths, "settings": setup.settings}
    grader: GraderLike = getattr(importlib.import_module(module), name)(
        Path(setup.bundle_path), unsafe=setup.unsafe, **wanted
    )
    torch: Any = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)
    return grader


def _grade(grader: GraderLike, job: GradingJob) -> Message:
    started = time.monotonic()
    try:
        whole = job.only is None
        result = grader.grade(job.submission) if whole else grader.grade(job.submission, only=job.only)
        if not result.timings.total_s:
            timings = msgspec.structs.replace(result.timings, total_s=time.monotonic() - started)
            result = msgspec.structs.replace(result, timings=timings)
        return Graded(result=_sendable(result))
    except Exception as error:  # noqa: BLE001 (ours, by contract: what students do wrong is a result)
        return _failed(error)


def _sendable(result: GradingResult) -> GradingResult:
    """The result in plain types, checked, without what no message can carry.

    torch's version is a subclass of str, and students print lone surrogates: neither is a fault of ours.
    """
    return msgspec.convert(_encodable(msgspec.to_builtins(result, enc_hook=_plain)), GradingResult)


def _plain(value: Any) -> Any:
    base = next((kind for kind in (str, int, float) if isinstance(value, kind)), None)
    if base is None:
        raise TypeError(f"a result cannot hold {type(value).__name__}")
    return base(value)


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    return [_encodable(item) for item in value] if isinstance(value, list | tuple) else value


def _failed(error: Exception) -> Failed:
    said = error if isinstance(error, NotegradError) else f"{type(error).__name__}: {error}"
    unavailable = isinstance(error, SandboxUnavailableError)
    return Failed(
        sentence=sentence_of(said),
        detail=_encodable("".join(traceback.format_exception(error))[-MAX_LOG_CHARS:]),
        is_of_submission=isinstance(error, ProcessesDiedError),
        final="input" if isinstance(error, InputError) else "machine" if unavailable else "no",
    )


def _next_job(connection: Connection) -> GradingJob | None:
    try:
        return msgspec.msgpack.decode(connection.recv_bytes(), type=GradingJob)
    except (EOFError, OSError):
        return None


def _say(connection: Connection, message: Message) -> None:
    if _leave.is_asked:
        raise SystemExit(0)
    with contextlib.suppress(OSError):  # the parent is gone, and the next read ends the loop
        connection.send_bytes(msgspec.msgpack.encode(message))
