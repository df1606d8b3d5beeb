"""Grades submissions in worker processes on this machine, and outlives whatever happens in them.

One loop, no threads: start workers, hand a submission to each that is free, wait for the first message, death
or deadline. A submission that brought a worker down is tried again in a new one, twice at most, and then
reported as not graded; it never costs another submission anything.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import Literal

import msgspec

from notegrad.batch.blank import not_graded_result
from notegrad.batch.process import Worker
from notegrad.batch.protocol import Failed, Graded, Place, Plan, Ready
from notegrad.errors import InputError, NotegradError, SandboxError, SandboxUnavailableError
from notegrad.messages import DEFAULT_LANGUAGE, translate
from notegrad.records import GradingResult, Record, Submission

MAX_ATTEMPTS = 3
MAX_START_FAILURES = 3
START_DEADLINE_S = 180.0

EventKind = Literal["kept", "started", "retried", "graded", "not_graded"]


class Event(Record, frozen=True, kw_only=True):
    """What happened to one submission; `done` of `total` have a result, `result` is there when this one does.

    `kept`: by an earlier run, cut off.
    `attempt` counts from 1; `error` and `detail` say for staff why an attempt failed.
    """

    kind: EventKind
    submission: Submission
    result: GradingResult | None = None
    done: int = 0
    total: int = 0
    attempt: int = 1
    error: str = ""
    detail: str = ""


@dataclass
class _Task:
    index: int
    attempt: int = 1


@dataclass
class _Slot:
    """A worker and what it is doing: starting (`ready` is false), idle, or busy with a task."""

    worker: Worker
    deadline: float
    ready: bool = False
    task: _Task | None = None
    place: Place | None = None


class Engine:
    """Grades all submissions of one bundle; used once."""

    def __init__(
        self,
        plan: Plan,
        submissions: Sequence[Submission],
        *,
        assignment: str,
        workers: int,
        deadline_s: float,
        logs: Path,
        on_event: Callable[[Event], None],
        on_start_failure: Callable[[Failed], None],
        language: str = DEFAULT_LANGUAGE,
        places: Sequence[Place] = (),
    ) -> None:
        """`deadline_s` is the hard limit for one submission, `logs` a folder for what workers print.

        `places`: where workers compute, one worker in each; none: wherever the bundle says.
        """
        self.results: list[GradingResult | None] = [None] * len(submissions)
        self._plan, self._submissions, self._assignment = plan, submissions, assignment
        self._deadline_s, self._logs, self._language = deadline_s, logs, language
        self._on_event, self._on_start_failure = on_event, on_start_failure
        self._pending = deque(_Task(index) for index in range(len(submissions)))
        self._slots: list[_Slot] = []
        self._places = places
        self._slot_count = min(workers, len(submissions), len(places) or workers)
        self._started = self._start_failures = self._done = 0
        self._blank: GradingResult | None = None

    def run(self) -> None:
        """Fills `results`; raises InputError or SandboxError where no worker can start."""
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
            worker = Worker(msgspec.structs.replace(self._plan, place=place), log)
            self._slots.append(_Slot(worker, time.monotonic() + START_DEADLINE_S, place=place))

    def _free_place(self) -> Place | None:
        left = list(self._places)
        for slot in self._slots:
            if slot.place in left:
                left.remove(slot.place)
        return left[0] if left else None

    def _hand_out(self) -> None:
        for slot in [slot for slot in self._slots if slot.ready and slot.task is None]:
            if self._pending:
                self._hand_to(slot, self._pending.popleft())

    def _hand_to(self, slot: _Slot, task: _Task) -> None:
        submission = self._submissions[task.index]
        self._tell("started", task)
        slot.task, slot.deadline = task, time.monotonic() + self._deadline_s
        try:
            slot.worker.send(submission)
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
            case Ready() as message:
                slot.ready, self._start_failures = True, 0
                self._blank = message.blank
            case Graded(result=result) if slot.task is not None:
                task, slot.task = slot.task, None
                self._finish(task, result)
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
        task = slot.task
        if task is None:
            self._refuse_start(failure)
        elif task.attempt < MAX_ATTEMPTS:
            self._tell("retried", task, failure=failure)
            self._pending.appendleft(_Task(task.index, task.attempt + 1))
        else:
            reason = translate("not_graded", self._language, reason=f"{MAX_ATTEMPTS} × {failure.error}")
            submission = self._submissions[task.index]
            result = not_graded_result(submission, self._assignment, reason, self._blank)
            self._finish(task, result, failure)

    def _refuse_start(self, failure: Failed) -> None:
        self._start_failures += 1
        self._on_start_failure(failure)
        error: NotegradError | None = None
        if failure.final == "input":
            error = InputError(failure.error)
        elif failure.final == "machine":
            error = SandboxUnavailableError(failure.error)
        elif self._start_failures >= MAX_START_FAILURES:
            error = SandboxError(
                f"No grader could be started ({MAX_START_FAILURES} attempts): {failure.error}"
            )
        if error is not None:
            error.add_note(failure.detail)
            raise error

    def _finish(self, task: _Task, result: GradingResult, failure: Failed | None = None) -> None:
        self.results[task.index] = result
        self._done += 1
        self._tell("not_graded" if result.status == "not_graded" else "graded", task, result, failure)

    def _tell(
        self,
        kind: EventKind,
        task: _Task,
        result: GradingResult | None = None,
        failure: Failed | None = None,
    ) -> None:
        self._on_event(
            Event(
                kind=kind,
                submission=self._submissions[task.index],
                result=result,
                done=self._done,
                total=len(self._submissions),
                attempt=task.attempt,
                error=failure.error if failure else "",
                detail=failure.detail if failure else "",
            )
        )
