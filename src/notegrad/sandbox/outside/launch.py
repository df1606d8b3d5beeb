"""The launcher starts a zygote with an environment of its own, one socket, and nothing worth inheriting."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import msgspec

import notegrad
from notegrad.errors import SandboxError, SandboxUnavailableError
from notegrad.messages import Message
from notegrad.records import Record
from notegrad.sandbox import protocol
from notegrad.sandbox.outside.said_of_sandbox import said_of_refusal
from notegrad.sandbox.protocol import BrokenError, ZygoteReady, ZygoteRefused
from notegrad.sandbox.walls import confine, device_access, hidden

START_TIMEOUT_S = 180.0  # importing torch from a cold disk
# Our own copy of notegrad, whichever is installed; after everything else on sys.path once it is found.
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); import notegrad; sys.path.append(sys.path.pop(0));"
    "from notegrad.sandbox.inside.zygote import main; main()"
)


class Request(Record, frozen=True):
    """The settings of a new zygote; `server` is the "module:function" that serves forks."""

    tier: str
    unsafe: bool
    server: str
    server_path: str | None
    without: tuple[str, ...] = ()
    device: str = "cpu"
    memory_fraction: float = 1.0
    leave_out: tuple[str, ...] = ()
    hidden_paths: tuple[str, ...] = ()


class Process(Protocol):
    """The process that leads to a zygote, as `subprocess.Popen` shows one."""

    pid: int

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises subprocess.TimeoutExpired."""

    def kill(self) -> None:
        """SIGKILL to it."""


@dataclass(frozen=True)
class StartedZygote:
    """A process on its way to be a zygote; `scratch` is to be removed when it has ended."""

    process: Process
    control: socket.socket
    scratch: Path


@dataclass(frozen=True)
class RunningZygote(StartedZygote):
    """A zygote that said it is ready."""

    ready: ZygoteReady


def start_zygote(request: Request, forked: StartedZygote | None = None) -> RunningZygote:
    """Start it and wait until it is warm; `forked`: one that waits for its settings (shared_start.py).

    Raises SandboxError, SandboxUnavailableError.
    """
    started = _start(request) if forked is None else forked
    try:
        if forked is not None:
            _send_settings(_settings(request, forked.scratch), forked.control)
        ready = _wait_until_ready(started.control, started.scratch / "log")
    except BaseException:
        started.process.kill()
        started.process.wait()
        started.control.close()
        shutil.rmtree(started.scratch, ignore_errors=True)
        raise
    return RunningZygote(started.process, started.control, started.scratch, ready)


def new_scratch() -> Path:
    """A folder for one zygote: its log, and where its root will be."""
    scratch = Path(tempfile.mkdtemp(prefix="notegrad-"))
    (scratch / "root").mkdir()
    return scratch


def package_parent() -> str:
    """The folder that holds the notegrad that runs here."""
    return str(Path(notegrad.__file__).resolve().parent.parent)


def _settings(request: Request, scratch: Path) -> dict[str, Any]:
    """The fields of `ZygoteSettings`, which is not imported here: what student code runs beside knows it."""
    fields = msgspec.structs.asdict(request)
    fields.pop("memory_fraction")
    closed = (
        *(os.path.abspath(path) for path in fields.pop("hidden_paths")),
        *hidden.of_checkout(package_parent()),
    )
    return {
        **fields,
        "scratch": str(scratch),
        "package_parent": package_parent(),
        "closed": [os.path.realpath(path) for path in closed],
    }


def _send_settings(settings: dict[str, Any], control: socket.socket) -> None:
    try:
        protocol.send_body(control, msgspec.msgpack.encode(settings))
    except BrokenError as error:
        raise SandboxError(Message("sandbox_not_started", why=str(error))) from error


def _start(request: Request) -> StartedZygote:
    scratch = new_scratch()
    control, far = socket.socketpair()
    try:
        with far:
            process = _start_process(request, scratch, far.fileno())
    except BaseException:
        control.close()
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    return StartedZygote(process, control, scratch)


def _start_process(request: Request, scratch: Path, control: int) -> subprocess.Popen[bytes]:
    # Not -I: it would ignore PYTHONMALLOC and PYTHONHASHSEED. The environment is ours, whole.
    command = [sys.executable, "-s", "-P", "-c", _BOOT, package_parent()]
    command += [msgspec.json.encode(_settings(request, scratch)).decode(), str(control)]
    with (scratch / "log").open("wb") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            pass_fds=(control,),
            env=environment(scratch) | device_access.environment(request.device, request.memory_fraction),
            cwd=scratch,
            start_new_session=True,  # kill(0, ...) reaches a process group, across pid namespaces: not ours
        )


def environment(scratch: Path) -> dict[str, str]:
    """Nothing of ours but where the font cache may be kept; no proxy, no token, no path."""
    variables = confine.environment(str(scratch))
    variables["IPYTHONDIR"] = str(scratch / "ipython")
    variables["MPLCONFIGDIR"] = str(font_cache() or scratch)
    return variables


def font_cache() -> Path | None:
    """A directory that outlives us, so that fonts are listed once (0.5 to 2 s); only our code writes it."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    directory = Path(base) / "notegrad" / "matplotlib"
    with contextlib.suppress(OSError):
        directory.mkdir(parents=True, exist_ok=True)
        if os.access(directory, os.W_OK):
            return directory
    return None


def _wait_until_ready(control: socket.socket, log: Path) -> ZygoteReady:
    try:
        body = protocol.receive(control, time.monotonic() + START_TIMEOUT_S, protocol.MAX_EVENT_BYTES)
        reply = msgspec.msgpack.decode(body, type=ZygoteReady | ZygoteRefused)
    except (BrokenError, msgspec.MsgspecError) as error:
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        why = lines[-1] if lines else str(error)
        raise SandboxError(Message("sandbox_not_started", why=why)) from error
    if isinstance(reply, ZygoteRefused):
        said = said_of_refusal(reply)
        raise SandboxUnavailableError(said) if reply.unavailable else SandboxError(said)
    return reply
