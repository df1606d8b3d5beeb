"""A run takes its process trees here, counts their deaths, and reports on the last of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from notegrad.records import Limits, Protection, RunReport
from notegrad.sandbox.outside import run_reports
from notegrad.sandbox.outside.process_tree import ProcessTree
from notegrad.sandbox.protocol import NotebookJob


class TreeSource(Protocol):
    """Gives process trees, and ends them; runs need no more of the sandbox than this."""

    tier: str
    protections: tuple[Protection, ...]
    device: str

    @property
    def mode(self) -> str:
        """`fork`, or `stepped`: nothing is forked that runs student code."""

    def new_tree(self, limits: Limits) -> ProcessTree:
        """A process tree for one run of a notebook. Raises SandboxError where none can be had."""

    def end(self, tree: ProcessTree) -> None:
        """Kill a process tree."""


class RunTrees:
    """The process trees that one run used so far; the last one is the one that counts."""

    def __init__(self, source: TreeSource, job: NotebookJob) -> None:
        """Take the first tree. Raises SandboxError where none can be had."""
        self._source = source
        self._job = job
        self._used = [source.new_tree(job.limits)]

    def add(self, limits: Limits) -> ProcessTree:
        """Take another tree, which counts from now on. Raises SandboxError where none can be had."""
        tree = self._source.new_tree(limits)
        self._used.append(tree)
        return tree

    @property
    def last(self) -> ProcessTree:
        """The tree that counts."""
        return self._used[-1]

    def newest_first(self) -> Iterator[ProcessTree]:
        """The trees, the one that counts first."""
        return reversed(self._used)

    @property
    def deaths(self) -> int:
        """How often a process of these trees was found dead that neither we nor a known limit had killed."""
        notebook = sum(run_reports.is_unexplained(each.progress, self._job.limits) for each in self._used)
        others = sum(each.group is not None and each.group.was_killed_for_others() for each in self._used)
        return notebook + sum(each.deaths for each in self._used) + others

    def report(self, wall_s: float) -> RunReport:
        """The report on the run, which took `wall_s` seconds, as the last tree ended it."""
        progress, limits = self.last.progress, self._job.limits
        return RunReport(
            status=run_reports.run_status(progress, limits),
            limit=run_reports.limit_reached(progress, limits),
            cells=run_reports.all_cells(progress, len(self._job.cells), limits),
            usage=run_reports.usage([each.usage() for each in self._used], wall_s),
            tier=self._source.tier,
            protections=self._source.protections,
            mode="stepped" if self._job.stepped else self._source.mode,
            device=self._source.device,
        )

    def close(self) -> None:
        """End all trees. May be called twice."""
        for each in self._used:
            self._source.end(each)
        self._used.clear()
