"""A notebook run is one submission in the sandbox: its notebook is run once, then asked for each question.

    with sandbox.open(cells, files, seed, questions) as run:
        report = run.run_notebook(judge)
        sock = run.fork("q01")          # a socket on which the executed notebook answers
        run.discard(sock)

There are two kinds. A forked run (forked_run.py) keeps the state at each check as a snapshot, and forks the
final state as often as it is asked. A stepped run (stepped_run.py) forks nothing that runs student code: it
lets the notebook wait at each check while `judge` asks it.
"""

from __future__ import annotations

import socket
from abc import ABC, abstractmethod
from collections.abc import Callable
from types import TracebackType
from typing import Self

from notegrad.records import RunReport
from notegrad.sandbox.outside.run_trees import RunTrees

MAX_SECOND_RUNS = 1
"""How often a notebook is run again, in a fresh process, without a cell that took its process along."""

Judge = Callable[[str], None]
"""Called with the name of the question to judge now."""


class NotebookGoneError(Exception):
    """The executed notebook is no longer there to be asked; the submission's doing, not a failure of ours."""


class NotebookRun(ABC):
    """One submission in the sandbox, whichever way it is asked."""

    def __init__(self, trees: RunTrees) -> None:
        self._trees = trees

    @property
    def deaths(self) -> int:
        """How often a process of this submission was found dead that neither we nor a known limit had killed.

        The submission's doing, or somebody else's: the machine's, when memory is short, or an operator's. So
        whoever counts on the results runs it again.
        """
        return self._trees.deaths

    @abstractmethod
    def run_notebook(self, judge: Judge | None = None, /) -> RunReport:
        """Run all cells; call it once. Where the notebook waits at a check, `judge` is called.

        A cell that takes the process with it (a crash, the memory, a loop in C) is skipped in a second run
        in a fresh process, so that the other questions can be judged; its CellRun says so. Raises
        SandboxError only for a failure of ours.
        """

    @abstractmethod
    def fork(self, question: str | None = None, /) -> socket.socket:
        """A socket on which the notebook answers, as it stood at the check of `question`, or at its end.

        Raises NotebookGoneError if neither state is there to be asked.
        """

    @abstractmethod
    def pid_behind(self, sock: socket.socket) -> int:
        """The pid, as we see it, of the process that answers on what `fork` gave."""

    @abstractmethod
    def discard(self, sock: socket.socket) -> None:
        """End what `fork` gave."""

    def discard_spoilt(self, sock: socket.socket) -> None:
        """End what `fork` gave, where what answered there hangs, died, or broke the protocol."""
        self.discard(sock)

    def close(self) -> None:
        """Kill every process of this submission. May be called twice."""
        self._trees.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
