"""Judges one submission: its questions are asked of a judge's process, replaced where it is late or dies."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from notegrad.errors import SandboxError
from notegrad.grading.judge_process import ForksForJudge, JudgeDiedError, JudgeProcess
from notegrad.judge import CaseVerdict, JudgeSettings, LoadedTest, run_question, verdict
from notegrad.judge import judge_protocol as protocol
from notegrad.records import QuestionResult


class Judging:
    """The judging of one submission; close it."""

    def __init__(self, fork_judge: Callable[[], JudgeProcess], settings: JudgeSettings) -> None:
        """`fork_judge` gives a judge's process that has judged nothing."""
        self._fork_judge, self._settings = fork_judge, settings
        self._process: JudgeProcess | None = None
        self.deaths = 0
        """Judges that ended by themselves: for want of memory, or by somebody else's hand."""

    def run_question(self, test: LoadedTest, forks: ForksForJudge) -> QuestionResult:
        """The result of one question. Raises SandboxError where no judge can be had."""
        return run_question(test.question, _AskedOfProcess(self, test, forks), self._settings)

    def has_what_it_needs(self, test: LoadedTest, forks: ForksForJudge) -> bool:
        """Whether the notebook, as it stands, defines all names that a question needs."""
        message = protocol.AskNames(question=test.question.name)
        try:
            reply = self.process().ask(message, forks, self._settings.kill_s)
        except (JudgeDiedError, protocol.JudgeTimeoutError):
            self.give_up(forks)
            return False
        return isinstance(reply, protocol.NamesFound) and reply.complete

    def process(self) -> JudgeProcess:
        """The judge, forked where there is none. Raises SandboxError."""
        if self._process is None:
            self._process = self._fork_judge()
            self._process.begin(self._settings)
        return self._process

    def give_up(self, forks: ForksForJudge | None = None) -> None:
        """End the judge; the next question gets another one."""
        if self._process is not None:
            self._process.kill(forks)
            self._process = None

    def close(self) -> None:
        """End the judge. May be called twice."""
        self.give_up()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _AskedOfProcess:
    """One question, asked of the judge's process (the protocol `AskedQuestion`)."""

    def __init__(self, judging: Judging, test: LoadedTest, forks: ForksForJudge) -> None:
        self._judging, self._question, self._forks = judging, test.question, forks

    def judge(self, index: int) -> CaseVerdict:
        """The verdict on a test case; a judge that is late, or dies, is the student's value's doing.

        Raises SandboxError where the test case fails by itself, whatever the answer: nobody's mark is made of
        that.
        """
        settings = self._judging._settings  # noqa: SLF001 (the class is a part of its file's one subject)
        case = self._question.test_cases[index]
        started = time.monotonic()
        try:
            message = protocol.AskCase(question=self._question.name, index=index)
            reply = self._judging.process().ask(message, self._forks, settings.kill_s)
        except protocol.JudgeTimeoutError:
            result = verdict.timed_out(case, settings.assignment.limits, settings.assignment.language)
        except JudgeDiedError:
            self._judging.deaths += 1
            result = verdict.judge_died(case, settings.assignment.language)
        else:
            if isinstance(reply, protocol.CaseJudged):
                return reply.verdict
            if isinstance(reply, protocol.CaseNotJudged):
                raise SandboxError(reply.reason)
            result = verdict.judge_died(case, settings.assignment.language)
        self._judging.give_up(self._forks)
        return CaseVerdict(result=verdict.timed(result, time.monotonic() - started), is_broken=True)

    def end(self) -> None:
        """Give up the fork that the question was asked on."""
        if self._judging._process is None:  # noqa: SLF001
            return
        try:
            self._judging.process().ask(protocol.EndQuestion(), self._forks, self._judging._settings.kill_s)  # noqa: SLF001
        except (JudgeDiedError, protocol.JudgeTimeoutError):
            self._judging.give_up(self._forks)
