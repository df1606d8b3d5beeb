"""The follower sends a notebook to its process and follows it by events, within its time.

Every read has a deadline and a size limit, and times are taken here. An event that cannot be true ends the
tree, and is the submission's doing.
"""

from __future__ import annotations

import time

from notegrad.probes.fair_deadline import MAX_STRETCH, PATIENCE, FairDeadline
from notegrad.sandbox import protocol
from notegrad.sandbox.outside.cgroups import ControlGroup
from notegrad.sandbox.outside.handshake import REST_TIMEOUT_S, has_hung_up, wait_until_readable
from notegrad.sandbox.outside.notebook_process import NotebookProcess
from notegrad.sandbox.outside.notebook_progress import NotebookProgress
from notegrad.sandbox.protocol import BrokenError, CellFinished, CellStarted, Event, NotebookJob

GRACE_S = 2.0  # for a cell that got its timeout inside, before it is killed from outside
DYING_S = 1.0  # from the moment at which a process that ends has closed its sockets until the kernel says so


class NotebookFollower:
    """Follows one run of a notebook in one process, and fills `progress`."""

    def __init__(
        self,
        notebook: NotebookProcess,
        group: ControlGroup | None,
        progress: NotebookProgress,
        job: NotebookJob,
    ) -> None:
        self._notebook = notebook
        self._group = group
        self._progress = progress
        self._job = job
        self._whole = FairDeadline(0.0)
        self._cell: FairDeadline | None = None
        self._events_left = most_events(job)

    def start(self, descriptors: tuple[int, ...] = ()) -> None:
        """Meet the notebook process and send the notebook. Raises SandboxError, BrokenError."""
        self._notebook.meet()
        self._whole = self._deadline(self._job.limits.wall_s, PATIENCE)
        protocol.send(self._notebook.socket, self._job, descriptors)

    def next_event(self) -> Event | None:
        """The next event; None if the notebook's time was over, and it was killed. Raises BrokenError."""
        progress = self._progress
        deadlines = [self._whole] if self._cell is None else [self._whole, self._cell]
        try:
            wait_until_readable(self._notebook.socket, *deadlines)
            left_s = min(each.left_s() for each in deadlines)
            deadline = time.monotonic() + max(left_s, REST_TIMEOUT_S)
            body = protocol.receive(self._notebook.socket, deadline, protocol.MAX_EVENT_BYTES)
        except BrokenError:
            # Dead, while a process that it started holds its socket open, is no silence
            is_late = any(each.left_s() <= 0 for each in deadlines)
            if not is_late or self._notebook.is_dead(wait_s=0.0):
                raise
            progress.stuck = True
            self._notebook.kill()
            return None
        self._events_left -= 1
        if self._events_left < 0:
            raise BrokenError("more events than a notebook has")
        return protocol.decode_event(body)

    def note(self, event: Event | None) -> None:
        """Take note of an event, if there is one. Raises BrokenError if it cannot be true."""
        if event is not None:
            self._progress.note(event, len(self._job.cells), len(self._job.questions))
        if isinstance(event, CellStarted):
            self._cell = self._deadline(self._job.limits.cell_wall_s, MAX_STRETCH - 1)
            self._progress.waited_s = self._whole.waited_s()
        elif isinstance(event, CellFinished):
            self._cell = None

    def _deadline(self, limit_s: float, patience: float) -> FairDeadline:
        """The deadline of what begins now; `patience`: times `limit_s`, to wait for a processor."""
        return FairDeadline(limit_s + GRACE_S, (self._notebook.pid,), patience * limit_s)

    def follow(self) -> None:
        """Take note of every event until the notebook is at its end, or its time is. Raises BrokenError."""
        while not self._progress.finished and not self._progress.stuck:
            self.note(self.next_event())

    def pause(self, seconds: float) -> None:
        """Take a time in which the notebook stood out of its limits."""
        self._whole.pause(seconds)
        if self._cell is not None:
            self._cell.pause(seconds)
        self._progress.running_since += seconds

    def note_broken(self, broken: BrokenError) -> None:
        """Take note that the notebook process ended, or broke the protocol; then it is killed."""
        if not self._notebook.is_dead(wait_s=DYING_S if has_hung_up(self._notebook.socket) else 0.2):
            self._progress.lied = str(broken)
            self._notebook.kill()

    def note_end(self) -> None:
        """Take note of how the notebook process ended, if the notebook did not come to its end."""
        if not self._progress.finished:
            self._progress.death = self._notebook.read_death()
            self._progress.out_of_memory = self._group is not None and self._group.was_out_of_memory()


def most_events(job: NotebookJob) -> int:
    """How many events an honest notebook process can have for a notebook."""
    return 2 * len(job.cells) + protocol.MAX_CHECKS_PER_QUESTION * len(job.questions) + 10
