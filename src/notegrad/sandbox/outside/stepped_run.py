"""The trusted side of one submission whose processes are never forked: judged check by check.

    execution.run_notebook(judge)       # calls judge("q01") while the notebook waits at its check
    sock = execution.fork("q01")        # inside `judge`: the state at the check; afterwards: the final state
    execution.discard(sock)

A process that died, hung, or whose state a question changed is replaced by a fresh one, which runs the
notebook up to the same place; checks that were judged already are passed over. How often is limited.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import msgspec

from notegrad.records import CellStatus, RunReport
from notegrad.sandbox.outside import run_reports
from notegrad.sandbox.outside.forked_run import ForkedRun, NotebookGoneError
from notegrad.sandbox.outside.notebook_progress import NotebookProgress
from notegrad.sandbox.outside.stepped_tree import SteppedTree
from notegrad.sandbox.outside.trees import Trees
from notegrad.sandbox.protocol import CheckReached, NotebookJob

MAX_RERUNS = 60
RERUN_WALLS = 2.0
"""How much time runs of a notebook beyond the first may take together, in its `wall_s`."""

MAX_JUDGED_CHECKS = 5
"""Checks of one question that are judged, the last of them counting; later ones are passed over."""

MAX_SILENT = 2
"""Processes that do not answer, after a fresh start, before no more are started."""

_OVER = "Le notebook a dû être relancé trop souvent (the notebook had to be run again too often)."


class SteppedRun(ForkedRun):
    """One submission: its notebook stops where a question is judged."""

    def __init__(self, trees: Trees, job: NotebookJob) -> None:
        super().__init__(trees, job)
        self._current: SteppedTree | None = None
        self._stop: CheckReached | None = None
        self._judged: dict[int, int] = {}  # question -> the last of its checks that was judged
        self._skip: dict[int, tuple[CellStatus, str]] = {}
        self._reruns = 0
        self._rerun_s = 0.0
        self._silent = 0

    def run_notebook(self, judge: Callable[[str], None] | None = None) -> RunReport:
        """Run all cells; at each check call `judge` with the question's name. Call it once.

        As with `ForkedRun`, a cell that takes the process with it is skipped in a further run. Raises
        SandboxError only for a failure of ours.
        """
        started = time.monotonic()
        self._current = SteppedTree(self._used[0], self._job)
        while (stop := self._next_stop(passing_all=judge is None)) is not None:
            self._stop = stop
            if judge is not None:
                judge(self._job.questions[stop.question])
            self._judged[stop.question] = stop.generation
        self._stop = None
        return self._report(self._progress, time.monotonic() - started)

    @property
    def _progress(self) -> NotebookProgress:
        return self._used[-1].progress

    def _next_stop(self, *, passing_all: bool) -> CheckReached | None:
        """Run on to the next check that was not judged; None at the end of the notebook."""
        if self._stop is not None:
            if self._is_usable or (self._is_over and self._resident.is_alive()):
                self._resident.go_on()
            else:
                passing_all = passing_all or self._is_over  # the last run, so that the report is whole
                self._restart()
        while True:
            stop = self._resident.proceed()
            if stop is None:
                if self._progress.finished or not self._skips_culprit():
                    return None
            elif passing_all or not self._judged.get(stop.question, 0) < stop.generation <= MAX_JUDGED_CHECKS:
                self._resident.go_on()
            else:
                return stop

    def _skips_culprit(self) -> bool:
        """The notebook's process died in a cell: whether it is run again without that cell, as it is once."""
        progress = self._progress
        if progress.lied or progress.running is None or self._skip:
            return False
        self._skip = {progress.running: run_reports.verdict_on_cell(progress, self._job.limits)}
        self._restart()
        return True

    def _restart(self) -> None:
        self._reruns += 1
        if self._resident.is_alive():
            self._resident.give_up()
        attempt = self._trees.new_tree(self._job.limits)
        self._used.append(attempt)
        self._current = SteppedTree(attempt, msgspec.structs.replace(self._job, skip=self._skip))

    def _rerun_to(self, place: CheckReached | None) -> None:
        """A fresh process where the last one stopped; at the end where it does not come by there."""
        if self._is_over:
            raise NotebookGoneError(_OVER)
        started = time.monotonic()
        self._restart()
        while (stop := self._resident.proceed()) is not None and stop != place:
            self._resident.go_on()
        self._rerun_s += time.monotonic() - started

    @property
    def _is_over(self) -> bool:
        return (
            self._reruns >= MAX_RERUNS
            or self._silent >= MAX_SILENT
            or self._rerun_s > RERUN_WALLS * self._job.limits.wall_s
        )

    @property
    def _resident(self) -> SteppedTree:
        assert self._current is not None
        return self._current

    @property
    def _is_usable(self) -> bool:
        return self._resident.is_usable and self._resident.is_alive()

    def fork(self, question: str | None = None) -> socket.socket:  # noqa: ARG002 - the notebook stands there
        """A socket on which the notebook answers as it stands: at the check being judged, or at its end.

        Raises NotebookGoneError if it cannot be brought to stand there.
        """
        sock = self._resident.serve() if self._is_usable else None
        if sock is None:
            if self._stop is None and not self._progress.finished and not self._progress.left:
                raise NotebookGoneError(_OVER)
            self._rerun_to(self._stop)
            sock = self._resident.serve() if self._is_usable else None
        if sock is None:
            self._silent += 1
            raise NotebookGoneError(_OVER)
        return sock

    def discard(self, sock: socket.socket, *, is_spoilt: bool = False) -> None:
        """End what `fork` gave; `is_spoilt`: what answered there hangs, died, or broke the protocol."""
        if is_spoilt:
            self._resident.end_spoilt(sock)
        else:
            self._resident.end_serving(sock)
