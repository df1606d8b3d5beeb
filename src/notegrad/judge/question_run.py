"""Runs the test cases of one question in order, wherever each of them is judged."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from notegrad.judge import verdict
from notegrad.judge.judge_settings import JudgeSettings
from notegrad.messages import translate
from notegrad.records import Question, QuestionResult, Record, TestCaseResult

MAX_TIMEOUTS = 2
"""Test cases of one question that may run into the time limit; the others are then skipped."""

SLOW_BREAK = 0.5
"""A process that dies, or says nonsense, after more than this part of the time limit counts as a time-out."""


HAS_RUN = frozenset({"passed", "failed", "errored"})
"""The outcomes of a test case that ran until it was decided."""


class CaseVerdict(Record, frozen=True, kw_only=True):
    """The result of a test case; `is_broken`: the notebook's fork that answered it was given up.

    `beyond`: whether something crossed of a kind that may be more than the mirror shows. `replaced`: a name
    that decides, and that the notebook gave to something else; of a test case that passed inside. `is_cut`:
    it has no verdict, and did not run to its end, so that what its calls leave behind may be missing.
    """

    result: TestCaseResult
    is_broken: bool
    beyond: bool = False
    replaced: str = ""
    is_cut: bool = False


class AskedQuestion(Protocol):
    """Judges the test cases of one question, here or in a judge's process."""

    def judge(self, index: int) -> CaseVerdict:
        """The verdict on the test case at `index`, whatever the student's code does."""

    def judge_again(self, index: int) -> CaseVerdict:
        """The verdict from outside, on the fork in which other cases of the question run inside."""

    def end(self) -> None:
        """Give up the fork of the notebook that the question was asked on."""


def run_question(question: Question, asked: AskedQuestion, settings: JudgeSettings) -> QuestionResult:
    """The result of one question; whatever the student's code does, each test case gets an outcome."""
    limits, language = settings.assignment.limits, settings.assignment.language
    is_outside = settings.assignment.judge_of(question.name) == "outside"
    results: list[TestCaseResult] = []
    timeouts, unjudged, is_after_cut = 0, "", False
    try:
        for index, case in enumerate(question.test_cases):
            if timeouts >= MAX_TIMEOUTS:
                skipped = verdict.skipped_after_timeouts(case, language)
                results.append(verdict.not_judged(case, unjudged, language) if unjudged else skipped)
                continue
            done = asked.judge(index)
            is_slow = done.is_broken and done.result.duration_s > SLOW_BREAK * limits.test_case_wall_s
            timeouts += done.result.outcome == "timeout" or is_slow
            unjudged = done.result.detail if is_slow and done.result.outcome == "not_judged" else unjudged
            found = done.result
            if is_after_cut and is_outside and verdict.has_failed(found):
                found = verdict.not_judged(case, translate("inside_follows", language), language)
            is_after_cut = is_after_cut or done.is_cut
            results.append(found)
            if settings.first_failure and found.outcome not in ("passed", "not_judged"):
                break
    finally:
        asked.end()
    return _scored(question, results)


def run_inside(
    result: QuestionResult,
    asked: AskedQuestion,
    settings: JudgeSettings,
    doubted: Collection[int] = (),
    cut: int | None = None,
    *,
    together: bool = False,
) -> QuestionResult:
    """The result with verdicts from inside, asked in order, on the test cases that had none.

    So are those at the places in `doubted` asked, which have one: where they pass inside, they pass. What has
    no verdict inside either keeps what it had. `cut`: the first test case that was cut short outside.

    Test cases of a question may build on one another: a memo that one fills, another looks at. So all of them
    are asked in order on one fork, those with a verdict from outside again. That stays, unless a case before
    was cut short, so that it may have missed what that one leaves, and all is there on this fork. `together`:
    they build on one another by names of their own file, too, so that all of them run inside.
    """
    language = settings.assignment.language
    wanted = {
        index
        for index, former in enumerate(result.test_cases)
        if former.outcome == "not_judged" or index in doubted
    }
    last = max(wanted, default=0)
    results: list[TestCaseResult] = []
    timeouts, is_whole = 0, True
    try:
        for index, former in enumerate(result.test_cases):
            found = former
            is_after_cut = cut is not None and index > cut
            if timeouts >= MAX_TIMEOUTS:
                if former.outcome == "not_judged":
                    found = verdict.skipped_after_timeouts(former.test_case, language)
                    found = verdict.judged_inside(found, former.detail)
            elif index in wanted:
                done = asked.judge(index)
                timeouts += done.result.outcome == "timeout"
                is_whole = is_whole and not done.is_broken
                found = _of_two(former, done, language)
            elif former.outcome in HAS_RUN and (index < last or is_after_cut):
                done = asked.judge(index) if together else asked.judge_again(index)
                timeouts += done.result.outcome == "timeout"
                is_whole = is_whole and not done.is_broken
                if is_after_cut and is_whole:
                    found = _of_again(former, done.result, language)
            results.append(found)
            if settings.first_failure and found.outcome not in ("passed", "not_judged"):
                break
    finally:
        asked.end()
    return _scored(result.question, results)


def _of_two(outside: TestCaseResult, inside: CaseVerdict, language: str) -> TestCaseResult:
    if inside.result.outcome == "not_judged":
        return inside.result if outside.outcome == "not_judged" else outside
    if outside.outcome == "not_judged":
        return verdict.judged_inside(inside.result, outside.detail)
    return verdict.second_opinion(outside, inside.result, inside.replaced, language)


def _of_again(former: TestCaseResult, again: TestCaseResult, language: str) -> TestCaseResult:
    """The verdict on the state that a case left which ran inside: where it is another, it rests on that."""
    if again.outcome not in HAS_RUN or (again.outcome == "passed") == (former.outcome == "passed"):
        return former
    return verdict.judged_inside(again, translate("inside_after", language))


def without_verdict(question: Question, reason: str, language: str) -> QuestionResult:
    """The result of a question that is not asked outside at all."""
    cases = tuple(verdict.not_judged(case, reason, language) for case in question.test_cases)
    return QuestionResult(question=question, score=0.0, test_cases=cases)


def _scored(question: Question, results: list[TestCaseResult]) -> QuestionResult:
    score = sum(result.score for result in results)
    if question.all_or_nothing and not all(result.outcome == "passed" for result in results):
        score = 0.0
    return QuestionResult(question=question, score=score, test_cases=tuple(results))
