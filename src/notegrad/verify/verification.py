"""Verifies one assignment: builds it, lints it, tries every answer and every mutant through the grader."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from notegrad.authoring.advice import advise_on_messages
from notegrad.authoring.build import Built, build, bundle_path
from notegrad.authoring.check import refuse_scores
from notegrad.authoring.master import ASSIGNMENTS_DIR
from notegrad.authoring.normal_form import normal_form
from notegrad.course.answers import ANSWERS_NAME, QuestionAnswers, Rejected, read_answers
from notegrad.course.bundle import parse_bundle
from notegrad.course.config import Config
from notegrad.errors import InputError
from notegrad.intake.hand_in import read_notebook
from notegrad.messages import suggestion, translate
from notegrad.records import GradingResult, QuestionResult, Record
from notegrad.verify.mutate import Mutant, mutants
from notegrad.verify.notebook_parts import notebook_parts
from notegrad.verify.trials import Trial, TrialPool


class Refused(Record, frozen=True, kw_only=True):
    """A right answer that a test case refuses: the worst fault an assignment can have."""

    answer: str
    failed: dict[int, str]


class Missed(Record, frozen=True, kw_only=True):
    """A wrong answer that fails other test cases than it should; none at all where `actual` is empty."""

    answer: str
    misconception: str
    actual: tuple[int, ...]
    expected: tuple[int, ...]


class Survivor(Record, frozen=True, kw_only=True):
    """A mutant that passes every test case; `reason` says why it may, None where nobody has said so."""

    change: str
    code: str
    reason: str | None = None


class QuestionVerification(Record, frozen=True, kw_only=True):
    """The findings about one question."""

    name: str
    accepted: int
    rejected: int
    mutants: int
    refused: tuple[Refused, ...] = ()
    missed: tuple[Missed, ...] = ()
    survivors: tuple[Survivor, ...] = ()

    @property
    def kill_rate(self) -> float:
        """The share of rejected answers that fail at least one test case."""
        return 1.0 - sum(not m.actual for m in self.missed) / self.rejected if self.rejected else 1.0

    @property
    def unexplained(self) -> tuple[Survivor, ...]:
        """Survivors without a reason."""
        return tuple(s for s in self.survivors if s.reason is None)

    @property
    def ok(self) -> bool:
        """Whether nothing is left to do."""
        return not (self.refused or self.missed or self.unexplained)


class Verification(Record, frozen=True, kw_only=True):
    """The verification of one assignment; `findings` are sentences of advice."""

    slug: str
    solution: GradingResult
    blank: GradingResult
    questions: tuple[QuestionVerification, ...]
    findings: tuple[str, ...]
    has_answers: bool
    duration_s: float

    @property
    def ok(self) -> bool:
        """Whether nothing is left to do."""
        return not self.findings and all(q.ok for q in self.questions)


def verify(
    config: Config, slug: str, pool: TrialPool, *, mutate: bool = True, only: str = ""
) -> Verification:
    """Hold an assignment's tests against its answers; those of one question where `only` names it.

    Raises BuildError where it cannot be built, leaks, or its solution or untouched notebook is graded
    wrongly; InputError for answers that cannot be read; SandboxError for a fault of ours.
    """
    started = time.monotonic()
    built = build(config, slug, check=False)
    assigned = built.assigned
    bundle = parse_bundle(built.autograder, bundle_path(config.root, slug))
    folder = Path(ASSIGNMENTS_DIR) / slug
    answers = read_answers(config.root / folder, folder / ANSWERS_NAME)
    handed_in = {"solution": assigned.solution, "blank": built.student[assigned.notebook_name]}
    solution, blank = pool.grade(bundle, [read_notebook(data, id=id_) for id_, data in handed_in.items()])
    refuse_scores(slug, solution, blank)
    has_answers = bool(answers)
    names = [q.question.name for q in solution.questions]
    _check_names(answers, names, folder / ANSWERS_NAME)
    parts = notebook_parts(built, names)
    chosen = _chosen(names, only, bundle.settings.language)
    answers = {name: found for name, found in answers.items() if name in chosen}
    variants = {n: mutants(code) if mutate else () for n, code in parts.references.items() if n in chosen}
    results = pool.run(bundle, parts, [*_answer_trials(answers), *_mutant_trials(variants)])
    return Verification(
        slug=slug,
        solution=solution,
        blank=blank,
        questions=tuple(
            _judge(name, answers.get(name, QuestionAnswers()), variants[name], results) for name in chosen
        ),
        findings=() if only else (*built.advice, *_on_messages(built, bundle.settings.language)),
        has_answers=has_answers,
        duration_s=time.monotonic() - started,
    )


def _on_messages(built: Built, language: str) -> Iterable[str]:
    return (one.text(built.master, language) for one in advise_on_messages(built.questions, language))


def _chosen(names: list[str], only: str, language: str) -> list[str]:
    if only and only not in names:
        raise InputError(translate("try_no_question", language, question=only, names=", ".join(names)))
    return [only] if only else names


def _check_names(answers: Mapping[str, QuestionAnswers], names: Iterable[str], shown: Path) -> None:
    """Hold the questions of `answers.yml` against the notebook's; a file that is absent speaks of none."""
    known = list(names)
    unknown = [name for name in answers if name not in known]
    for name in known if answers else ():
        if name not in answers:
            instead = f" (it has {', '.join(unknown)}, no question of the notebook)" if unknown else ""
            raise InputError(
                f"{shown} says nothing about question {name}{instead}; list its answers, or {{}}"
            )
    for name in unknown:
        raise InputError(f"{shown}: there is no question {name} in the notebook{suggestion(name, known)}")


def _answer_trials(answers: Mapping[str, QuestionAnswers]) -> Iterable[Trial]:
    for name, question in answers.items():
        codes = {a.id: a.code for a in question.accepted} | {r.id: r.code for r in question.rejected}
        for id_, code in codes.items():
            yield Trial(id=id_, question=name, code=code)
        for number, equivalent in enumerate(question.equivalent):
            yield Trial(id=f"{name}/equivalent {number + 1}", question=name, code=equivalent.code)


def _mutant_trials(variants: Mapping[str, tuple[Mutant, ...]]) -> Iterable[Trial]:
    for name, found in variants.items():
        for number, mutant in enumerate(found):
            yield Trial(id=f"{name}/mutant {number}", question=name, code=mutant.code, first_failure=True)


def _judge(
    name: str, answers: QuestionAnswers, variants: tuple[Mutant, ...], results: Mapping[str, QuestionResult]
) -> QuestionVerification:
    right = [
        *(a.id for a in answers.accepted),
        *(f"{name}/equivalent {number + 1}" for number in range(len(answers.equivalent))),
    ]
    refused = [Refused(answer=id_, failed=failed) for id_ in right if (failed := _failed(results[id_]))]
    missed = [m for m in (_missed(a, _failed(results[a.id])) for a in answers.rejected) if m is not None]
    reasons = {normal_form(a.code): f"accepted answer {a.id}" for a in answers.accepted}
    reasons |= {normal_form(e.code): e.reason for e in answers.equivalent}
    survivors = [
        Survivor(change=m.change, code=m.code, reason=reasons.get(m.code))
        for number, m in enumerate(variants)
        if not _failed(results[f"{name}/mutant {number}"])
    ]
    return QuestionVerification(
        name=name,
        accepted=len(answers.accepted),
        rejected=len(answers.rejected),
        mutants=len(variants),
        refused=tuple(refused),
        missed=tuple(missed),
        survivors=tuple(survivors),
    )


def _failed(result: QuestionResult) -> dict[int, str]:
    return {r.test_case.number: r.message or r.detail for r in result.test_cases if r.outcome != "passed"}


def _missed(answer: Rejected, failed: Mapping[int, str]) -> Missed | None:
    actual, expected = tuple(sorted(failed)), tuple(sorted(answer.fails))
    if set(expected) <= set(actual) <= {*expected, *answer.sometimes}:
        return None
    return Missed(answer=answer.id, misconception=answer.misconception, actual=actual, expected=expected)
