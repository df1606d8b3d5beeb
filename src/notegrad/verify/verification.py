"""Verifies one assignment: builds it, lints it, tries every answer and every mutant through the grader."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from notegrad.authoring.advice import advise_on_messages
from notegrad.authoring.build import Built, build, bundle_path
from notegrad.authoring.check import refuse_scores
from notegrad.authoring.master import ASSIGNMENTS_DIR
from notegrad.authoring.prompt_kinds import ANY_AXES, FORM, KINDS, is_announced, properties_of
from notegrad.course.answers import ANSWERS_NAME, QuestionAnswers, read_answers
from notegrad.course.asked_names import asked_names
from notegrad.course.bundle import Bundle, parse_bundle
from notegrad.course.config import Config
from notegrad.errors import InputError
from notegrad.intake.hand_in import read_notebook
from notegrad.messages import Message, suggestion, translate
from notegrad.records import GradingResult, QuestionResult, Record
from notegrad.verify.findings import QuestionVerification
from notegrad.verify.judgement import judge, mended_id
from notegrad.verify.mended_answer import with_mended_form
from notegrad.verify.mutate import Mutant, mutants
from notegrad.verify.notebook_parts import NotebookParts, notebook_parts
from notegrad.verify.trials import Trial, TrialPool


class Verification(Record, frozen=True, kw_only=True):
    """The verification of one assignment; `findings` are sentences of advice."""

    slug: str
    language: str
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
    # a mutant of what gives no points would change nobody's score, whether it survives or not
    worth = {q.question.name for q in solution.questions if q.question.points and mutate}
    variants = {n: mutants(code) if n in worth else () for n, code in parts.references.items() if n in chosen}
    trials = [*_answer_trials(answers), *_mended_trials(answers, parts, bundle), *_mutant_trials(variants)]
    results = pool.run(bundle, parts, trials)
    course = _Course(config=config, built=built, bundle=bundle, parts=parts, pool=pool)
    return Verification(
        slug=slug,
        language=bundle.settings.language,
        solution=solution,
        blank=blank,
        questions=tuple(
            course.judged(name, answers.get(name, QuestionAnswers()), variants[name], results)
            for name in chosen
        ),
        findings=() if only else (*built.advice, *_on_messages(built, bundle.settings.language)),
        has_answers=has_answers,
        duration_s=time.monotonic() - started,
    )


class _Course(Record, frozen=True, kw_only=True):
    """One assignment that is verified, as judging a question needs it."""

    config: Config
    built: Built
    bundle: Bundle
    parts: NotebookParts
    pool: TrialPool

    def judged(
        self,
        name: str,
        answers: QuestionAnswers,
        variants: Sequence[Mutant],
        results: Mapping[str, QuestionResult],
    ) -> QuestionVerification:
        language = self.bundle.settings.language
        own = msgspec.structs.asdict(self.config.prompts)
        question = next(q for q in self.built.questions if q.name == name)
        any_axes = is_announced(question.prompt, ANY_AXES, language, own)
        reason = translate("mutant_equal", language)

        def equal(codes: Sequence[str]) -> list[str | None]:
            found = self.pool.equal(self.bundle, self.parts, name, codes, any_axes=any_axes)
            return [reason if one else None for one in found]

        def is_about_form(misconception: str) -> bool:
            return is_announced(misconception, FORM, language, own)

        for kind in answers.prompt:
            if kind not in KINDS:
                shown = f"{ASSIGNMENTS_DIR}/{self.built.slug}/{ANSWERS_NAME}"
                facts = {"path": shown, "question": name, "kind": kind, "meant": suggestion(kind, KINDS)}
                raise InputError(Message("answers_no_kind", **facts))
        found = judge(name, answers, variants, results, equal, is_about_form)
        return msgspec.structs.replace(
            found, properties=properties_of(question, language, own), reasons=answers.prompt
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
            names = ", ".join(unknown)
            instead = Message("answers_instead", names=names) if unknown else Message("nothing")
            raise InputError(Message("verify_nothing_on", shown=shown, name=name, instead=instead))
    for name in unknown:
        raise InputError(Message("verify_no_question", shown=shown, name=name, name2=suggestion(name, known)))


def _answer_trials(answers: Mapping[str, QuestionAnswers]) -> Iterable[Trial]:
    for name, question in answers.items():
        codes = {a.id: a.code for a in question.accepted} | {r.id: r.code for r in question.rejected}
        for id_, code in codes.items():
            yield Trial(id=id_, question=name, code=code)
        for number, equivalent in enumerate(question.equivalent):
            yield Trial(id=f"{name}/equivalent {number + 1}", question=name, code=equivalent.code)


def _mended_trials(
    answers: Mapping[str, QuestionAnswers], parts: NotebookParts, bundle: Bundle
) -> Iterable[Trial]:
    """Yield the wrong answers without their other defects, where more than one test case must fail."""
    tests = dict(bundle.tests)
    for name, question in answers.items():
        for answer in question.rejected:
            if len(answer.fails) > 1 or answer.mended:
                asked = sorted(asked_names([tests[f"{name}.py"]]))
                code = answer.mended or with_mended_form(answer.code, parts.references[name], asked)
                yield Trial(id=mended_id(answer.id), question=name, code=code, first_failure=not answer.case)


def _mutant_trials(variants: Mapping[str, tuple[Mutant, ...]]) -> Iterable[Trial]:
    for name, found in variants.items():
        for number, mutant in enumerate(found):
            yield Trial(id=f"{name}/mutant {number}", question=name, code=mutant.code, first_failure=True)
