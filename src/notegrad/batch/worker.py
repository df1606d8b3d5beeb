"""One worker process, seen from both sides: a grader of its own, and the parent that may kill it.

Plain processes with a pipe each, and no `ProcessPoolExecutor`: a pool has no public way to kill the one
worker that hangs, and when a worker dies it takes the tasks of all others with it. Messages are msgspec's
binary format, so that the parent believes types and nothing more.

The worker leads a session of its own: Ctrl-C in the terminal reaches only the parent, which then decides, and
killing the worker's process group takes what it started along.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal, NoReturn, Protocol

import msgspec

from notegrad.errors import InputError, NotegradError, SandboxUnavailableError
from notegrad.records import GradingResult, Record, Submission

DEFAULT_FACTORY = "notegrad.batch.worker:open_grader"
CLOSE_GRACE_S = 5.0
TERMINATE_GRACE_S = 2.0
MAX_LOG_CHARS = 4_000
MAX_ERROR_CHARS = 2_000

# One thread of torch each: the processes are the parallelism, and a fork after parallel regions hangs.
_THREADS = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")


class Plan(Record, frozen=True, kw_only=True):
    """What a worker needs to make its grader; `factory` is the `module:function` that it calls."""

    bundle_path: str
    unsafe: bool = False
    factory: str = DEFAULT_FACTORY


class Ready(Record, frozen=True, kw_only=True, tag=True):
    """The grader stands; `blank` is its result for a submission that cannot be read."""

    blank: GradingResult


class Graded(Record, frozen=True, kw_only=True, tag=True):
    """A submission's result."""

    result: GradingResult


class Failed(Record, frozen=True, kw_only=True, tag=True):
    """Our own failure; `final` says what has to be changed where trying again cannot help."""

    error: str
    detail: str = ""
    final: Literal["no", "input", "machine"] = "no"


Message = Ready | Graded | Failed


class GraderLike(Protocol):
    """What a factory makes."""

    def grade(self, submission: Submission) -> GradingResult:
        """Grade one submission; raises SandboxError for a fault of ours."""

    def close(self) -> None:
        """Give everything back."""


def open_grader(bundle_path: Path, *, unsafe: bool) -> GraderLike:
    """The real grader of a bundle; imports torch and otter."""
    from notegrad.authoring.bundle import read_bundle
    from notegrad.grading import Grader

    return Grader(read_bundle(bundle_path), unsafe=unsafe)


class Worker:
    """The parent's handle on one worker process; `connection` and `sentinel` can be waited for."""

    def __init__(self, plan: Plan, log: Path) -> None:
        """Starts the process, which then sends `Ready` or `Failed`; `log` takes what it prints."""
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._log = log
        self._process: BaseProcess = context.Process(
            target=serve,
            args=(theirs, msgspec.msgpack.encode(plan), str(log)),
            name="notegrad-worker",
            daemon=True,
        )
        with _interrupts_held():
            self._process.start()
        theirs.close()

    @property
    def sentinel(self) -> int:
        """Becomes ready when the process ends."""
        return self._process.sentinel

    def send(self, submission: Submission) -> None:
        """Hands a submission over; raises OSError where the process is gone."""
        self.connection.send_bytes(msgspec.msgpack.encode(submission))

    def receive(self) -> Message:
        """The next message; a process that died, or that says nonsense, is a `Failed`."""
        try:
            message: Message = msgspec.msgpack.decode(self.connection.recv_bytes(), type=Message)
        except (EOFError, OSError):
            self._process.join(TERMINATE_GRACE_S)
            error = f"the worker process died ({_ending(self._process.exitcode)})"
        except msgspec.MsgspecError as invalid:
            error = f"the worker process answered nonsense ({invalid})"
        else:
            return message
        return Failed(error=error, detail=self.log_tail())

    def log_tail(self) -> str:
        """The end of what the worker printed."""
        try:
            return self._log.read_text("utf-8", "replace")[-MAX_LOG_CHARS:]
        except OSError:
            return ""

    def dismiss(self, *, at_once: bool) -> None:
        """Asks the process to end: when it is idle, or `at_once`; does not wait."""
        self.connection.close()
        if at_once:
            self._process.terminate()

    def stop(self, *, at_once: bool) -> None:
        """Ends the process and all of its process group; what it is given is time to close its grader."""
        self.dismiss(at_once=at_once)
        self._process.join(TERMINATE_GRACE_S if at_once else CLOSE_GRACE_S)
        # The group outlives its leader where a grader left processes behind.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid or 0, signal.SIGKILL)
        self._process.kill()
        self._process.join(TERMINATE_GRACE_S)


def serve(connection: Connection, plan_bytes: bytes, log: str) -> None:
    """The worker's main: one grader, one submission after the other, until the parent closes the pipe."""
    _settle(log)
    plan = msgspec.msgpack.decode(plan_bytes, type=Plan)
    try:
        grader = _make_grader(plan)
        # Needs no sandbox, and tells the parent, who loads no tests, which questions there are.
        blank = _sendable(grader.grade(Submission(id="blank", student="", unreadable="blank")))
    except Exception as error:  # noqa: BLE001 (whatever it is, the parent has to hear of it)
        _say(connection, _failed(error))
        return
    try:
        _say(connection, Ready(blank=blank))
        while (submission := _next_submission(connection)) is not None:
            _say(connection, _grade(grader, submission))
    finally:
        grader.close()


def _settle(log: str) -> None:
    """A session of its own, a log for whatever is printed, default signals, one thread."""
    os.setsid()
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _leave)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    os.environ.update(_THREADS)


def _leave(*_: object) -> NoReturn:
    raise SystemExit(0)


def _make_grader(plan: Plan) -> GraderLike:
    module, _, name = plan.factory.partition(":")
    grader: GraderLike = getattr(importlib.import_module(module), name)(
        Path(plan.bundle_path), unsafe=plan.unsafe
    )
    torch: Any = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)
    return grader


def _grade(grader: GraderLike, submission: Submission) -> Message:
    started = time.monotonic()
    try:
        result = grader.grade(submission)
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
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    return [_encodable(item) for item in value] if isinstance(value, list | tuple) else value


def _failed(error: Exception) -> Failed:
    text = str(error) if isinstance(error, NotegradError) else f"{type(error).__name__}: {error}"
    unavailable = isinstance(error, SandboxUnavailableError)
    return Failed(
        error=_encodable(text[:MAX_ERROR_CHARS]),
        detail=_encodable("".join(traceback.format_exception(error))[-MAX_LOG_CHARS:]),
        final="input" if isinstance(error, InputError) else "machine" if unavailable else "no",
    )


def _next_submission(connection: Connection) -> Submission | None:
    try:
        return msgspec.msgpack.decode(connection.recv_bytes(), type=Submission)
    except (EOFError, OSError):
        return None


def _say(connection: Connection, message: Message) -> None:
    with contextlib.suppress(OSError):  # the parent is gone, and the next read ends the loop
        connection.send_bytes(msgspec.msgpack.encode(message))


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Delays Ctrl-C while a process starts, so that the child cannot be hit before it left our session."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _ending(code: int | None) -> str:
    if code is None:
        return "without a status"
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"killed by {signal.Signals(-code).name}"
    return f"exit status {code}"
