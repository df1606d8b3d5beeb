"""A stepped run judges a notebook check by check, while it waits there; nothing of it is ever forked.

    run.run_notebook(judge)     # calls judge("q01") while the notebook waits at its check
    sock = run.fork("q01")      # inside `judge`: the state at the check; afterwards: the final state
    run.discard(sock)

A process that died, hung, or whose state a question changed is replaced by a fresh one, which runs the
notebook up to the same place; checks that were judged already are passed over. How often is limited.
"""

from __future__ import annotations

import socket
import time

import msgspec

from notegrad.records import CellFault, CellStatus, RunReport
from notegrad.sandbox.outside import run_reports
from notegrad.sandbox.outside.notebook_progress import NotebookProgress
from notegrad.sandbox.outside.notebook_run import MAX_SECOND_RUNS, Judge, NotebookGoneError, NotebookRun
from notegrad.sandbox.outside.run_trees import RunTrees, TreeSource
from notegrad.sandbox.outside.stepped_tree import SteppedTree
from notegrad.sandbox.protocol import CheckReached, NotebookJob

MAX_RERUNS = 60
RERUN_WALLS = 2.0
"""How much time runs of a notebook beyond the first may take together, in its `wall_s`."""

MAX_JUDGED_CHECKS = 5
"""Checks of one question that are judged, the last of them counting; later ones are passed over."""

MAX_SILENT = 2
"""Processes that do not answer, after a fresh start, before no more are started."""

_OVER = "the notebook had to be run again too often"


class RerunCount:
    """The runs of a notebook beyond the first: number, seconds, silent processes."""

    def __init__(self, wall_s: float) -> None:
        self._wall_s = wall_s
        self.runs = 0
        self.seconds = 0.0
        self.silent = 0

    @property
    def is_over(self) -> bool:
        """Whether the notebook must not be run again."""
        return (
            self.runs >= MAX_RERUNS or self.silent >= MAX_SILENT or self.seconds > RERUN_WALLS * self._wall_s
        )


class SteppedRun(NotebookRun):
    """One submission whose notebook is stepped from check to check."""

    def __init__(self, source: TreeSource, job: NotebookJob) -> None:
        """Take the first process tree. Raises SandboxError where none can be had."""
        super().__init__(RunTrees(source, job))
        self._job = job
        self._current: SteppedTree | None = None
        self._check: CheckReached | None = None  # at which the notebook waits
        self._judged: dict[int, int] = {}  # question -> the last of its checks that was judged
        self._skip: dict[int, tuple[CellStatus, CellFault]] = {}
        self._reruns = RerunCount(job.limits.wall_s)

    def run_notebook(self, judge: Judge | None = None, /) -> RunReport:
        """Run all cells; at each check call `judge` with the question's name. Call it once.

        A cell that takes the process with it is skipped in a further run. Raises SandboxError only for a
        failure of ours.
        """
        started = time.monotonic()
        self._current = SteppedTree(self._trees.last, self._job)
        while (check := self._next_check(passing_all=judge is None)) is not None:
            self._check = check
            if judge is not None:
                judge(self._job.questions[check.question])
            self._judged[check.question] = check.generation
        self._check = None
        return self._trees.report(time.monotonic() - started)

    @property
    def _progress(self) -> NotebookProgress:
        return self._trees.last.progress

    def _next_check(self, *, passing_all: bool) -> CheckReached | None:
        """Run on to the next check that was not judged; None at the end of the notebook."""
        if self._check is not None:
            if self._tree.can_serve() or (self._reruns.is_over and self._tree.is_alive()):
                self._tree.go_on()
            else:
                passing_all = passing_all or self._reruns.is_over  # the last run, so that the report is whole
                self._restart()
        while True:
            check = self._tree.proceed()
            if check is None:
                if self._progress.finished or not self._skips_culprit():
                    return None
            elif passing_all or not self._is_to_judge(check):
                self._tree.go_on()
            else:
                return check

    def _is_to_judge(self, check: CheckReached) -> bool:
        return self._judged.get(check.question, 0) < check.generation <= MAX_JUDGED_CHECKS

    def _skips_culprit(self) -> bool:
        """The notebook process died in a cell: whether the notebook is run again without that cell."""
        progress = self._progress
        if progress.lied or progress.running is None or len(self._skip) >= MAX_SECOND_RUNS:
            return False
        verdict = run_reports.skipped(run_reports.verdict_on_cell(progress, self._job.limits))
        self._skip = {**self._skip, progress.running: verdict}
        self._restart()
        return True

    def _restart(self) -> None:
        self._reruns.runs += 1
        if self._tree.is_alive():
            self._tree.give_up()
        tree = self._trees.add(self._job.limits)
        self._current = SteppedTree(tree, msgspec.structs.replace(self._job, skip=self._skip))

    def _rerun_to(self, place: CheckReached | None) -> None:
        """A fresh process where the last one waited; at the end where it does not come by there."""
        if self._reruns.is_over:
            raise NotebookGoneError(_OVER)
        started = time.monotonic()
        self._restart()
        while (check := self._tree.proceed()) is not None and check != place:
            self._tree.go_on()
        self._reruns.seconds += time.monotonic() - started

    @property
    def _tree(self) -> SteppedTree:
        assert self._current is not None
        return self._current

    def fork(self, _question: str | None = None, /) -> socket.socket:
        """A socket on which the notebook answers as it stands: at the check being judged, or at its end.

        Raises NotebookGoneError if it cannot be brought to stand there.
        """
        sock = self._tree.serve() if self._tree.can_serve() else None
        if sock is None:
            if self._check is None and not self._progress.finished and not self._progress.left:
                raise NotebookGoneError(_OVER)
            self._rerun_to(self._check)
            sock = self._tree.serve() if self._tree.can_serve() else None
        if sock is None:
            self._reruns.silent += 1
            raise NotebookGoneError(_OVER)
        return sock

    def pid_behind(self, _sock: socket.socket) -> int:
        """The pid of the notebook process, which answers itself."""
        return self._trees.last.notebook.pid

    def discard(self, sock: socket.socket) -> None:
        """End what `fork` gave, and hear whether the notebook is as it was."""
        self._tree.end_serving(sock)

    def discard_spoilt(self, sock: socket.socket) -> None:
        """End what `fork` gave, and give up the process that hangs, died, or broke the protocol."""
        self._tree.end_spoilt(sock)
