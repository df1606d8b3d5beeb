"""The cells of a notebook run one after the other, each within its time, and each is reported."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

from notegrad.probes.fair_deadline import MAX_STRETCH, PATIENCE, FairDeadline
from notegrad.records import CellFault, CellStatus, Limits
from notegrad.sandbox.inside.output import Tail, text_stream
from notegrad.sandbox.inside.shell import NotebookShell
from notegrad.sandbox.protocol import (
    OUTPUT_CUT_MARK,
    CellFinished,
    CellStarted,
    Event,
    NotebookFinished,
)

CELL_TAIL_BYTES = 20_000
MAX_ERROR_CHARS = 2_000
REFIRE_S = 0.05  # again and again, for cells that catch everything
INSIST_AFTER = 4  # firings; from then on handlers are interrupted too
_CELL_FILES = ("<ipython-input-", "<cell ")


class CellTimeout(BaseException):
    """Raised inside a cell that ran past its limit; no `except Exception` stops it."""


class Alarm:
    """Raises CellTimeout in the main thread at the end of the given time, repeatedly."""

    def __init__(self) -> None:
        self._fired = 0
        self._armed = False
        self._deadlines: tuple[FairDeadline, ...] = ()
        self._passed: list[FairDeadline] = []

    def __call__(self, _: int, frame: FrameType | None) -> None:
        """The signal handler."""
        if not self._armed:
            return
        if not self._fired:
            left_s = {each: each.left_s() for each in self._deadlines}
            self._passed = [each for each, seconds in left_s.items() if seconds <= 0]
            if not self._passed:
                signal.setitimer(signal.ITIMER_REAL, min(left_s.values()), REFIRE_S)
                return
        self._fired += 1
        if self._fired > INSIST_AFTER:
            # `while True: try: sleep(1) except: pass` is in its try whenever the signal comes. Tracing raises
            # once more at the first line of the handler, and that goes past the try.
            while frame is not None:
                frame.f_trace = _raise_at_line
                frame = frame.f_back
            sys.settrace(_raise_at_line)
        raise CellTimeout

    def set(self, *deadlines: FairDeadline) -> None:
        """Fire at the first of the deadlines, then every REFIRE_S."""
        self._fired = 0
        self._armed = True
        self._deadlines, self._passed = deadlines, []
        signal.signal(signal.SIGALRM, self)
        left_s = min(each.left_s() for each in deadlines)
        signal.setitimer(signal.ITIMER_REAL, max(left_s, 0.001), REFIRE_S)

    def clear(self) -> bool:
        """Stop; says whether it fired."""
        self._armed = False
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        if self._fired:
            sys.settrace(None)
        return self._fired > 0

    def has_stopped_at(self, deadline: FairDeadline) -> bool:
        """Whether the last cell was stopped as this deadline had passed."""
        return deadline in self._passed


def _raise_at_line(_: FrameType, event: str, __: Any) -> Any:
    if event == "line":
        raise CellTimeout
    return _raise_at_line


def seed_everything(seed: int) -> None:
    """Seed Python's, NumPy's and torch's generators, as `torch.manual_seed` and its like do."""
    import numpy as np
    import torch

    random.seed(seed)
    np.random.seed(seed % 2**32)
    # torch.manual_seed also asks CUDA, which formats a stack each time (2 ms); only where there is a context.
    torch.default_generator.manual_seed(seed)
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.manual_seed_all(seed)


def run_cells(
    shell: NotebookShell,
    cells: Sequence[str],
    skip: dict[int, tuple[CellStatus, CellFault]],
    limits: Limits,
    report: Callable[[Event], None],
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Run all cells in order and report on each; a cell that fails does not stop the next.

    `skip` holds the cells not to run, with the status and the cause to report for them. `clock` gives the
    seconds that count towards the total.
    """
    tail = Tail(min(CELL_TAIL_BYTES, limits.output_bytes))
    left_bytes = limits.output_bytes
    sys.stdout, sys.stderr = text_stream(tail), text_stream(tail)
    whole = _deadline(limits.wall_s, PATIENCE, clock)
    alarm = Alarm()
    out_of_time = False
    status: CellStatus
    for index, source in enumerate(cells):
        left_s = whole.left_with_waits_s()
        report(CellStarted(index=index))
        error: str | None = None
        fault: CellFault | None = None
        if index in skip:
            status, fault = skip[index]
            line = 0
        elif out_of_time or left_s <= 0:
            out_of_time, status, fault, line = True, "not_run", CellFault(key="cell_without_time"), 0
        else:
            cell = _deadline(limits.cell_wall_s, MAX_STRETCH - 1, clock)
            limit_s = min(limits.cell_wall_s, left_s)
            status, error, fault, line = _run_cell(shell, source, limit_s, alarm, (whole, cell))
            # What is waited from here on is no reason to run the next cells of a notebook that was stopped
            out_of_time = alarm.has_stopped_at(whole)
        text = tail.take(min(CELL_TAIL_BYTES, left_bytes))
        if left_bytes > 0 >= left_bytes - len(text):
            text += OUTPUT_CUT_MARK
        left_bytes -= len(text)
        report(
            CellFinished(index=index, status=status, error=error, stdout_tail=text, fault=fault, line=line)
        )
    report(NotebookFinished(out_of_time=out_of_time))


def _deadline(limit_s: float, patience: float, clock: Callable[[], float]) -> FairDeadline:
    """As outside, which believes nothing of it (outside/notebook_follower.py)."""
    return FairDeadline(limit_s, (os.getpid(),), patience * limit_s, clock)


def _run_cell(
    shell: NotebookShell, source: str, limit_s: float, alarm: Alarm, deadlines: tuple[FairDeadline, ...]
) -> tuple[CellStatus, str | None, CellFault | None, int]:
    """Status and error of one cell, or the cause, and the error's line; never raises.

    `limit_s` is said where it ran for too long.
    """
    text: str | None = None
    line = 0
    fired = False
    try:
        try:
            alarm.set(*deadlines)
            result = shell.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
            error = result.error_before_exec or result.error_in_exec
            if error is not None:
                text, line = describe(error), line_in_cell(error)
        finally:
            fired = alarm.clear()
    except CellTimeout:
        fired = True
        alarm.clear()
    except BaseException as raised:
        text, line = describe(raised), line_in_cell(raised)
    if fired:
        return "timeout", None, CellFault(key="cell_ran_long", limit=limit_s), 0
    return ("ok", None, None, 0) if text is None else ("error", text, None, line)


def line_in_cell(error: BaseException) -> int:
    """The line of the cell that was run on which it stopped, from 1; 0 where an exception does not say."""
    try:
        if isinstance(error, SyntaxError):
            return int(error.lineno or 0)
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename.startswith(_CELL_FILES):
                return int(trace.tb_lineno)
            trace = trace.tb_next
    except CellTimeout:
        raise
    except BaseException:
        return 0  # an exception of the student's may refuse to be looked at
    return 0


def describe(error: BaseException) -> str:
    """`Type: message` of an exception of the student's; its `__str__` may raise, or say very much."""
    name = type(error).__name__
    try:
        text = f"{error.msg} (line {error.lineno})" if isinstance(error, SyntaxError) else str(error)
        text = text[:MAX_ERROR_CHARS]
    except CellTimeout:
        raise
    except BaseException:
        text = "<no message>"
    clean = f"{name}: {text}" if text else name
    return clean.encode("utf-8", "replace").decode("utf-8")[:MAX_ERROR_CHARS]
