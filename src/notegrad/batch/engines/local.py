"""Grades submissions in worker processes on this machine, and outlives whatever happens in them.

One loop, no threads: start workers, hand a submission to each that is free, wait for the first message, death
or deadline. A submission that brought a worker down is tried again in a new one, twice at most, and then
reported as not graded; it never costs another submission anything.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path

import msgspec

from notegrad.batch.engines.grader_process import GraderProcess
from notegrad.batch.engines.grader_protocol import DeviceShare, Failed, Graded, GraderPlan, GraderReady
from notegrad.batch.engines.ledger import Ledger, Task

START_DEADLINE_S = 180.0


@dataclass
class _Slot:
    """A worker and what it is doing: starting (`ready` is false), idle, or busy with a task."""

    worker: GraderProcess
    deadline: float
    ready: bool = False
    task: Task | None = None
    place: DeviceShare | None = None


class LocalEngine:
    """Grades all jobs of one ledger with one bundle; used once."""

    def __init__(
        self,
        plan: GraderPlan,
        ledger: Ledger,
        *,
        workers: int,
        deadline_s: float,
        logs: Path,
        places: Sequence[DeviceShare] = (),
    ) -> None:
        """`deadline_s` is the hard limit for one submission, `logs` a folder for what workers print.

        `places`: where workers compute, one worker in each; none: wherever the bundle says.
        """
        self._plan, self._ledger = plan, ledger
        self._deadline_s, self._logs = deadline_s, logs
        self._pending = deque(ledger.tasks())
        self._slots: list[_Slot] = []
        self._places = places
        self._slot_count = min(workers, len(ledger.jobs), len(places) or workers)
        self._started = 0

    def run(self) -> None:
        """Fills the ledger; raises InputError or SandboxError where no worker can start."""
        finished = False
        try:
            while self._pending or any(slot.task for slot in self._slots):
                self._start_workers()
                self._hand_out()
                self._wait()
            finished = True
        finally:
            for slot in self._slots:  # all of them first, so that they end at the same time
                slot.worker.dismiss(at_once=not finished)
            for slot in self._slots:
                slot.worker.stop(at_once=not finished)

    def _start_workers(self) -> None:
        free = sum(slot.task is None for slot in self._slots)
        wanted = min(self._slot_count - len(self._slots), len(self._pending) - free)
        for _ in range(wanted):
            self._started += 1
            log = self._logs / f"worker-{self._started}.log"
            place = self._free_place()
            worker = GraderProcess(msgspec.structs.replace(self._plan, place=place), log)
            self._slots.append(_Slot(worker, time.monotonic() + START_DEADLINE_S, place=place))

    def _free_place(self) -> DeviceShare | None:
        left = list(self._places)
        for slot in self._slots:
            if slot.place in left:
                left.remove(slot.place)
        return left[0] if left else None

    def _hand_out(self) -> None:
        for slot in [slot for slot in self._slots if slot.ready and slot.task is None]:
            if self._pending:
                self._hand_to(slot, self._pending.popleft())

    def _hand_to(self, slot: _Slot, task: Task) -> None:
        self._ledger.started(task)
        slot.task, slot.deadline = task, time.monotonic() + self._deadline_s
        try:
            slot.worker.send(self._ledger.jobs[task.index])
        except OSError as error:
            self._fail(
                slot, Failed(error=f"the worker process is gone ({error})", detail=slot.worker.log_tail())
            )

    def _wait(self) -> None:
        """Until a worker says something, dies, or is late; then deals with every one that did."""
        waited = [slot for slot in self._slots if slot.task or not slot.ready]
        if not waited:
            return
        timeout = max(0.0, min(slot.deadline for slot in waited) - time.monotonic())
        speaking = set(wait([slot.worker.connection for slot in waited], timeout))
        for slot in waited:
            if slot.worker.connection in speaking:
                self._hear(slot)
            elif time.monotonic() >= slot.deadline:
                limit_s = self._deadline_s if slot.ready else START_DEADLINE_S
                late = f"the grader did not answer within {limit_s:g} s and was stopped"
                self._fail(slot, Failed(error=late, detail=slot.worker.log_tail()))

    def _hear(self, slot: _Slot) -> None:
        match slot.worker.receive():
            case GraderReady() as message:
                slot.ready = True
                self._ledger.grader_started(message.blank)
            case Graded(result=result) if slot.task is not None:
                task, slot.task = slot.task, None
                self._hand_out()  # first: it grades while the result is written
                self._ledger.graded(task, result)
            case Failed() as message:
                self._fail(slot, message)
            case message:
                self._fail(
                    slot, Failed(error=f"the worker process sent an unexpected {type(message).__name__}")
                )

    def _fail(self, slot: _Slot, failure: Failed) -> None:
        """Ends the worker, and gives what it was doing to another one."""
        self._slots.remove(slot)
        slot.worker.stop(at_once=True)
        if slot.task is None:
            self._ledger.grader_failed(failure)
        elif (again := self._ledger.failed(slot.task, failure)) is not None:
            self._pending.appendleft(again)
