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

FREE_S = 0.25
"""Seconds that are given to whoever is often watched and seldom late: what ends in them is not looked at."""

_NS = 1e-9
_READ_BYTES = 1 << 14
_MAX_TASKS = 1_000  # more are not looked at: reading must not take long
_Times = dict[int, tuple[float, float]]


class FairDeadline:
    """The moment at which processes had `limit_s` seconds; what they waited for a processor is added.

    At most `patience_s` is added. Nothing is added any more once they have used the processor for `limit_s`
    seconds, all of them together: who keeps himself from running with processes of his own gains nothing.
    With `free_s`, the first seconds count for nobody: neither against the limit, nor as waited or used.
    """

    def __init__(
        self,
        limit_s: float,
        pids: Iterable[int] = (),
        patience_s: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
        free_s: float = 0.0,
    ) -> None:
        """Begins now. `pids`: the processes that work in turn, each with those below it.

        `free_s`: what ends in so many seconds, as most things do, costs no reading of what was waited.
        """
        self._limit_s, self._patience_s, self._clock = limit_s, patience_s, clock
        self._free_until = clock() + (free_s if patience_s > 0 else 0.0)
        self._moment = self._free_until + limit_s
        self._granted_s = 0.0
        self._before: dict[int, _Times] = {}
        self._unread: list[int] = []
        for pid in pids:
            self.watch(pid)

    def watch(self, pid: int) -> None:
        """Count what a process, and those below it, wait for from now on; 0 is no process."""
        if pid <= 0 or self._patience_s <= 0:
            return
        if self._clock() < self._free_until:
            self._unread.append(pid)
        else:
            self._before[pid] = _times_below(pid)

    def pause(self, seconds: float) -> None:
        """Take a time that does not count for another reason."""
        self._moment += seconds

    def left_s(self) -> float:
        """Seconds until the deadline as it is known, or until it wants to be asked again; 0 or less: passed.

        What was waited is looked at only where none is left.
        """
        now = self._clock()
        if self._unread and now < self._free_until:
            return self._free_until - now
        self._read_unread()
        left_s = self._moment - now
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

    def _read_unread(self) -> None:
        """Begin to count for those that are watched since before the free time ended.

        Whoever asks late may have waited for a processor himself: until now the time stays free.
        """
        if not self._unread:
            return
        late_s = min(max(0.0, self._clock() - self._free_until), self._patience_s)
        self._moment += late_s
        self._patience_s -= late_s
        for pid in self._unread:
            self._before[pid] = _times_below(pid)
        self._unread.clear()

    def _spent(self) -> tuple[float, float]:
        """Seconds waited, as the longest wait of one thread in each tree, and seconds of processor time."""
        self._read_unread()
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
    """The numbers in a file of the kernel's, with as few system calls as can be: this is run very often."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return []
    try:
        data = b""
        while part := os.read(descriptor, _READ_BYTES):
            data += part
        return [int(word) for word in data.split()]
    except (OSError, ValueError):
        return []
    finally:
        os.close(descriptor)
