"""A fair deadline counts no time in which processes were ready to run and waited for a processor.

The neighbours of a submission, or a busy machine, may leave it a fiftieth of a processor: its right answer
would be out of time by no fault of its own. Linux counts for each thread how long it ran, and how long it was
ready and waited (the kernel's Documentation/scheduler/sched-stats.rst: `/proc/<pid>/schedstat`). Whoever
sleeps, or waits for a lock, does not wait in this sense. Where the kernel does not count, every second does.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable

MAX_STRETCH = 8.0
"""The longest that waiting may make the limit of a cell or a test case, in times of that limit."""

PATIENCE = 2.0
"""Seconds that a submission may wait for a processor in all, for each second of its limits."""

MIN_WAIT_S = 0.01
"""A wait beyond what was granted already that is worth waiting on for."""

_NS = 1e-9
_MAX_TASKS = 1_000  # more are not looked at: reading must not take long
_Times = dict[int, tuple[float, float]]


class FairDeadline:
    """The moment at which processes had `limit_s` seconds; what they waited for a processor is added.

    At most `patience_s` is added. Nothing is added any more once they have used the processor for `limit_s`
    seconds, all of them together: who keeps himself from running with processes of his own gains nothing.
    """

    def __init__(
        self,
        limit_s: float,
        pids: Iterable[int] = (),
        patience_s: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begins now. `pids`: the processes that work in turn, each with those below it."""
        self._limit_s, self._patience_s, self._clock = limit_s, patience_s, clock
        self._moment = clock() + limit_s
        self._granted_s = 0.0
        self._before: dict[int, _Times] = {}
        for pid in pids:
            self.watch(pid)

    def watch(self, pid: int) -> None:
        """Count what a process, and those below it, wait for from now on; 0 is no process."""
        if pid > 0 and self._patience_s > 0:
            self._before[pid] = _times_below(pid)

    def pause(self, seconds: float) -> None:
        """Take a time that does not count for another reason."""
        self._moment += seconds

    def left_s(self) -> float:
        """Seconds until the deadline as it is known; what was waited is looked at only where none is left."""
        left_s = self._moment - self._clock()
        return left_s if left_s > 0 else self.left_with_waits_s()

    def left_with_waits_s(self) -> float:
        """Seconds until the deadline, with all that was waited up to now; 0 or less where it has passed."""
        waited_s, used_s = self._spent()
        granted_s = min(waited_s, self._patience_s)
        if used_s < self._limit_s and granted_s > self._granted_s + MIN_WAIT_S:
            self._moment += granted_s - self._granted_s
            self._granted_s = granted_s
        return self._moment - self._clock()

    def waited_s(self) -> float:
        """Seconds that were waited for a processor up to now, as far as there is patience."""
        return min(self._spent()[0], self._patience_s)

    def _spent(self) -> tuple[float, float]:
        """Seconds waited, as the longest wait of one thread in each tree, and seconds of processor time."""
        waited_s = used_s = 0.0
        for pid, before in self._before.items():
            longest_s = 0.0
            for task, (ran, waited) in _times_below(pid).items():
                ran_before, waited_before = before.get(task, (0.0, 0.0))
                longest_s = max(longest_s, waited - waited_before)
                used_s += max(0.0, ran - ran_before)
            waited_s += longest_s
        return waited_s, used_s


def _times_below(pid: int) -> _Times:
    """Seconds that each thread of a process, and of those below it, ran and waited for a processor."""
    times: _Times = {}
    processes = [pid]
    while processes and len(times) < _MAX_TASKS:
        folder = f"/proc/{processes.pop()}/task"
        try:
            tasks = os.listdir(folder)  # noqa: PTH208 (run beside student code, and often)
        except OSError:
            continue
        for task in tasks:
            ran_and_waited = _numbers(f"{folder}/{task}/schedstat")
            if len(ran_and_waited) >= 2:
                times[int(task)] = (ran_and_waited[0] * _NS, ran_and_waited[1] * _NS)
            processes.extend(_numbers(f"{folder}/{task}/children"))
    return times


def _numbers(path: str) -> list[int]:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 (run beside student code, and often)
            return [int(word) for word in file.read().split()]
    except (OSError, ValueError):
        return []
