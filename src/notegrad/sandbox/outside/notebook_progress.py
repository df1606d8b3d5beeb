"""A notebook's progress is made of events of its process, which are believed only if they can be true."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from notegrad.records import CellRun
from notegrad.sandbox.protocol import (
    BrokenError,
    CellFinished,
    CellStarted,
    Death,
    Event,
    NotebookFinished,
    SnapshotTaken,
)  # fmt: skip

MAX_ERROR_CHARS = 4_000
MAX_TAIL_CHARS = 21_000  # of one cell, above what an honest notebook process keeps
MAX_LINE = 1_000_000  # of a cell; a process may say any number
MAX_TAILS_CHARS = 2_000_000  # of all cells: one that lies could send a quarter of a MiB for each


@dataclass
class NotebookProgress:
    """A notebook's run so far, as far as it is known; a follower fills it."""

    cells: list[CellRun] = field(default_factory=list)
    running: int | None = None
    running_since: float = 0.0
    snapshots: dict[int, int] = field(default_factory=dict)  # question -> latest generation
    finished: bool = False
    out_of_time: bool = False
    waited_s: float = 0.0  # for a processor, up to the beginning of the last cell
    stuck: bool = False  # killed by us because a cell did not end
    lied: str = ""  # how the notebook process broke the protocol
    death: Death | None = None
    out_of_memory: bool = False  # the kernel killed for the group's limit
    left: bool = False  # given up by us where it had stopped, for a fresh process

    def _kept(self, output: str) -> str:
        """The end of a cell's output, as far as there is room."""
        room = MAX_TAILS_CHARS - sum(len(cell.stdout_tail) for cell in self.cells)
        size = max(0, min(MAX_TAIL_CHARS, room))
        return output[-size:] if size else ""

    def note(self, event: Event, cells: int, questions: int) -> None:
        """Add one event. Raises BrokenError if it cannot be true of so many `cells` and `questions`."""
        match event:
            case CellStarted(index=index):
                if self.running is not None or index != len(self.cells) or index >= cells:
                    raise BrokenError("a cell started out of order")
                self.running, self.running_since = index, time.monotonic()
            case CellFinished():
                if event.index != self.running:
                    raise BrokenError("a cell ended that was not running")
                self.running = None
                self.cells.append(
                    CellRun(
                        index=event.index,
                        status=event.status,
                        error=None if event.error is None else event.error[:MAX_ERROR_CHARS],
                        fault=event.fault,
                        stdout_tail=self._kept(event.stdout_tail),
                        duration_s=round(time.monotonic() - self.running_since, 6),
                        line=event.line if 0 < event.line <= MAX_LINE else 0,
                    )
                )
            case SnapshotTaken(question=question, generation=generation):
                taken = self.snapshots.get(question, 0)
                if not 0 <= question < questions or generation != taken + 1:
                    raise BrokenError("a snapshot of a question that is not there")
                self.snapshots[question] = generation
            case NotebookFinished(out_of_time=out_of_time):
                if self.running is not None or len(self.cells) != cells:
                    raise BrokenError("finished before its end")
                self.finished, self.out_of_time = True, out_of_time
            case _:
                raise BrokenError("an event of a stepped notebook, out of place")
