"""Reports say how a notebook's run ended, from what happened to its process trees; pure functions."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence

import msgspec

from notegrad.records import CellFault, CellReason, CellRun, CellStatus, Limits, RunStatus, Usage
from notegrad.sandbox.outside.notebook_progress import NotebookProgress

_SENT_BY_OTHERS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""What ends a process that did nothing: the kernel's or an operator's, or a daemon's that saves memory."""


def run_status(progress: NotebookProgress, limits: Limits) -> RunStatus:
    """How the run as a whole ended."""
    if progress.finished:
        return "timeout" if progress.out_of_time else "ok"
    if progress.stuck:
        return "timeout"
    if progress.out_of_memory:
        return "memory"
    if progress.lied or progress.death is None or progress.death.limit:
        return "crashed"
    return _status_of_death(progress.death.status, progress.death.cpu_s, limits)


def limit_reached(progress: NotebookProgress, limits: Limits) -> str:
    """The field of `Limits` that ended the notebook; the empty string where none did."""
    status = run_status(progress, limits)
    if progress.death is not None and progress.death.limit:
        return progress.death.limit
    if status == "memory":
        return "memory_mb"
    if status != "timeout":
        return ""
    if progress.finished:
        return "wall_s"
    if progress.stuck:
        spent_s = time.monotonic() - progress.running_since
        return "wall_s" if progress.running is None or spent_s < limits.cell_wall_s else "cell_wall_s"
    return "cpu_s"


def _status_of_death(status: int, cpu_s: float, limits: Limits) -> RunStatus:
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if number == signal.SIGXCPU or (number == signal.SIGKILL and cpu_s >= limits.cpu_s):
        return "timeout"
    # Nobody but the kernel sends SIGKILL to a notebook process that we did not kill, or the student does.
    return "memory" if number == signal.SIGKILL else "crashed"


def is_unexplained(progress: NotebookProgress, limits: Limits) -> bool:
    """Whether the notebook was killed by nobody we know of: not by us, a limit, a crash or an exit."""
    if progress.finished or progress.stuck or progress.lied or progress.out_of_memory or progress.left:
        return False
    death = progress.death
    if death is None:
        return True
    if death.limit:
        return False
    number = os.WTERMSIG(death.status) if os.WIFSIGNALED(death.status) else 0
    return number in _SENT_BY_OTHERS and (number != signal.SIGKILL or death.cpu_s < limits.cpu_s)


def verdict_on_cell(progress: NotebookProgress, limits: Limits) -> tuple[CellStatus, CellFault]:
    """Status and cause of the cell that was running when the process ended."""
    status = run_status(progress, limits)
    if status == "timeout":
        reached = limit_reached(progress, limits)
        key: CellReason = "cell_computed_long" if reached == "cpu_s" else "cell_ran_long"
        return "timeout", CellFault(key=key, limit=getattr(limits, reached))
    if status == "memory":
        return "error", CellFault(key="cell_without_memory", limit=limits.memory_mb)
    death = progress.death
    if death is not None and death.limit:
        return "error", CellFault(key="cell_without_disk", limit=getattr(limits, death.limit))
    if death is not None and os.WIFSIGNALED(death.status):
        return "error", CellFault(key="cell_killed", signal=os.WTERMSIG(death.status))
    is_lie = death is None or bool(progress.lied)
    return "error", CellFault(key="cell_broke_off" if is_lie else "cell_ended_all")


def skipped(verdict: tuple[CellStatus, CellFault]) -> tuple[CellStatus, CellFault]:
    """The same verdict on a cell, which is left out of a second run."""
    status, fault = verdict
    return status, msgspec.structs.replace(fault, is_skipped=True)


def all_cells(progress: NotebookProgress, count: int, limits: Limits) -> tuple[CellRun, ...]:
    """One CellRun per cell, also for those that the process did not live to see."""
    cells = list(progress.cells)
    if len(cells) < count and progress.running is not None:
        status, fault = verdict_on_cell(progress, limits)
        cells.append(CellRun(index=len(cells), status=status, fault=fault))
    never = CellFault(key="cell_never_ran")
    cells.extend(CellRun(index=index, status="not_run", fault=never) for index in range(len(cells), count))
    return tuple(cells)


def usage(trees: Sequence[tuple[float, float]], wall_s: float) -> Usage:
    """The CPU seconds of process trees added up, and the highest of their memory peaks (MB)."""
    return Usage(
        wall_s=round(wall_s, 6),
        cpu_s=round(sum(cpu_s for cpu_s, _ in trees), 6),
        memory_peak_mb=round(max((peak for _, peak in trees), default=0.0), 3),
    )
