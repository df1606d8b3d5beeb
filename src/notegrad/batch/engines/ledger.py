"""The ledger of one run: which jobs are to do, which try each is at, and what came of it.

Engines write it, from one thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec

from notegrad.batch.engines.grader_protocol import Failed, GradingJob
from notegrad.errors import InputError, NotegradError, SandboxError, SandboxUnavailableError
from notegrad.grading.retries import MAX_JOB_TRIES, MAX_START_FAILURES
from notegrad.messages import DEFAULT_LANGUAGE, Message, translate
from notegrad.records import GradingResult, Record, Submission
from notegrad.ungraded import not_graded_result

EventKind = Literal["kept", "same_as", "started", "retried", "graded", "not_graded"]


class Event(Record, frozen=True, kw_only=True):
    """An event of one submission; `done` of `total` have a result, `result` is there when this one does.

    `kept`: by an earlier run, cut off. `same_as`: its cells and files are those of the submission of that id.
    `try_number` counts from 1; `failure` says for staff why a try failed.
    """

    kind: EventKind
    submission: Submission
    result: GradingResult | None = None
    done: int = 0
    total: int = 0
    try_number: int = 1
    same_as: str = ""
    failure: Failed | None = None


class Try(Record, frozen=True, kw_only=True):
    """One try at the job of that index; `try_number` counts from 1."""

    index: int
    try_number: int = 1


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

    def first_tries(self) -> tuple[Try, ...]:
        """The first try at every job."""
        return tuple(Try(index=index) for index in range(len(self.jobs)))

    def started(self, current: Try) -> None:
        """Book that a grader has it."""
        self._tell("started", current)

    def graded(self, current: Try, result: GradingResult) -> None:
        """Book that it has a result."""
        self._finish(current, self._shared(result))

    def failed(self, current: Try, failure: Failed, *, last: bool = False) -> Try | None:
        """Book that a try failed through a fault of ours: the next try, or None where it is not graded.

        last: it is not to be tried again, whatever its number.
        """
        if current.try_number < MAX_JOB_TRIES and not last:
            self._tell("retried", current, failure=failure)
            return Try(index=current.index, try_number=current.try_number + 1)
        if failure.is_of_submission:
            reason = translate("died_at_random", self._language)
        else:
            tries = Message("failed_times", count=current.try_number, why=failure.said)
            reason = translate("not_graded", self._language, reason=tries)
        submission = self.jobs[current.index].submission
        result = not_graded_result(submission, self._assignment, reason, self.blank)
        result = msgspec.structs.replace(result, died_at_random=failure.is_of_submission)
        self._finish(current, result, failure)
        return None

    def grader_started(self, blank: GradingResult) -> None:
        """Book that a grader stands; `blank` is its result for what cannot be read."""
        self.blank, self._start_failures = blank, 0

    def grader_failed(self, failure: Failed) -> None:
        """Book that a grader could not be started.

        Raises InputError or SandboxError, which end the run, where trying again cannot help or was tried.
        """
        self._start_failures += 1
        self._on_start_failure(failure)
        error: NotegradError | None = None
        if failure.final == "input":
            error = InputError(failure.said)
        elif failure.final == "machine":
            error = SandboxUnavailableError(Message("machine_unfit", why=failure.said))
        elif self._start_failures >= MAX_START_FAILURES:
            error = SandboxError(Message("no_grader_starts", count=MAX_START_FAILURES, why=failure.said))
        if error is not None:
            error.add_note(failure.detail)
            raise error

    def cluster_worker_left(self, failure: Failed) -> None:
        """Book that a worker of a cluster is gone; what it was doing is done elsewhere."""
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

    def _finish(self, current: Try, result: GradingResult, failure: Failed | None = None) -> None:
        self.results[current.index] = result
        self._done += 1
        self._tell("not_graded" if result.status == "not_graded" else "graded", current, result, failure)

    def _tell(
        self,
        kind: EventKind,
        current: Try,
        result: GradingResult | None = None,
        failure: Failed | None = None,
    ) -> None:
        self._on_event(
            Event(
                kind=kind,
                submission=self.jobs[current.index].submission,
                result=result,
                done=self._done,
                total=len(self.jobs),
                try_number=current.try_number,
                failure=failure,
            )
        )
