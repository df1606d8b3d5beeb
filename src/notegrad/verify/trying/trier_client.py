"""The end of `notegrad try` that asks: it finds the warm process of a course, or starts one."""

from __future__ import annotations

import contextlib
import fcntl
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from notegrad.errors import InputError, SandboxError
from notegrad.verify.trying.private_socket import receive, refuse_stranger, runtime_folder, send, socket_path
from notegrad.verify.trying.tried import TriedQuestion, TryReply, TryRequest

START_TIMEOUT_S = 120.0
IDLE_S = 600.0
_POLL_S = 0.02


def try_warm(
    request: TryRequest, root: Path, starting: Callable[[], None], idle_s: float = IDLE_S
) -> TriedQuestion:
    """Ask the warm process of the course at `root`; `starting` is called before one is started.

    Raises SocketRefusedError where there is no folder of this user's alone, InputError for what the author
    has to mend, and SandboxError for a fault of ours.
    """
    folder = runtime_folder()
    path = socket_path(folder, root)
    with contextlib.closing(_connected(path, starting, idle_s)) as connected:
        refuse_stranger(connected)
        try:
            send(connected, request)
            reply = receive(connected, TryReply)
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            raise SandboxError(f"the grader that was kept does not answer ({error}); try again") from None
    if reply is None:
        raise SandboxError("the grader that was kept ended while it was asked; try again")
    if reply.tried is None:
        raise (InputError if reply.is_input else SandboxError)(reply.refusal)
    return reply.tried


def _connected(path: Path, starting: Callable[[], None], idle_s: float) -> socket.socket:
    found = _connect(path)
    if found is not None:
        return found
    with path.with_suffix(".lock").open("w") as lock:  # two commands at once start one process
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = _connect(path)
        if found is not None:
            return found
        starting()
        with path.with_suffix(".log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "notegrad.verify.trying.warm_trier", str(path), str(idle_s)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd="/",
                start_new_session=True,
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline and process.poll() is None:
            found = _connect(path)
            if found is not None:
                return found
            time.sleep(_POLL_S)
        process.kill()
    raise SandboxError(f"a grader could not be started; {path.with_suffix('.log')} says why")


def _connect(path: Path) -> socket.socket | None:
    connecting = socket.socket(socket.AF_UNIX)
    try:
        connecting.connect(str(path))
    except OSError:
        connecting.close()
        return None
    return connecting
