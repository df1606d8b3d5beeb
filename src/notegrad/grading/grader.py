"""Grades one submission: its notebook runs in the sandbox, the bundle's tests judge it from outside."""

from __future__ import annotations

import functools
import socket
import sys
import time
from collections.abc import Collection, Iterable, Sequence
from types import TracebackType
from typing import Self

import msgspec
import torch

from notegrad.course.bundle import Bundle
from notegrad.course.otter_options import cells_as_otter_runs
from notegrad.errors import InputError, ProcessesDiedError, SandboxError
from notegrad.grading import devices, surroundings
from notegrad.grading.bundle_folder import BundleFolder
from notegrad.grading.judge_process import JudgeProcess
from notegrad.grading.judging import Judging
from notegrad.grading.missing_modules import MissingModules
from notegrad.grading.missing_names import MissingNames
from notegrad.grading.results_of_run import ResultMaker, agreement, ran_into_a_limit
from notegrad.grading.retries import MAX_SUBMISSION_RUNS
from notegrad.intake.choice import candidates
from notegrad.judge import (
    GoneError,
    JudgeSettings,
    LoadedTest,
    load_imports,
    load_message_words,
    load_tests,
    notebook_seed,
    warm_judge,
)
from notegrad.judge.repeatable_errors import code_of
from notegrad.messages import Message, translate
from notegrad.probes import garbage, huge_pages
from notegrad.probes.fair_deadline import PATIENCE
from notegrad.records import (
    GradingResult,
    Limits,
    QuestionResult,
    RunReport,
    Submission,
    Timings,
    inside_name,
)
from notegrad.sandbox.inside import optional_libraries
from notegrad.sandbox.outside.notebook_run import NotebookGoneError, NotebookRun
from notegrad.sandbox.outside.sandbox import Sandbox

GATHER_AT = 8
"""The judge before which memory is made cheap to fork: a few submissions would not give back that time."""


class _ForksOfRun:
    """Forks of a run's notebook (the protocol `ForksForJudge`)."""

    def __init__(self, run: NotebookRun, gone: str) -> None:
        self._run, self._gone = run, gone

    def open(self, question: str | None) -> tuple[socket.socket, int]:
        try:
            sock = self._run.fork(question)
            return sock, self._run.pid_behind(sock)
        except NotebookGoneError:
            raise GoneError(self._gone) from None

    def discard(self, sock: socket.socket, *, is_spoilt: bool) -> None:
        discard = self._run.discard_spoilt if is_spoilt else self._run.discard
        discard(sock)


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
        hidden_paths: Sequence[str] = (),
    ) -> None:
        """Starts a sandbox, or uses the one given, which stays its owner's to close.

        device: `cpu`, `cuda`, `cuda:N`, `sim` or `auto`; the bundle's if None. memory_fraction: the part of a
        GPU's memory for this grader's sandbox. hidden_paths: files and folders that student code must not
        find, even below Python's own. Raises InputError for a device that is not there, and for a Python that
        leaves out assertions.
        """
        if sys.flags.optimize:
            raise InputError(Message("python_optimized"))
        torch.set_num_threads(1)
        settings = bundle.settings
        self._settings, self._files = settings, bundle.files
        self._otter_config = bundle.otter_config if settings.handout is None else {}
        self._folder = BundleFolder(bundle.files)
        with self._folder.entered(), surroundings.taken_on():
            self._tests = load_tests(bundle.tests)
            load_imports(self._tests, settings.handout)
        load_message_words()
        self._results = ResultMaker(bundle, self._tests)
        self._missing_modules = MissingModules(bundle, self._tests)
        self._process_limits = self._limits_of_a_process()
        machine = devices.choose(device or settings.device) if sandbox is None else sandbox.device
        gpu = devices.physical(machine) if machine.startswith("cuda") else ""
        self._machine = machine
        # Neither CUDA nor autograd's threads survive a fork: each judge makes its device ready itself.
        self._device = devices.name_in_judge(machine)
        self._owns_sandbox = sandbox is None
        is_stepped = settings.sandbox.mode == "stepped" or machine != "cpu"
        self._sandbox = sandbox or Sandbox.start(
            self._process_limits if is_stepped or self._settings.shares_state else settings.limits,
            settings.sandbox.tier,
            unsafe,
            require=settings.sandbox.require,
            mode="stepped" if is_stepped else "fork",
            device=f"cuda:{gpu}" if gpu else machine,
            memory_fraction=memory_fraction,
            leave_out=optional_libraries.unused_by_tests((source for _, source in bundle.tests), machine),
            hidden_paths=hidden_paths,
        )
        with garbage.sparing():
            sources = (source for _, source in bundle.tests)
            warm_judge(sources, self._tests, differentiates=machine == "cpu")
        garbage.settle()  # a collection that walks the libraries costs 100 ms in the middle of a call
        self._judges = 0

    def grade(
        self,
        submission: Submission,
        *,
        only: Collection[str] | None = None,
        first_failure: bool = False,
        deadline: float | None = None,
    ) -> GradingResult:
        """Run a submission's notebook in the sandbox, and the bundle's tests outside it.

        Where nobody could tell which of several notebooks was meant, each is graded, and the best one counts.

        only: the names of the questions to judge; the others are not in the result. first_failure: a question
        ends with its first failing test case; those after it are not in the result. deadline: when, by
        `time.monotonic()`, no further question is begun; those left count as out of time where the submission
        ran into a limit of its own, and else the machine was too slow, which is a failure of ours. A process
        of the submission that is killed from outside costs it nothing: it is run again, until a run has no
        such death, or ends as an earlier one; after `wall_s` only once. Raises SandboxError for a failure of
        ours, and ProcessesDiedError where no two runs agree: then the submission has no result, and may be
        tried again. Whoever dies at random has that at will, so nobody may call it no fault of the student's.
        """
        graded = [
            (each.path, self._grade_notebook(each, only, first_failure=first_failure, deadline=deadline))
            for each in candidates(submission)
        ]
        path, best = max(graded, key=lambda one: one[1].score)
        if len(graded) == 1:
            return best
        counted = translate("choice_counted", self._settings.language, path=path)
        return msgspec.structs.replace(best, notes=(*best.notes, counted), notebook=path)

    def _grade_notebook(
        self,
        submission: Submission,
        only: Collection[str] | None,
        *,
        first_failure: bool,
        deadline: float | None,
    ) -> GradingResult:
        refusal = self._results.refusal(submission)
        if refusal is not None:
            return refusal
        earlier: list[GradingResult] = []
        no_third_run_after = time.monotonic() + self._settings.limits.wall_s
        for number in range(1, MAX_SUBMISSION_RUNS + 1):
            result, deaths = self._grade_once(
                submission, only, first_failure=first_failure, deadline=deadline
            )
            if any(agreement(result) == agreement(each) for each in earlier):
                return result
            if deaths == 0 and not (earlier and self._results.is_cut_short(result.questions)):
                return result
            if _is_past(deadline) or (number > 1 and _is_past(no_third_run_after)):
                break
            earlier.append(result)
        raise ProcessesDiedError(Message("killed_again"))

    def _grade_once(
        self,
        submission: Submission,
        only: Collection[str] | None,
        *,
        first_failure: bool,
        deadline: float | None,
    ) -> tuple[GradingResult, int]:
        """A result, and how many processes of the submission were found dead.

        In mode `stepped`, as where questions share their state, cells run after questions were asked in the
        same process, and could print what these passed to it. So what is kept of the notebook is a run of its
        own, in which nothing was asked.
        """
        settings = self._settings
        seed = notebook_seed(settings.seed)
        started = time.monotonic()
        tests = [test for test in self._tests if only is None or test.question.name in only]
        by_name = {test.question.name: test for test in tests}
        files = (*self._files, *submission.files)
        judge_settings = JudgeSettings(
            assignment=settings,
            device=self._device,
            code=code_of(submission.cells),
            first_failure=first_failure,
        )
        cells = cells_as_otter_runs(submission.cells, self._otter_config)
        self._folder.make_anew()
        judged: dict[str, QuestionResult] = {}
        unasked: RunReport | None = None
        deaths = 0

        limits = settings.limits if self._forks else self._process_limits
        if not self._forks:  # else forks are asked, and no cell runs in them
            with self._sandbox.open(
                cells, files, seed, tuple(by_name), limits, shares_state=self._settings.shares_state
            ) as quiet_run:
                unasked = self._results.explained(quiet_run.run_notebook())
                deaths += quiet_run.deaths
        unasked_s = time.monotonic() - started
        with (
            self._sandbox.open(
                cells, files, seed, self._snapshots(by_name), limits, shares_state=self._settings.shares_state
            ) as run,
            Judging(self._fork_judge, judge_settings) as judging,
        ):
            opened = time.monotonic()
            judging.may_wait(self._patience_s())
            asked_again = translate("run_again_too_often", settings.language)
            stopped = _ForksOfRun(run, asked_again)

            def judge_here(question: str) -> None:
                test = by_name[question]
                # a check above the answer: the question waits for the final state
                if judging.has_what_it_needs(test, stopped):
                    judged[question] = self._in_order(judging, test, stopped)

            asked = run.run_notebook(judge_here)
            report = unasked or self._results.explained(asked)
            ran = time.monotonic()
            if self._forks:  # else the notebook's time was judged time, too
                judging.may_wait(self._patience_s() - max(0.0, ran - opened - limits.wall_s))
            gone = self._results.reason(report) or translate("notebook_gone", settings.language)
            forks = _ForksOfRun(run, gone)
            questions = tuple(
                self._results.out_of_time(test.question)
                if _is_past(deadline)
                else judged.get(test.question.name) or self._in_order(judging, test, forks)
                for test in tests
            )
            if not self._settings.shares_state:
                questions = tuple(
                    judging.run_inside(test, question, forks)
                    for test, question in zip(tests, questions, strict=True)
                )
            deaths += run.deaths + judging.deaths
        missing = MissingNames(
            cells,
            report.cells,
            in_text=submission.in_text,
            asked={name for test in self._tests for name in test.question.asks_for},
            language=settings.language,
        )
        questions = tuple(map(missing.explained, questions))
        if _is_past(deadline):
            self._refuse_slowness(questions, report)
        ended = time.monotonic()
        timings = Timings(
            total_s=ended - started,
            start_s=opened - started - unasked_s,
            notebook_s=ran - opened + unasked_s,
            tests_s=ended - ran,
        )
        result = self._results.of_run(submission, questions, report, timings)
        return self._missing_modules.told(submission, result), deaths

    @property
    def _forks(self) -> bool:
        """Whether each question is asked of a fork of its own."""
        return self._sandbox.mode == "fork" and not self._settings.shares_state

    def _in_order(self, judging: Judging, test: LoadedTest, forks: _ForksOfRun) -> QuestionResult:
        """The result of a question; of one that shares its state also what of it is judged inside."""
        result = judging.run_question(test, forks)
        return judging.run_inside(test, result, forks) if self._settings.shares_state else result

    def _snapshots(self, names: Iterable[str]) -> tuple[str, ...]:
        """The snapshots to take: of each question, and one more where its cases may be judged inside."""
        places = ((name, self._settings.judge_of(name)) for name in names)
        return tuple(
            each
            for name, place in places
            for each in ((name, inside_name(name)) if self._forks and place != "outside" else (name,))
        )

    def _patience_s(self) -> float:
        limits = self._settings.limits
        cases = sum(len(test.question.test_cases) for test in self._tests)
        return PATIENCE * (limits.wall_s + limits.test_case_wall_s * cases)

    def _fork_judge(self) -> JudgeProcess:
        by_name = {test.question.name: test for test in self._tests}
        on_gpu = self._machine.startswith("cuda")
        make_ready = functools.partial(_make_ready, self._machine, self._folder)
        self._judges += 1
        if self._judges == GATHER_AT and not on_gpu:
            huge_pages.gather()
        return JudgeProcess(by_name, make_ready, limits_memory=not on_gpu)

    def close(self) -> None:
        """End the sandbox, if it is ours."""
        if self._owns_sandbox:
            self._sandbox.close()
        self._folder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _limits_of_a_process(self) -> Limits:
        """The limits of a process that answers every question: what that takes is added to the time."""
        limits = self._settings.limits
        cases = sum(len(test.question.test_cases) for test in self._tests)
        return msgspec.structs.replace(limits, cpu_s=limits.cpu_s + cases * limits.test_case_wall_s)

    def _refuse_slowness(self, questions: tuple[QuestionResult, ...], report: RunReport) -> None:
        """Raise SandboxError where questions were not begun and nothing of the submission reached a limit."""
        if self._results.is_cut_short(questions) and not ran_into_a_limit(questions, report):
            raise SandboxError(Message("platform_slow"))


def _make_ready(machine: str, folder: BundleFolder) -> None:
    devices.prepare(machine)
    surroundings.take_on()
    folder.enter()


def _is_past(deadline: float | None) -> bool:
    return deadline is not None and time.monotonic() > deadline


def grade(submission: Submission, bundle: Bundle, *, unsafe: bool = False) -> GradingResult:
    """Grade one submission with a sandbox of its own.

    Raises SandboxError for a failure of ours, InputError for a bundle that cannot be used.
    """
    with Grader(bundle, unsafe=unsafe) as grader:
        return grader.grade(submission)


__all__ = ["Grader", "SandboxError", "grade"]
