"""A watch sees what would blind a count: tracing touched, torch's mode taken away, work given to others.

Most is seen where it happens: the interpreter reports each call of a builtin (`sys.setprofile`) and, to a
hook that cannot be removed, each process that is started. What comes out is one word.
"""
# ruff: noqa: SLF001 (what torch counts with has no public name)

from __future__ import annotations

import _thread
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Literal

import torch

from notegrad.probes.library_code import is_a_library_s, is_generated_by_a_library

Disturbance = Literal["", "tracing", "mode", "thread", "alarm"]

# Captured at import, before student code could replace them.
_gettrace, _settrace, _setprofile, _getprofile = sys.gettrace, sys.settrace, sys.setprofile, sys.getprofile
_audit, _addaudithook, _getitimer, _running_threads = (
    sys.audit,
    sys.addaudithook,
    signal.getitimer,
    _thread._count,
)
_depth, _mode_at = torch._C._len_torch_dispatch_stack, torch._C._get_dispatch_stack_at
_is_excluded, _PYTHON_KEY = torch._C._dispatch_tls_is_dispatch_key_excluded, torch._C.DispatchKey.Python

_EVENTS: dict[str, Disturbance] = {
    "sys.settrace": "tracing",
    "sys.setprofile": "tracing",
    "os.fork": "thread",
    "os.forkpty": "thread",
    "os.posix_spawn": "thread",
    "subprocess.Popen": "thread",
}
_FORBIDDEN: tuple[tuple[Disturbance, tuple[object, ...]], ...] = (
    ("tracing", (sys.gettrace, sys.settrace, sys.getprofile, sys.setprofile)),
    ("mode", (_depth, _mode_at, torch._C._pop_torch_dispatch_stack)),
    ("thread", (_thread.start_new_thread, os.fork)),
    ("alarm", (signal.setitimer, signal.alarm)),
)
_BUILTINS = {id(builtin): word for word, builtins in _FORBIDDEN for builtin in builtins}
_TIMERS = (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF)
_HELLO = "notegrad.watch"

_watching: list[Watch] = []
_is_hooked = False
_threads_before: int | None = None


def note_threads() -> None:
    """The threads that run now are no one's answer; whatever runs beside a later count is."""
    global _threads_before  # noqa: PLW0603 - there is one set of threads in a process
    _threads_before = _running_threads()


def _hook(event: str, _: tuple[Any, ...]) -> None:
    if _watching and (event in _EVENTS or event == _HELLO):
        _watching[-1].heard(event)


class Watch:
    """Watches one call that is counted under a dispatch mode of torch and a trace function."""

    def __init__(self, mode: object) -> None:
        self._mode = mode
        self.is_inside = 0
        """Above zero while an operation runs: torch takes the mode away meanwhile."""
        self.disturbance: Disturbance = ""
        self._has_heard = False
        self._place = _depth() - 1
        self._process = os.getpid()

    def note(self, word: Disturbance) -> None:
        """Remember the first thing that disturbed."""
        if not self.disturbance:
            self.disturbance = word

    def heard(self, event: str) -> None:
        """The interpreter announces an event; those of another thread are no business of this call's."""
        if event == _HELLO:
            self._has_heard = True
        else:
            self.note(_EVENTS[event])

    def look(self, frame: FrameType) -> None:
        """Look, from a frame of the student's, whether everything that counts is still there."""
        if not self.is_inside and not self._counts_operations():
            self.note("mode")
        if frame.f_trace is None or not frame.f_trace_lines:
            self.note("tracing")

    def profile(self, frame: FrameType, event: str, arg: object) -> None:
        """What the interpreter reports of calls (CPython's signature)."""
        word: Disturbance = _BUILTINS.get(id(arg), "") if event == "c_call" else ""
        if word == "thread":  # also for a library: `threading` is one
            self.note(word)
        if is_a_library_s(frame.f_code) or is_generated_by_a_library(frame):
            return
        if word:
            self.note(word)
        if event != "call":
            self.look(frame)

    def _counts_operations(self) -> bool:
        return (
            _depth() > self._place and _mode_at(self._place) is self._mode and not _is_excluded(_PYTHON_KEY)
        )

    @contextmanager
    def watching(self, trace: Any) -> Iterator[None]:
        """Traces with `trace`, and watches, inside the block."""
        global _is_hooked  # noqa: PLW0603 - a hook cannot be removed
        if not _is_hooked:
            _addaudithook(_hook)
            _is_hooked = True
        threads = _running_threads() if _threads_before is None else _threads_before
        timers = [_getitimer(timer)[0] > 0 for timer in _TIMERS]
        former = _gettrace(), _getprofile()
        profile = self.profile
        _setprofile(profile)
        _settrace(trace)
        _watching.append(self)
        try:
            _audit(_HELLO)
            yield
        finally:
            _watching.remove(self)
            if _gettrace() is not trace or _getprofile() is not profile or not self._has_heard:
                self.note("tracing")
            _settrace(former[0])
            _setprofile(former[1])
            if not self._counts_operations():
                self.note("mode")
            if _running_threads() > threads:
                self.note("thread")
            if any(_getitimer(t)[0] > 0 and not was for t, was in zip(_TIMERS, timers, strict=True)):
                self.note("alarm")
