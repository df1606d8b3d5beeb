"""Starts child processes, starts them again when they end, and ends them all in order."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from notegrad.records import Record

LOOK_S = 0.3
MIN_LIFE_S = 10.0  # who ends sooner is started again with a growing pause
MAX_PAUSE_S = 30.0
GRACE_S = 35.0
_PR_SET_PDEATHSIG = 1

log = logging.getLogger("notegrad.server.children")


class ChildCommand(Record, frozen=True, kw_only=True):
    """A child to keep alive: its name in the log, and its command line."""

    name: str
    command: tuple[str, ...]


@dataclass
class _Child:
    command: ChildCommand
    process: subprocess.Popen[bytes]
    started: float
    pause_s: float = 0.0
    start_again_at: float | None = None


def keep_alive(
    commands: Sequence[ChildCommand], stop: threading.Event, on_start: Callable[[ChildCommand, int], None]
) -> None:
    """Keep all of them alive until `stop` is set; then end them, each with time to end what it is doing."""
    children = [_Child(command, _start(command, on_start), time.monotonic()) for command in commands]
    try:
        while not stop.wait(LOOK_S):
            for child in children:
                _look_after(child, on_start)
    finally:
        _end(children)


def _look_after(child: _Child, on_start: Callable[[ChildCommand, int], None]) -> None:
    now = time.monotonic()
    if child.start_again_at is not None:
        if now >= child.start_again_at:
            child.process, child.started = _start(child.command, on_start), now
            child.start_again_at = None
    elif child.process.poll() is not None:
        lived_s = now - child.started
        child.pause_s = 0.0 if lived_s > MIN_LIFE_S else min(MAX_PAUSE_S, 2 * child.pause_s or 1.0)
        child.start_again_at = now + child.pause_s
        log.warning(
            "%s ended with status %s; starting it again in %g s",
            child.command.name,
            child.process.returncode,
            child.pause_s,
        )


def _start(command: ChildCommand, on_start: Callable[[ChildCommand, int], None]) -> subprocess.Popen[bytes]:
    # a session of its own: Ctrl-C reaches this process, which then ends its children in order
    process = subprocess.Popen(command.command, start_new_session=True, preexec_fn=_end_with_parent)  # noqa: PLW1509 (one thread)
    on_start(command, process.pid)
    return process


def _end_with_parent() -> None:
    """Ask the kernel for SIGTERM when the parent is gone, however it went."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def _end(children: Sequence[_Child]) -> None:
    for child in children:
        if child.process.poll() is None:
            child.process.terminate()
    end = time.monotonic() + GRACE_S
    for child in children:
        try:
            child.process.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("%s did not end within %g s and is killed", child.command.name, GRACE_S)
            os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()
