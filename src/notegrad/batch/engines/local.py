"""Grades submissions in grader processes on this machine, and outlives whatever happens in them.

One loop, no threads: start grader processes, hand a submission to each that is free, wait for the first
message, death or deadline. A submission that brought a process down is tried again in a new one, twice at
most, and then reported as not graded; it never costs another submission anything.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path

import msgspec

from notegrad.batch.engines.grader_process import START_DEADLINE_S, GraderProcess
from notegrad.batch.engines.grader_protocol import Failed, Graded, GraderReady, GraderSetup, failed
from notegrad.batch.engines.ledger import Ledger, Try
from notegrad.grading.devices import DeviceShare


@dataclass
class _LocalGrader:
    """A grader process and what it does: it starts (`ready` is false), is idle, or works at `current`."""

    process: GraderProcess
    deadline: float
    ready: bool = False
    current: Try | None = None
    device_share: DeviceShare | None = None


class LocalEngine:
    """Grades all jobs of one ledger with one bundle; used once."""

    def __init__(
        self,
        setup: GraderSetup,
        ledger: Ledger,
        *,
        graders: int,
        deadline_s: float,
        logs: Path,
        device_shares: Sequence[DeviceShare] = (),
    ) -> None:
        """`deadline_s` is the hard limit for one submission, `logs` a folder for what graders print.

        `graders`: the most at once. `device_shares`: one for each grader; none: wherever the bundle says.
        """
        self._setup, self._ledger = setup, ledger
        self._deadline_s, self._logs = deadline_s, logs
        self._pending = deque(ledger.first_tries())
        self._graders: list[_LocalGrader] = []
        self._device_shares = device_shares
        self._most = min(graders, len(ledger.jobs), len(device_shares) or graders)
        self._started = 0

    def run(self) -> None:
        """Fills the ledger; raises InputError or SandboxError where no grader process can start."""
        finished = False
        try:
            while self._pending or any(grader.current for grader in self._graders):
                self._start_graders()
                self._hand_out()
                self._wait()
            finished = True
        finally:
            for grader in self._graders:  # all of them first, so that they end at the same time
                grader.process.dismiss(at_once=not finished)
            for grader in self._graders:
                grader.process.stop(at_once=not finished)

    def _start_graders(self) -> None:
        free = sum(grader.current is None for grader in self._graders)
        wanted = min(self._most - len(self._graders), len(self._pending) - free)
        for _ in range(wanted):
            self._started += 1
            share = self._free_share()
            process = GraderProcess(
                msgspec.structs.replace(self._setup, device_share=share),
                self._logs / f"grader-{self._started}.log",
            )
            deadline = time.monotonic() + START_DEADLINE_S
            self._graders.append(_LocalGrader(process, deadline, device_share=share))

    def _free_share(self) -> DeviceShare | None:
        left = list(self._device_shares)
        for grader in self._graders:
            if grader.device_share in left:
                left.remove(grader.device_share)
        return left[0] if left else None

    def _hand_out(self) -> None:
        for grader in [grader for grader in self._graders if grader.ready and grader.current is None]:
            if self._pending:
                self._hand_to(grader, self._pending.popleft())

    def _hand_to(self, grader: _LocalGrader, current: Try) -> None:
        self._ledger.started(current)
        grader.current, grader.deadline = current, time.monotonic() + self._deadline_s
        try:
            grader.process.send(self._ledger.jobs[current.index])
        except OSError as error:
            self._fail(grader, failed("grader_gone", why=str(error), detail=grader.process.log_tail()))

    def _wait(self) -> None:
        """Until a grader says something, dies, or is late; then deals with every one that did."""
        waited = [grader for grader in self._graders if grader.current or not grader.ready]
        if not waited:
            return
        timeout = max(0.0, min(grader.deadline for grader in waited) - time.monotonic())
        speaking = set(wait([grader.process.connection for grader in waited], timeout))
        for grader in waited:
            if grader.process.connection in speaking:
                self._hear(grader)
            elif time.monotonic() >= grader.deadline:
                limit_s = self._deadline_s if grader.ready else START_DEADLINE_S
                self._fail(grader, failed("grader_late", limit_s=limit_s, detail=grader.process.log_tail()))

    def _hear(self, grader: _LocalGrader) -> None:
        match grader.process.receive():
            case GraderReady() as message:
                grader.ready = True
                self._ledger.grader_started(message.blank)
            case Graded(result=result) if grader.current is not None:
                current, grader.current = grader.current, None
                self._hand_out()  # first: it grades while the result is written
                self._ledger.graded(current, result)
            case Failed() as message:
                self._fail(grader, message)
            case message:
                self._fail(grader, failed("grader_unexpected", kind=type(message).__name__))

    def _fail(self, grader: _LocalGrader, failure: Failed) -> None:
        """Ends the grader process, and gives what it was doing to another one."""
        self._graders.remove(grader)
        grader.process.stop(at_once=True)
        if grader.current is None:
            self._ledger.grader_failed(failure)
        elif (again := self._ledger.failed(grader.current, failure)) is not None:
            self._pending.appendleft(again)
