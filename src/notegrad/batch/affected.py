"""Finds what a changed bundle affects: which questions are judged again, and how results then differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from notegrad.batch.bundle_facts import BundleFacts
from notegrad.batch.record_file import StoredResult, changed_parts
from notegrad.records import GradingResult, QuestionResult, Record, TestCaseResult


class Affected(Record, frozen=True, kw_only=True):
    """The part of one result that has to be judged again; `because` names the parts that ask for the whole.

    `only` is None for the whole, else the questions whose tests are new or changed, in the bundle's order.
    """

    only: tuple[str, ...] | None
    because: tuple[str, ...] = ()


class Move(Record, frozen=True, kw_only=True):
    """A test case whose outcome or score changed; None on the side where it does not exist."""

    question: str
    test_case: str
    before: str | None
    after: str | None
    score_before: float
    score_after: float


def affected(stored: StoredResult, facts: BundleFacts) -> Affected | None:
    """The part of a stored result that the bundle of `facts` changes; None where nothing that could show."""
    if stored.result.status == "not_graded":
        return Affected(only=None, because=("not_graded",))
    conditions = changed_parts(stored.conditions, facts.conditions)
    if conditions:
        return Affected(only=None, because=conditions)
    known = {result.question.name for result in stored.result.questions}
    if known != stored.tests.keys():
        return Affected(only=None, because=("questions",))
    changed = changed_parts(stored.tests, facts.tests)
    if not changed and [q.question.name for q in stored.result.questions] == list(facts.tests):
        return None
    if facts.changes_scores:
        return Affected(only=None, because=("score",))
    if stored.result.status == "unreadable":
        return Affected(only=None, because=("unreadable",))  # costs nothing: no notebook runs
    return Affected(only=tuple(name for name in facts.tests if name in changed))


def merged(before: GradingResult, fresh: GradingResult, questions: Sequence[str]) -> GradingResult | None:
    """A result with the fresh questions and, for the others, those from before; in the order of `questions`.

    None where they do not fit together: the notebook ended otherwise this time, or a question is missing.
    """
    found: dict[str, QuestionResult] = {result.question.name: result for result in before.questions}
    found |= {result.question.name: result for result in fresh.questions}
    if fresh.status != before.status or any(name not in found for name in questions):
        return None
    chosen = tuple(found[name] for name in questions)
    return msgspec.structs.replace(
        fresh,
        questions=chosen,
        score=sum(result.score for result in chosen),
        max_score=sum(result.question.points for result in chosen),
    )


def moves(before: GradingResult, after: GradingResult) -> tuple[Move, ...]:
    """The test cases that changed, in the order of the later result; those that are gone come last."""
    old, new = _cases(before), _cases(after)
    found = []
    for key in (*new, *(key for key in old if key not in new)):
        was, now = old.get(key), new.get(key)
        sides = [(case.outcome, case.score, case.test_case.points) if case else None for case in (was, now)]
        if sides[0] != sides[1]:
            found.append(
                Move(
                    question=key[0],
                    test_case=key[1],
                    before=was.outcome if was else None,
                    after=now.outcome if now else None,
                    score_before=was.score if was else 0.0,
                    score_after=now.score if now else 0.0,
                )
            )
    return tuple(found)


def _cases(result: GradingResult) -> Mapping[tuple[str, str, int], TestCaseResult]:
    return {
        (question.question.name, case.test_case.name, case.test_case.number): case
        for question in result.questions
        for case in question.test_cases
    }
