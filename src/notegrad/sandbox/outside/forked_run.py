"""One submission whose notebook is forked: run once, then asked as often as there are questions."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import msgspec

from notegrad.records import RunReport
from notegrad.sandbox.outside import run_reports
from notegrad.sandbox.outside.notebook_progress import NotebookProgress
from notegrad.sandbox.outside.process_tree import ProcessTree
from notegrad.sandbox.outside.trees import Trees
from notegrad.sandbox.protocol import NotebookJob


class NotebookGoneError(Exception):
    """The executed notebook is no longer there to be asked; the submission's doing, not a failure of ours."""


class ForkedRun:
    """One submission: its notebook is run once, then forked as often as there are questions."""

    def __init__(self, trees: Trees, job: NotebookJob) -> None:
        self._trees = trees
        self._job = job
        self._used = [trees.new_tree(job.limits)]  # the last one is the one that counts
        self._owners: dict[socket.socket, ProcessTree] = {}
        self._gone = 0

    @property
    def deaths(self) -> int:
        """How often a process of this submission was found dead that neither we nor a known limit had killed.

        The submission's doing, or somebody else's: the machine's, when memory is short, or an operator's. So
        whoever counts on the results runs it again.
        """
        notebook = sum(run_reports.is_unexplained(each.progress, self._job.limits) for each in self._used)
        others = sum(each.group is not None and each.group.was_killed_for_others() for each in self._used)
        return notebook + sum(each.deaths for each in self._used) + self._gone + others

    def run_notebook(self, judge: Callable[[str], None] | None = None) -> RunReport:  # noqa: ARG002
        """Run all cells; call it once. Snapshots keep the state at each check: `judge` is not called.

        A cell that takes the process with it (a crash, the memory, a loop in C) is skipped in a second run
        in a fresh process, so that the other questions can be judged; its CellRun says so. Raises
        SandboxError only for a failure of ours.
        """
        started = time.monotonic()
        progress = self._used[0].run(self._job)
        culprit = None if progress.finished or progress.lied else progress.running
        if culprit is not None:
            left_s = max(1.0, self._job.limits.wall_s - (time.monotonic() - started))
            limits = msgspec.structs.replace(self._job.limits, wall_s=left_s)
            verdict = run_reports.verdict_on_cell(progress, limits)
            second = self._trees.new_tree(limits)
            self._used.append(second)
            skipping = msgspec.structs.replace(self._job, limits=limits, skip={culprit: verdict})
            progress = second.run(skipping)
        return self._report(progress, time.monotonic() - started)

    def _report(self, progress: NotebookProgress, wall_s: float) -> RunReport:
        return RunReport(
            status=run_reports.run_status(progress, self._job.limits),
            limit=run_reports.limit_reached(progress, self._job.limits),
            cells=run_reports.all_cells(progress, len(self._job.cells), self._job.limits),
            usage=run_reports.usage([each.usage() for each in self._used], wall_s),
            tier=self._trees.tier,
            protections=self._trees.protections,
            mode=self._trees.mode,
            device=self._trees.device,
        )

    def fork(self, question: str | None = None) -> socket.socket:
        """A socket to a fresh fork of the executed notebook, which serves the mirror.

        The snapshot taken at `grader.check(question)` if there is an unused one, else the final state. Raises
        NotebookGoneError if neither is there (the notebook's process died, or cannot fork).
        """
        sock, owner = self._connect(question)
        self._owners[sock] = owner
        return sock

    def _connect(self, question: str | None) -> tuple[socket.socket, ProcessTree]:
        if question is not None:
            for each in reversed(self._used):
                sock = each.forks.claim_snapshot(question)
                if sock is not None:
                    return sock, each
        last = self._used[-1]
        sock = last.forks.fork_final() if last.can_be_forked() else None
        if sock is None:
            self._gone += last.progress.finished and not last.forks.was_silenced
            raise NotebookGoneError(
                "Le processus du notebook n'existe plus (the notebook's process is gone)."
            )
        return sock, last

    def discard(self, sock: socket.socket, *, is_spoilt: bool = False) -> None:  # noqa: ARG002
        """Kill the fork behind `sock`, and close it; whether it was spoilt changes nothing here."""
        owner = self._owners.pop(sock, None)
        if owner is None:
            sock.close()
        else:
            owner.forks.discard(sock)

    def close(self) -> None:
        """Kill every process of this submission. May be called twice."""
        for each in self._used:
            self._trees.end(each)
        self._used.clear()
        self._owners.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
