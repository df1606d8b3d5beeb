"""Judges one submission: its questions are asked of a judge's process, replaced where it is late or dies."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from notegrad.errors import SandboxError
from notegrad.grading.judge_process import ForksForJudge, JudgeDiedError, JudgeProcess
from notegrad.judge import (
    CaseVerdict,
    JudgeSettings,
    LoadedTest,
    run_inside,
    run_question,
    verdict,
    without_verdict,
)
from notegrad.judge import judge_protocol as protocol
from notegrad.messages import translate
from notegrad.probes.fair_deadline import FREE_S, MAX_STRETCH, FairDeadline
from notegrad.records import QuestionResult


class Judging:
    """The judging of one submission; close it."""

    def __init__(self, fork_judge: Callable[[], JudgeProcess], settings: JudgeSettings) -> None:
        """`fork_judge` gives a judge's process that has judged nothing."""
        self._fork_judge, self._settings = fork_judge, settings
        self._patience_s = 0.0
        self._process: JudgeProcess | None = None
        self.deaths = 0
        """Judges that ended by themselves: for want of memory, or by somebody else's hand."""
        self.doubted: set[tuple[str, int]] = set()
        """Question and place of test cases that failed outside on what may be more than the mirror shows."""
        self.cut: dict[str, int] = {}
        """The place of each question's first test case that was cut short outside."""

    def run_question(self, test: LoadedTest, forks: ForksForJudge) -> QuestionResult:
        """The result of one question, from outside. Raises SandboxError where no judge can be had."""
        if self._settings.assignment.judge_of(test.question.name) == "inside":
            language = self._settings.assignment.language
            return without_verdict(test.question, translate("inside_asked", language), language)
        return run_question(test.question, _AskedOfProcess(self, test, forks), self._settings)

    def run_inside(self, test: LoadedTest, result: QuestionResult, forks: ForksForJudge) -> QuestionResult:
        """The result with verdicts from inside, where the settings allow them, on cases that need one.

        These are those without a verdict, and those that failed on what may be more than the mirror shows.

        To be asked when all questions were asked outside: nothing that runs inside is before them. Raises
        SandboxError where no judge can be had.
        """
        name = test.question.name
        doubted = frozenset(index for question, index in self.doubted if question == name)
        is_needed = doubted or any(case.outcome == "not_judged" for case in result.test_cases)
        if self._settings.assignment.judge_of(name) == "outside" or not is_needed:
            return result
        asked = _AskedOfProcess(self, test, forks, inside=True)
        return run_inside(
            result, asked, self._settings, doubted, self.cut.get(name), together=test.shares_state
        )

    def has_what_it_needs(self, test: LoadedTest, forks: ForksForJudge) -> bool:
        """Whether the notebook, as it stands, defines all names that a question needs."""
        message = protocol.AskNames(question=test.question.name, patience_s=self.patience_s())
        try:
            reply = self.process().ask(message, forks, self.deadline())
        except (JudgeDiedError, protocol.JudgeTimeoutError):
            self.give_up(forks)
            return False
        return isinstance(reply, protocol.NamesFound) and reply.complete

    def may_wait(self, seconds: float) -> None:
        """How long judge and notebook may wait for a processor from now on, beyond their limits, in all."""
        self._patience_s = seconds

    def patience_s(self) -> float:
        """How long the next test case may wait for a processor, beyond its limit."""
        longest_s = (MAX_STRETCH - 1) * self._settings.assignment.limits.test_case_wall_s
        return max(0.0, min(self._patience_s, longest_s))

    def deadline(self) -> FairDeadline:
        """When a judge that still works on a question is killed."""
        return FairDeadline(self._settings.kill_s, patience_s=self.patience_s(), free_s=FREE_S)

    def note(self, seconds: float) -> None:
        """Take note of how long a test case took: beyond its limit it was waiting."""
        over_s = seconds - self._settings.assignment.limits.test_case_wall_s
        self._patience_s -= max(0.0, over_s)

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


def _is_doubted(found: CaseVerdict) -> bool:
    """Whether a test case failed, and not for want of a name, on what may be more than the mirror shows."""
    return found.beyond and verdict.has_failed(found.result)


class _AskedOfProcess:
    """One question, asked of the judge's process (the protocol `AskedQuestion`)."""

    def __init__(
        self, judging: Judging, test: LoadedTest, forks: ForksForJudge, *, inside: bool = False
    ) -> None:
        self._inside = inside
        self._judging, self._question, self._forks = judging, test.question, forks

    def judge(self, index: int) -> CaseVerdict:
        """The verdict on a test case; a judge that is late, or dies, is the student's value's doing.

        Raises SandboxError where the test case fails by itself, whatever the answer: nobody's mark is made of
        that.
        """
        return self._ask(index, inside=self._inside)

    def judge_again(self, index: int) -> CaseVerdict:
        """The verdict from outside, on the fork in which other cases of the question run inside.

        Raises SandboxError as `judge`.
        """
        return self._ask(index, again=True)

    def _ask(self, index: int, *, inside: bool = False, again: bool = False) -> CaseVerdict:
        settings = self._judging._settings  # noqa: SLF001 (the class is a part of its file's one subject)
        case = self._question.test_cases[index]
        started = time.monotonic()
        try:
            message = protocol.AskCase(
                question=self._question.name,
                index=index,
                patience_s=self._judging.patience_s(),
                inside=inside,
                again=again,
            )
            reply = self._judging.process().ask(message, self._forks, self._judging.deadline())
        except protocol.JudgeTimeoutError:
            result = verdict.timed_out(case, settings.assignment.limits, settings.assignment.language)
        except JudgeDiedError:
            self._judging.deaths += 1
            result = verdict.judge_died(case, settings.assignment.language)
        else:
            if isinstance(reply, protocol.CaseJudged):
                self._judging.note(time.monotonic() - started)
                if not self._inside:
                    self._note_doubt(index, reply.verdict)
                return reply.verdict
            if isinstance(reply, protocol.CaseNotJudged):
                raise SandboxError(reply.reason)
            result = verdict.judge_died(case, settings.assignment.language)
        self._judging.give_up(self._forks)
        took_s = time.monotonic() - started
        self._judging.note(took_s)
        return CaseVerdict(result=verdict.timed(result, took_s), is_broken=True)

    def _note_doubt(self, index: int, found: CaseVerdict) -> None:
        judging, name = self._judging, self._question.name
        if _is_doubted(found) and not judging._settings.first_failure:  # noqa: SLF001
            judging.doubted.add((name, index))
        if found.is_cut:
            judging.cut.setdefault(name, index)

    def end(self) -> None:
        """Give up the fork that the question was asked on."""
        if self._judging._process is None:  # noqa: SLF001
            return
        try:
            self._judging.process().ask(protocol.EndQuestion(), self._forks, self._judging.deadline())
        except (JudgeDiedError, protocol.JudgeTimeoutError):
            self._judging.give_up(self._forks)
