"""The book of one run: what is to do, which attempt it is, what came of it.

Engines write it, from one thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec

from notegrad.batch.engines.grader_protocol import Failed, GradingJob
from notegrad.errors import InputError, NotegradError, SandboxError, SandboxUnavailableError
from notegrad.grading.retries import MAX_JOB_TRIES, MAX_START_FAILURES
from notegrad.messages import DEFAULT_LANGUAGE, translate
from notegrad.records import GradingResult, Record, Submission
from notegrad.ungraded import not_graded_result

EventKind = Literal["kept", "same_as", "started", "retried", "graded", "not_graded"]


class Event(Record, frozen=True, kw_only=True):
    """What happened to one submission; `done` of `total` have a result, `result` is there when this one does.

    `kept`: by an earlier run, cut off. `same_as`: its cells and files are those of the submission of that id.
    `attempt` counts from 1; `error` and `detail` say for staff why an attempt failed.
    """

    kind: EventKind
    submission: Submission
    result: GradingResult | None = None
    done: int = 0
    total: int = 0
    attempt: int = 1
    same_as: str = ""
    error: str = ""
    detail: str = ""


class Task(Record, frozen=True, kw_only=True):
    """One attempt at the job of that index."""

    index: int
    attempt: int = 1


class Ledger:
    """Jobs, and their results in the same order; None where there is none yet."""

    def __init__(
        self,
        jobs: Sequence[GradingJob],
        *,
        assignment: str,
        on_event: Callable[[Event], None],
        on_start_failure: Callable[[Failed], None],
        language: str = DEFAULT_LANGUAGE,
    ) -> None:
        self.jobs = tuple(jobs)
        self.results: list[GradingResult | None] = [None] * len(self.jobs)
        self.blank: GradingResult | None = None
        self._assignment, self._language = assignment, language
        self._on_event, self._on_start_failure = on_event, on_start_failure
        self._done = self._start_failures = 0
        self._known: dict[Any, Any] = {}

    def tasks(self) -> tuple[Task, ...]:
        """The first attempt at every job."""
        return tuple(Task(index=index) for index in range(len(self.jobs)))

    def started(self, task: Task) -> None:
        """A grader has it."""
        self._tell("started", task)

    def graded(self, task: Task, result: GradingResult) -> None:
        """It has a result."""
        self._finish(task, self._shared(result))

    def failed(self, task: Task, failure: Failed, *, last: bool = False) -> Task | None:
        """An attempt failed through a fault of ours: the next attempt, or None where it is not graded.

        last: it is not to be tried again, whatever the attempt.
        """
        if task.attempt < MAX_JOB_TRIES and not last:
            self._tell("retried", task, failure=failure)
            return Task(index=task.index, attempt=task.attempt + 1)
        reason = translate("not_graded", self._language, reason=f"{task.attempt} × {failure.error}")
        submission = self.jobs[task.index].submission
        self._finish(task, not_graded_result(submission, self._assignment, reason, self.blank), failure)
        return None

    def grader_started(self, blank: GradingResult) -> None:
        """A grader stands; `blank` is its result for what cannot be read."""
        self.blank, self._start_failures = blank, 0

    def grader_failed(self, failure: Failed) -> None:
        """No grader could be started.

        Raises InputError or SandboxError, which end the run, where trying again cannot help or was tried.
        """
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

    def worker_left(self, failure: Failed) -> None:
        """A worker of a cluster is gone; what it was doing is done elsewhere."""
        self._on_start_failure(failure)

    def _shared(self, result: GradingResult) -> GradingResult:
        """The result with the questions and protections of the others: most of what a class would hold."""
        share = self._known.setdefault
        run = result.run
        if run is not None:
            run = msgspec.structs.replace(run, protections=share(run.protections, run.protections))
        questions = []
        for found in result.questions:
            question = share(found.question, found.question)
            cases = tuple(
                msgspec.structs.replace(case, test_case=share(case.test_case, case.test_case))
                for case in found.test_cases
            )
            questions.append(msgspec.structs.replace(found, question=question, test_cases=cases))
        return msgspec.structs.replace(result, run=run, questions=tuple(questions))

    def _finish(self, task: Task, result: GradingResult, failure: Failed | None = None) -> None:
        self.results[task.index] = result
        self._done += 1
        self._tell("not_graded" if result.status == "not_graded" else "graded", task, result, failure)

    def _tell(
        self,
        kind: EventKind,
        task: Task,
        result: GradingResult | None = None,
        failure: Failed | None = None,
    ) -> None:
        self._on_event(
            Event(
                kind=kind,
                submission=self.jobs[task.index].submission,
                result=result,
                done=self._done,
                total=len(self.jobs),
                attempt=task.attempt,
                error=failure.error if failure else "",
                detail=failure.detail if failure else "",
            )
        )
