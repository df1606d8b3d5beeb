"""A forked run executes a notebook once, then forks it as often as there are questions.

report = run.run_notebook()
sock = run.fork("q01")      # the state at grader.check("q01") if there is one, else the final state
run.discard(sock)
"""

from __future__ import annotations

import socket
import time

import msgspec

from notegrad.records import CellFault, CellStatus, RunReport
from notegrad.sandbox.outside import run_reports
from notegrad.sandbox.outside.notebook_run import MAX_SECOND_RUNS, Judge, NotebookGoneError, NotebookRun
from notegrad.sandbox.outside.process_tree import ProcessTree
from notegrad.sandbox.outside.run_trees import RunTrees, TreeSource
from notegrad.sandbox.protocol import NotebookJob

_GONE = "the notebook's process is gone"


class ForkedRun(NotebookRun):
    """One submission whose notebook is forked."""

    def __init__(self, source: TreeSource, job: NotebookJob) -> None:
        """Take the first process tree. Raises SandboxError where none can be had."""
        super().__init__(RunTrees(source, job))
        self._job = job
        self._owners: dict[socket.socket, ProcessTree] = {}
        self._gone = 0

    @property
    def deaths(self) -> int:
        """As of every run; an executed notebook that is not there to be forked counts too."""
        return super().deaths + self._gone

    def run_notebook(self, _judge: Judge | None = None, /) -> RunReport:
        """Run all cells; call it once. Snapshots keep the state at each check, so nobody is called there.

        A cell that takes the process with it is skipped in a second run in a fresh process. Raises
        SandboxError only for a failure of ours.
        """
        started = time.monotonic()
        skip: dict[int, tuple[CellStatus, CellFault]] = {}
        progress = self._trees.last.run(self._job)
        for _ in range(MAX_SECOND_RUNS):
            culprit = None if progress.finished or progress.lied else progress.running
            if culprit is None:
                break
            spent_s = time.monotonic() - started - progress.waited_s
            left_s = max(1.0, self._job.limits.wall_s - spent_s)
            limits = msgspec.structs.replace(self._job.limits, wall_s=left_s)
            skip = {**skip, culprit: run_reports.skipped(run_reports.verdict_on_cell(progress, limits))}
            second = self._trees.add(limits)
            progress = second.run(msgspec.structs.replace(self._job, limits=limits, skip=skip))
        return self._trees.report(time.monotonic() - started)

    def fork(self, question: str | None = None, /) -> socket.socket:
        """A socket to a fresh fork of the executed notebook, which serves the mirror.

        The snapshot taken at `grader.check(question)` if there is an unused one, else the final state. Raises
        NotebookGoneError if neither is there (the notebook process died, or cannot fork).
        """
        sock, owner = self._connect(question)
        self._owners[sock] = owner
        return sock

    def _connect(self, question: str | None) -> tuple[socket.socket, ProcessTree]:
        if question is not None:
            for each in self._trees.newest_first():
                sock = each.forks.claim_snapshot(question)
                if sock is not None:
                    return sock, each
        last = self._trees.last
        sock = last.forks.fork_final() if last.can_be_forked() else None
        if sock is None:
            self._gone += last.progress.finished and not last.forks.was_silenced
            raise NotebookGoneError(_GONE)
        return sock, last

    def pid_behind(self, sock: socket.socket) -> int:
        """The pid of the fork behind `sock`; 0 if it was not given here."""
        owner = self._owners.get(sock)
        return 0 if owner is None else owner.forks.pid_behind(sock)

    def discard(self, sock: socket.socket) -> None:
        """Kill the fork behind `sock`, and close it."""
        owner = self._owners.pop(sock, None)
        if owner is None:
            sock.close()
        else:
            owner.forks.discard(sock)

    def close(self) -> None:
        """Kill every process of this submission. May be called twice."""
        super().close()
        self._owners.clear()
