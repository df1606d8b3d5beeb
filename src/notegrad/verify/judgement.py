"""Judgement of the tests of one question by what came of its answers and mutants."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from notegrad.authoring.normal_form import normal_form
from notegrad.course.answers import QuestionAnswers, Rejected
from notegrad.records import QuestionResult
from notegrad.verify.findings import Masked, Missed, QuestionVerification, Refused, Survivor
from notegrad.verify.mutate import Mutant


def judge(
    name: str,
    answers: QuestionAnswers,
    variants: Sequence[Mutant],
    results: Mapping[str, QuestionResult],
    equal: Callable[[Sequence[str]], Sequence[str | None]],
    is_about_form: Callable[[str], bool],
) -> QuestionVerification:
    """Return the findings about one question.

    equal: for each of some mutants that pass everything, why no test could kill it, or None. is_about_form:
    whether a misconception is one about type, dtype or shape.
    """
    right = [
        *(a.id for a in answers.accepted),
        *(f"{name}/equivalent {number + 1}" for number in range(len(answers.equivalent))),
    ]
    refused = [Refused(answer=id_, failed=failed) for id_ in right if (failed := _failed(results[id_]))]
    missed = [m for m in (_missed(a, _failed(results[a.id])) for a in answers.rejected) if m is not None]
    reasons = {normal_form(a.code): f"accepted answer {a.id}" for a in answers.accepted}
    reasons |= {normal_form(e.code): e.reason for e in answers.equivalent}
    alive = [m for number, m in enumerate(variants) if not _failed(results[f"{name}/mutant {number}"])]
    unexplained = [m.code for m in alive if m.code not in reasons]
    reasons |= {code: why for code, why in zip(unexplained, equal(unexplained), strict=True) if why}
    survivors = [Survivor(change=m.change, code=m.code, reason=reasons.get(m.code)) for m in alive]
    return QuestionVerification(
        name=name,
        accepted=len(answers.accepted),
        rejected=len(answers.rejected),
        mutants=len(variants),
        refused=tuple(refused),
        missed=tuple(missed),
        survivors=tuple(survivors),
        masked=tuple(_masked(answers, results, is_about_form)),
    )


def _masked(
    answers: QuestionAnswers, results: Mapping[str, QuestionResult], is_about_form: Callable[[str], bool]
) -> Iterator[Masked]:
    """Yield the wrong answers that pass once their other defects are mended, by their author or by us."""
    for answer in answers.rejected:
        mended = results.get(mended_id(answer.id))
        if mended is None or (not answer.mended and not answer.case and is_about_form(answer.misconception)):
            continue
        failed = _failed(mended)
        if not failed or (answer.case and answer.case not in failed):
            yield Masked(answer=answer.id, misconception=answer.misconception, case=answer.case)


def mended_id(answer: str) -> str:
    """Return the id of the trial of a wrong answer whose other defects are mended."""
    return f"{answer}/mended"


def _failed(result: QuestionResult) -> dict[int, str]:
    return {r.test_case.number: r.message or r.detail for r in result.test_cases if r.outcome != "passed"}


def _missed(answer: Rejected, failed: Mapping[int, str]) -> Missed | None:
    actual, expected = tuple(sorted(failed)), tuple(sorted(answer.fails))
    if set(expected) <= set(actual) <= {*expected, *answer.sometimes}:
        return None
    return Missed(answer=answer.id, misconception=answer.misconception, actual=actual, expected=expected)
