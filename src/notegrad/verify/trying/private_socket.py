"""The private socket between `notegrad try` and the process that keeps a grader warm for it.

It lies in a folder that is this user's alone, and each end asks the kernel who the other is: what is sent
are tests, answers and verdicts, and whoever may connect may have code graded.
"""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import struct
import sys
import tempfile
from pathlib import Path
from typing import TypeVar

import msgspec

import notegrad
from notegrad.records import Record

MAX_MESSAGE_BYTES = 256 << 20
_LENGTH = struct.Struct("!Q")
_CREDENTIALS = struct.Struct("3i")
_MAX_PATH_BYTES = 100  # of a socket's address; Linux takes 108

_Message = TypeVar("_Message", bound=Record)


class SocketRefusedError(Exception):
    """The folder, or whoever is at the other end, is not this user's alone."""


def runtime_folder() -> Path:
    """Return this user's folder for sockets, made where it is missing. Raises SocketRefusedError."""
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    base = Path(given) / "notegrad" if given and _is_own(Path(given)) else None
    folder = base or Path(tempfile.gettempdir()) / f"notegrad-{os.getuid()}"
    if len(os.fsencode(folder)) > _MAX_PATH_BYTES - 20:
        folder = Path(f"/tmp/notegrad-{os.getuid()}")  # noqa: S108 - checked below, as everywhere
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError:
        raise SocketRefusedError(str(folder)) from None
    if not _is_own(folder):
        raise SocketRefusedError(str(folder))
    return folder


def socket_path(folder: Path, root: Path) -> Path:
    """Return the address for one course, and one installation of ours: another version has another grader."""
    package = Path(notegrad.__file__).parent
    newest = max(path.stat().st_mtime_ns for path in package.rglob("*.py"))
    key = f"{root.resolve()}\n{sys.executable}\n{package}\n{notegrad.__version__}\n{newest}"
    return folder / f"try-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def refuse_stranger(connected: socket.socket) -> None:
    """Raise SocketRefusedError where the process at the other end is another user's."""
    size = _CREDENTIALS.size
    _, uid, _ = _CREDENTIALS.unpack(connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    if uid != os.getuid():
        raise SocketRefusedError(f"uid {uid}")


def send(connected: socket.socket, message: Record) -> None:
    """Send one message. Raises OSError."""
    data = msgspec.msgpack.encode(message)
    connected.sendall(_LENGTH.pack(len(data)) + data)


def receive(connected: socket.socket, kind: type[_Message]) -> _Message | None:
    """Receive one message; None where the other end has gone. Raises OSError, and ValueError."""
    head = _read(connected, _LENGTH.size)
    if head is None:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > MAX_MESSAGE_BYTES:
        raise ValueError("message too long")
    data = _read(connected, length)
    return None if data is None else msgspec.msgpack.decode(data, type=kind)


def _read(connected: socket.socket, count: int) -> bytes | None:
    parts, left = [], count
    while left:
        part = connected.recv(min(left, 1 << 20))
        if not part:
            return None
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _is_own(folder: Path) -> bool:
    try:
        state = folder.lstat()
    except OSError:
        return False
    return (
        stat.S_ISDIR(state.st_mode)
        and state.st_uid == os.getuid()
        and not stat.S_IMODE(state.st_mode) & 0o077
    )
