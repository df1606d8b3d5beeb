"""Reports say how a notebook's run ended, from what happened to its process trees; pure functions."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence

from notegrad.records import CellRun, CellStatus, Limits, RunStatus, Usage
from notegrad.sandbox.inside.run_cells import CELL_TIMEOUT, CPU_TIMEOUT
from notegrad.sandbox.outside.notebook_progress import NotebookProgress

_SKIPPED = "sautée au second passage (skipped in a second run)"
_MEMORY = "le processus a dépassé la mémoire de la machine (the process ran out of memory)"
_ENDED = "la cellule a terminé le processus, os._exit ? (the cell ended the process)"
_KILLED = "la cellule a fait mourir le processus : {signal} (the cell killed the process)"
_DISK = "[Errno 28] No space left on device: {limit_mb} Mo"
_LIED = "le processus du notebook s'est mal comporté (the notebook's process misbehaved)"
_NEVER = "pas exécutée, le processus du notebook est mort avant (not run: the notebook's process died before)"

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


def verdict_on_cell(progress: NotebookProgress, limits: Limits) -> tuple[CellStatus, str]:
    """Status and error of the cell that was running when the process ended."""
    status = run_status(progress, limits)
    if status == "timeout":
        reached = limit_reached(progress, limits)
        limit_s: float = getattr(limits, reached)
        sentence = CPU_TIMEOUT if reached == "cpu_s" else CELL_TIMEOUT
        return "timeout", f"{sentence.format(limit_s=limit_s)} ; {_SKIPPED}"
    if status == "memory":
        return "error", f"MemoryError: {_MEMORY} ; {_SKIPPED}"
    death = progress.death
    if death is not None and death.limit:
        return "error", f"OSError: {_DISK.format(limit_mb=getattr(limits, death.limit))} ; {_SKIPPED}"
    if death is not None and os.WIFSIGNALED(death.status):
        name = signal.Signals(os.WTERMSIG(death.status)).name
        return "error", f"Crash: {_KILLED.format(signal=name)} ; {_SKIPPED}"
    return "error", f"Crash: {_LIED if death is None or progress.lied else _ENDED} ; {_SKIPPED}"


def all_cells(progress: NotebookProgress, count: int, limits: Limits) -> tuple[CellRun, ...]:
    """One CellRun per cell, also for those that the process did not live to see."""
    cells = list(progress.cells)
    if len(cells) < count and progress.running is not None:
        status, error = verdict_on_cell(progress, limits)
        cells.append(CellRun(index=len(cells), status=status, error=error.partition(f" ; {_SKIPPED}")[0]))
    cells.extend(CellRun(index=index, status="not_run", error=_NEVER) for index in range(len(cells), count))
    return tuple(cells)


def usage(trees: Sequence[tuple[float, float]], wall_s: float) -> Usage:
    """The CPU seconds of process trees added up, and the highest of their memory peaks (MB)."""
    return Usage(
        wall_s=round(wall_s, 6),
        cpu_s=round(sum(cpu_s for cpu_s, _ in trees), 6),
        memory_peak_mb=round(max((peak for _, peak in trees), default=0.0), 3),
    )
