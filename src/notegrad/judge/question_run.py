"""Runs the test cases of one question in order, wherever each of them is judged."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from notegrad.judge import verdict
from notegrad.judge.judge_settings import JudgeSettings
from notegrad.records import Question, QuestionResult, Record, TestCaseResult

MAX_TIMEOUTS = 2
"""Test cases of one question that may run into the time limit; the others are then skipped."""

SLOW_BREAK = 0.5
"""A process that dies, or says nonsense, after more than this part of the time limit counts as a time-out."""


class CaseVerdict(Record, frozen=True, kw_only=True):
    """The result of a test case; `is_broken`: the notebook's fork that answered it was given up.

    `beyond`: whether something crossed of a kind that may be more than the mirror shows. `replaced`: a name
    that decides, and that the notebook gave to something else; of a test case that passed inside.
    """

    result: TestCaseResult
    is_broken: bool
    beyond: bool = False
    replaced: str = ""


class AskedQuestion(Protocol):
    """Judges the test cases of one question, here or in a judge's process."""

    def judge(self, index: int) -> CaseVerdict:
        """The verdict on the test case at `index`, whatever the student's code does."""

    def end(self) -> None:
        """Give up the fork of the notebook that the question was asked on."""


def run_question(question: Question, asked: AskedQuestion, settings: JudgeSettings) -> QuestionResult:
    """The result of one question; whatever the student's code does, each test case gets an outcome."""
    limits, language = settings.assignment.limits, settings.assignment.language
    results: list[TestCaseResult] = []
    timeouts, unjudged = 0, ""
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
            results.append(done.result)
            if settings.first_failure and done.result.outcome not in ("passed", "not_judged"):
                break
    finally:
        asked.end()
    return _scored(question, results)


def run_inside(
    result: QuestionResult, asked: AskedQuestion, settings: JudgeSettings, doubted: Collection[int] = ()
) -> QuestionResult:
    """The result with verdicts from inside, asked in order, on the test cases that had none.

    So are those at the places in `doubted` asked, which have one: where they pass inside, they pass. What has
    no verdict inside either keeps what it had.
    """
    language = settings.assignment.language
    results: list[TestCaseResult] = []
    timeouts = 0
    try:
        for index, former in enumerate(result.test_cases):
            if former.outcome != "not_judged" and index not in doubted:
                results.append(former)
                continue
            if timeouts >= MAX_TIMEOUTS:
                skipped = verdict.skipped_after_timeouts(former.test_case, language)
                done = CaseVerdict(result=skipped, is_broken=False)
            else:
                done = asked.judge(index)
                timeouts += done.result.outcome == "timeout"
            if done.result.outcome == "not_judged":
                results.append(done.result if former.outcome == "not_judged" else former)
            elif former.outcome == "not_judged":
                results.append(verdict.judged_inside(done.result, former.detail))
            else:
                results.append(verdict.second_opinion(former, done.result, done.replaced, language))
            if settings.first_failure and results[-1].outcome not in ("passed", "not_judged"):
                break
    finally:
        asked.end()
    return _scored(result.question, results)


def without_verdict(question: Question, reason: str, language: str) -> QuestionResult:
    """The result of a question that is not asked outside at all."""
    cases = tuple(verdict.not_judged(case, reason, language) for case in question.test_cases)
    return QuestionResult(question=question, score=0.0, test_cases=cases)


def _scored(question: Question, results: list[TestCaseResult]) -> QuestionResult:
    score = sum(result.score for result in results)
    if question.all_or_nothing and not all(result.outcome == "passed" for result in results):
        score = 0.0
    return QuestionResult(question=question, score=score, test_cases=tuple(results))
