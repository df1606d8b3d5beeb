"""The pipeline as one readable function: a submission in, a result out."""

from __future__ import annotations

import importlib.metadata
import platform
import time
from collections.abc import Collection
from types import TracebackType
from typing import Self

import msgspec
import torch

from notegrad import __version__, collector, devices
from notegrad.authoring.bundle import Bundle
from notegrad.errors import SandboxError
from notegrad.judge import GoneError, Terms, has_what_it_needs, load_tests, run_question
from notegrad.judge.reached import explain_cell
from notegrad.judge.said import code_of
from notegrad.messages import translate
from notegrad.mirror import Mirror, connect
from notegrad.records import (
    GradingResult,
    Limits,
    Question,
    QuestionResult,
    RunReport,
    Submission,
    SubmissionStatus,
    TestCaseResult,
    Timings,
)
from notegrad.sandbox.client import Sandbox
from notegrad.sandbox.execution import Execution, NotebookGoneError

MAX_RUNS = 4  # of one submission, where its processes keep being killed
_NO_TIME = Timings()
_STOPPED_BY = {
    "wall_s": "notebook_timeout",
    "cell_wall_s": "cell_timeout",
    "cpu_s": "cpu_exceeded",
    "memory_mb": "memory_exceeded",
    "files_mb": "disk_exceeded",
}


class _ExecutionForks:
    """Forks of an execution, each behind a mirror (the protocol `judge.Forks`)."""

    def __init__(self, execution: Execution, limits: Limits, gone: str) -> None:
        self._execution, self._limits, self._gone = execution, limits, gone

    def open(self, question: str | None) -> Mirror:
        try:
            return connect(self._execution.fork(question), limits=self._limits)
        except NotebookGoneError:
            raise GoneError(self._gone) from None

    def discard(self, mirror: Mirror) -> None:
        self._execution.discard(mirror.channel.socket, is_spoilt=mirror.channel.broken is not None)


class Grader:
    """Grades submissions to one assignment; keeps a warm sandbox, so make one per process and close it."""

    def __init__(
        self,
        bundle: Bundle,
        *,
        unsafe: bool = False,
        sandbox: Sandbox | None = None,
        device: str | None = None,
        memory_fraction: float = 1.0,
    ) -> None:
        """Starts a sandbox, or uses the one given, which stays its owner's to close.

        device: `cpu`, `cuda`, `cuda:N`, `sim` or `auto`; the bundle's if None. memory_fraction: the part of a
        GPU's memory for this grader's sandbox. Raises InputError for a device that is not there.
        """
        torch.set_num_threads(1)
        self._bundle = bundle
        self._tests = load_tests(bundle.tests)
        self._process_limits = self._limits_of_a_process()
        machine = devices.choose(device or bundle.device) if sandbox is None else sandbox.device
        gpu = devices.physical(machine) if machine.startswith("cuda") else ""
        self._device = devices.prepare(machine)
        self._owns_sandbox = sandbox is None
        self._sandbox = sandbox or Sandbox.start(
            self._process_limits if bundle.mode == "spawn" or machine != "cpu" else bundle.limits,
            bundle.tier,
            unsafe,
            require=bundle.require,
            mode=bundle.mode,
            device=f"cuda:{gpu}" if gpu else machine,
            memory_fraction=memory_fraction,
        )
        collector.settle()  # a collection that walks the libraries costs 100 ms in the middle of a call
        self._versions = {
            "notegrad": __version__,
            "torch": str(torch.__version__),
            "numpy": importlib.metadata.version("numpy"),
            "otter-grader": importlib.metadata.version("otter-grader"),
            "python": platform.python_version(),
        }

    def grade(
        self,
        submission: Submission,
        *,
        only: Collection[str] | None = None,
        first_failure: bool = False,
        deadline: float | None = None,
    ) -> GradingResult:
        """Run a submission's notebook in the sandbox, and the bundle's tests outside it.

        only: the names of the questions to judge; the others are not in the result. first_failure: a question
        ends with its first failing test case; those after it are not in the result. deadline: when, by
        `time.monotonic()`, no further question is begun; those left count as out of time where the submission
        ran into a limit of its own, and else the machine was too slow, which is a failure of ours. A process
        of the submission that is killed from outside costs it nothing: it is run again, until a run has no
        such death, or ends as an earlier one; after `wall_s` only once. Raises SandboxError for a failure of
        ours, and where no two runs agree: then the submission has no result, and may be tried again.
        """
        if submission.unreadable is not None:
            return self._unreadable(submission, submission.unreadable)
        if len(submission.cells) > self._bundle.limits.cells:
            return self._unreadable(submission, self._too_many_cells(submission))
        earlier: list[GradingResult] = []
        no_third_run_after = time.monotonic() + self._bundle.limits.wall_s
        for number in range(1, MAX_RUNS + 1):
            result, deaths = self._grade_once(
                submission, only, first_failure=first_failure, deadline=deadline
            )
            if any(_outcomes(result) == _outcomes(each) for each in earlier):
                return result
            if deaths == 0 and not (earlier and self._is_cut_short(result.questions)):
                return result
            if _is_past(deadline) or (number > 1 and _is_past(no_third_run_after)):
                break
            earlier.append(result)
        raise SandboxError(translate("killed_again", self._bundle.language))

    def _grade_once(
        self,
        submission: Submission,
        only: Collection[str] | None,
        *,
        first_failure: bool,
        deadline: float | None,
    ) -> tuple[GradingResult, int]:
        """A result, and how many processes of the submission were found dead."""
        bundle = self._bundle
        started = time.monotonic()
        tests = [test for test in self._tests if only is None or test.question.name in only]
        by_name = {test.question.name: test for test in tests}
        files = (*bundle.files, *submission.files)
        terms = Terms(
            limits=bundle.limits,
            seed=bundle.seed,
            language=bundle.language,
            device=self._device,
            code=code_of(submission.cells),
            first_failure=first_failure,
        )
        judged: dict[str, QuestionResult] = {}

        limits = bundle.limits if self._sandbox.mode == "fork" else self._process_limits
        with self._sandbox.open(submission.cells, files, bundle.seed, tuple(by_name), limits) as execution:
            opened = time.monotonic()
            asked_again = translate("run_again_too_often", bundle.language)
            stopped = _ExecutionForks(execution, bundle.limits, asked_again)

            def judge_here(question: str) -> None:
                test = by_name[question]
                # a check above the answer: the question waits for the final state
                if has_what_it_needs(test, stopped, terms):
                    judged[question] = run_question(test, stopped, terms)

            report = execution.run_notebook(judge_here)
            report = self._explained(report)
            ran = time.monotonic()
            reason = self._reason(report)
            gone = translate("notebook_gone", bundle.language)
            forks = _ExecutionForks(execution, bundle.limits, reason or gone)
            questions = tuple(
                self._out_of_time(test.question)
                if _is_past(deadline)
                else judged.get(test.question.name) or run_question(test, forks, terms)
                for test in tests
            )
            deaths = execution.deaths
        if _is_past(deadline):
            self._refuse_slowness(questions, report)
        ended = time.monotonic()
        timings = Timings(
            total_s=ended - started,
            start_s=opened - started,
            notebook_s=ran - opened,
            tests_s=ended - ran,
        )
        status: SubmissionStatus = "graded" if report.status == "ok" else report.status
        return self._result(
            submission, questions, status, reason=reason, report=report, timings=timings
        ), deaths

    def close(self) -> None:
        """End the sandbox, if it is ours."""
        if self._owns_sandbox:
            self._sandbox.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _limits_of_a_process(self) -> Limits:
        """Where one process answers every question, what that takes is added to the notebook's time."""
        limits = self._bundle.limits
        cases = sum(len(test.question.test_cases) for test in self._tests)
        return msgspec.structs.replace(limits, cpu_s=limits.cpu_s + cases * limits.test_case_wall_s)

    def _reason(self, report: RunReport) -> str | None:
        language, limits = self._bundle.language, self._bundle.limits
        if report.limit:
            return translate(_STOPPED_BY[report.limit], language, **msgspec.structs.asdict(limits))
        if report.status == "crashed":
            return translate("notebook_crashed", language, cause=_last_error(report))
        return None

    def _explained(self, report: RunReport) -> RunReport:
        """The report with a sentence on each limit that a cell met."""
        limits, language = self._bundle.limits, self._bundle.language
        cells = tuple(explain_cell(cell, limits, language) for cell in report.cells)
        return msgspec.structs.replace(report, cells=cells)

    def _out_of_time(self, question: Question) -> QuestionResult:
        """A question that was not begun: every test case of it is out of time."""
        said = translate("platform_timeout", self._bundle.language)
        cases = (
            TestCaseResult(
                test_case=case, outcome="skipped", score=0.0, message=f"{said[0].upper()}{said[1:]}."
            )
            for case in question.test_cases
        )
        return QuestionResult(question=question, score=0.0, test_cases=tuple(cases))

    def _is_cut_short(self, questions: tuple[QuestionResult, ...]) -> bool:
        """Whether a question was not begun for want of time."""
        said = self._out_of_time(questions[-1].question).test_cases[0].message if questions else ""
        return any(case.message == said for q in questions for case in q.test_cases)

    def _refuse_slowness(self, questions: tuple[QuestionResult, ...], report: RunReport) -> None:
        """Raise SandboxError where questions were not begun and nothing of the submission reached a limit."""
        left = self._is_cut_short(questions)
        slow = any(case.outcome == "timeout" for q in questions for case in q.test_cases)
        slow = slow or report.status != "ok" or any(cell.status == "timeout" for cell in report.cells)
        if left and not slow:
            raise SandboxError(translate("platform_slow", self._bundle.language))

    def _too_many_cells(self, submission: Submission) -> str:
        count, allowed = len(submission.cells), self._bundle.limits.cells
        return translate("too_many_cells", self._bundle.language, count=count, cells=allowed)

    def _unreadable(self, submission: Submission, reason: str) -> GradingResult:
        questions = tuple(
            QuestionResult(
                question=test.question,
                score=0.0,
                test_cases=tuple(
                    TestCaseResult(test_case=case, outcome="skipped", score=0.0, message=reason)
                    for case in test.question.test_cases
                ),
            )
            for test in self._tests
        )
        return self._result(submission, questions, "unreadable", reason=reason)

    def _result(
        self,
        submission: Submission,
        questions: tuple[QuestionResult, ...],
        status: SubmissionStatus,
        *,
        reason: str | None,
        report: RunReport | None = None,
        timings: Timings = _NO_TIME,
    ) -> GradingResult:
        return GradingResult(
            submission=submission.id,
            student=submission.student,
            assignment=self._bundle.slug,
            score=sum(q.score for q in questions),
            max_score=sum(test.question.points for test in self._tests),
            questions=questions,
            status=status,
            reason=reason,
            run=report,
            timings=timings,
            versions=self._versions,
            bundle_sha256=self._bundle.digest,
            seed=self._bundle.seed,
        )


def _is_past(deadline: float | None) -> bool:
    return deadline is not None and time.monotonic() > deadline


def _outcomes(result: GradingResult) -> tuple[object, ...]:
    """What two runs of one submission must share to be believed: how cells ended, and what earned points.

    Not how the rest failed: who lies at random to the judge fails now in this way and now in that.
    """
    cells = [cell.status for cell in result.run.cells] if result.run else []
    cases = [case for question in result.questions for case in question.test_cases]
    return result.status, cells, [case.outcome == "passed" for case in cases]


def _last_error(report: RunReport) -> str:
    return next((cell.error for cell in reversed(report.cells) if cell.error), "?")


def grade(submission: Submission, bundle: Bundle, *, unsafe: bool = False) -> GradingResult:
    """Grade one submission with a sandbox of its own.

    Raises SandboxError for a failure of ours, InputError for a bundle that cannot be used.
    """
    with Grader(bundle, unsafe=unsafe) as grader:
        return grader.grade(submission)


__all__ = ["Grader", "SandboxError", "grade"]
