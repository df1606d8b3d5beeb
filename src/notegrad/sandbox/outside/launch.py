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

import msgspec

import notegrad
from notegrad.errors import SandboxError, SandboxUnavailableError
from notegrad.records import Record
from notegrad.sandbox import protocol
from notegrad.sandbox.protocol import ZygoteReady, ZygoteRefused
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


@dataclass(frozen=True)
class RunningZygote:
    """A zygote that said it is ready; `scratch` is to be removed when it has ended."""

    process: subprocess.Popen[bytes]
    control: socket.socket
    scratch: Path
    ready: ZygoteReady


def start_zygote(request: Request) -> RunningZygote:
    """Start it and wait until it is warm. Raises SandboxError, SandboxUnavailableError."""
    scratch = Path(tempfile.mkdtemp(prefix="notegrad-"))
    (scratch / "root").mkdir()
    control, far = socket.socketpair()
    try:
        with far:
            process = _start_process(request, scratch, far.fileno())
        try:
            ready = _wait_until_ready(control, scratch / "log")
        except BaseException:
            process.kill()
            process.wait()
            raise
    except BaseException:
        control.close()
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    return RunningZygote(process, control, scratch, ready)


def _start_process(request: Request, scratch: Path, control: int) -> subprocess.Popen[bytes]:
    package_parent = str(Path(notegrad.__file__).resolve().parent.parent)
    fields = msgspec.structs.asdict(request)
    fields.pop("memory_fraction")
    closed = (
        *(os.path.abspath(path) for path in fields.pop("hidden_paths")),
        *hidden.of_checkout(package_parent),
    )
    settings = {
        **fields,
        "control": control,
        "scratch": str(scratch),
        "package_parent": package_parent,
        "closed": [os.path.realpath(path) for path in closed],
    }
    # Not -I: it would ignore PYTHONMALLOC and PYTHONHASHSEED. The environment is ours, whole.
    command = [sys.executable, "-s", "-P", "-c", _BOOT, package_parent]
    command.append(msgspec.json.encode(settings).decode())
    with (scratch / "log").open("wb") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            pass_fds=(control,),
            env=_environment(scratch) | device_access.environment(request.device, request.memory_fraction),
            cwd=scratch,
            start_new_session=True,  # kill(0, ...) reaches a process group, across pid namespaces: not ours
        )


def _environment(scratch: Path) -> dict[str, str]:
    """Nothing of ours but where the font cache may be kept; no proxy, no token, no path."""
    environment = confine.environment(str(scratch))
    environment["IPYTHONDIR"] = str(scratch / "ipython")
    environment["MPLCONFIGDIR"] = str(font_cache() or scratch)
    return environment


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
    except (protocol.BrokenError, msgspec.MsgspecError) as error:
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise SandboxError(f"The sandbox did not start: {lines[-1] if lines else error}.") from error
    if isinstance(reply, ZygoteRefused):
        raise SandboxUnavailableError(reply.reason) if reply.unavailable else SandboxError(reply.reason)
    return reply
