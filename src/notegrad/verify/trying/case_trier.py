"""Tries one answer to one question, with everything kept warm: the built assignment, its graders, a sandbox.

The verdict is that of the bundle as it is. Where a test case fails, the answer is run once more against the
same tests watched (`watched_tests`), for the values on the failing line and the answer's own trace.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import msgspec

from notegrad.authoring.build import Built, build, bundle_path
from notegrad.authoring.master import ASSIGNMENTS_DIR
from notegrad.authoring.master_check import CheckedQuestion
from notegrad.course.asked_names import asked_names
from notegrad.course.bundle import Bundle, parse_bundle
from notegrad.course.config import Config, load_config
from notegrad.course.wanted_of_bundle import wanted_of
from notegrad.errors import InputError
from notegrad.grading import Grader
from notegrad.intake.hand_in import read_submission
from notegrad.messages import Message, translate
from notegrad.probes.seen_values import FailingLine, read_failing_lines
from notegrad.records import GradingResult, Record, Submission, TestCaseResult
from notegrad.results.pages.visibility import Moment, is_shown
from notegrad.sandbox.outside.sandbox import Sandbox
from notegrad.settings import AssignmentSettings
from notegrad.verify.notebook_parts import NotebookParts, notebook_parts
from notegrad.verify.trying.master_lines import MasterLine, case_functions, master_line
from notegrad.verify.trying.traced_answer import trace_cell
from notegrad.verify.trying.tried import NO_CASE, GivenAnswer, TriedCase, TriedQuestion, TryRequest
from notegrad.verify.trying.watched_tests import watched_source

MAX_GRADERS = 4


class _Ready(Record, frozen=True, kw_only=True):
    """An assignment as it was built from one state of its folder."""

    digest: str
    built: Built
    bundle: Bundle
    parts: NotebookParts


class CaseTrier:
    """Tries answers one after the other; keeps what was built and started until it is closed."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="notegrad-try-")
        self._sandboxes: dict[object, Sandbox] = {}
        self._graders: dict[str, Grader] = {}
        self._ready: dict[str, _Ready] = {}
        self._tries = 0

    def run(self, request: TryRequest) -> TriedQuestion:
        """Return what comes of an answer.

        Raises InputError and BuildError for what the author has to mend, SandboxError for a fault of ours.
        """
        started = time.monotonic()
        config = _config(request)
        ready = self._made_ready(config, request.slug)
        language = ready.bundle.settings.language
        checked = _question(ready.built, request.question, language)
        _check_number(request.case, checked, language)
        submission = _submission(request, ready)
        if submission.unreadable:
            raise InputError(
                Message("label_unreadable", label=request.answer.label, unreadable=submission.unreadable)
            )
        grader = self._grader(ready.bundle, ready.bundle.digest)
        result = grader.grade(submission, only={checked.name})
        cases = _chosen(result, request.case)
        failing = self._failing(ready, checked.name, submission) if _some_fail(cases) else {}
        functions = case_functions(dict(ready.bundle.tests)[f"{checked.name}.py"])
        tried = []
        for case in cases:
            number = case.test_case.number - 1
            function = functions[number] if number < len(functions) else None
            look = failing.get(function.name) if function is not None else None
            found = master_line(function, look.line, checked.cases[number]) if function and look else None
            tried.append(_tried(case, function.name if function else case.test_case.name, look, found, ready))
        return TriedQuestion(
            slug=request.slug,
            question=checked.name,
            label=request.answer.label,
            language=language,
            cases=tuple(tried),
            reason=_reason(result, submission),
            duration_s=time.monotonic() - started,
        )

    def close(self) -> None:
        """End graders and sandboxes."""
        for grader in self._graders.values():
            grader.close()
        for sandbox in self._sandboxes.values():
            sandbox.close()
        self._graders.clear()
        self._sandboxes.clear()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _made_ready(self, config: Config, slug: str) -> _Ready:
        digest = _digest(config, slug)
        kept = self._ready.get(slug)
        if kept is None or kept.digest != digest:
            built = build(config, slug, check=False)
            bundle = parse_bundle(built.autograder, bundle_path(config.root, slug))
            parts = notebook_parts(built, [question.name for question in built.questions])
            kept = _Ready(digest=digest, built=built, bundle=bundle, parts=parts)
            self._ready[slug] = kept
        return kept

    def _grader(self, bundle: Bundle, key: str) -> Grader:
        if key not in self._graders:
            settings = bundle.settings
            confinement = (settings.sandbox, settings.limits, settings.device)
            plain = settings.device == "cpu" and settings.sandbox.mode == "fork"
            if plain and confinement not in self._sandboxes:
                self._sandboxes[confinement] = Sandbox.start(
                    settings.limits, settings.sandbox.tier, require=settings.sandbox.require
                )
            while len(self._graders) >= MAX_GRADERS:
                self._graders.pop(next(iter(self._graders))).close()
            self._graders[key] = Grader(bundle, sandbox=self._sandboxes[confinement] if plain else None)
        return self._graders[key]

    def _failing(self, ready: _Ready, question: str, submission: Submission) -> dict[str, FailingLine]:
        """Run the answer once more with the question's tests watched; by the test function's name."""
        path = Path(self._folder.name) / f"{question}.jsonl"
        path.unlink(missing_ok=True)
        tests = dict(ready.bundle.tests)
        name = f"{question}.py"
        watched = watched_source(tests[name], str(path))
        if watched == tests[name]:
            return {}
        bundle = msgspec.structs.replace(
            ready.bundle, tests=tuple((n, watched if n == name else s) for n, s in ready.bundle.tests)
        )
        with contextlib.suppress(InputError):  # what watching breaks costs the look, not the verdict
            grader = self._grader(bundle, f"{ready.bundle.digest} {question}")
            traced = _with_trace(submission.cells, question, sorted(asked_names([tests[name]])))
            grader.grade(msgspec.structs.replace(submission, cells=traced), only={question})
        return read_failing_lines(path)


def _config(request: TryRequest) -> Config:
    if request.config:
        return load_config(Path(request.config))
    return Config(root=Path(request.root), course=AssignmentSettings(slug="", title=""), assignments={})


def _digest(config: Config, slug: str) -> str:
    """A digest of all that an assignment is built from."""
    digest = hashlib.sha256(msgspec.json.encode(config.settings(slug)))
    folder = config.root / ASSIGNMENTS_DIR / slug
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        state = path.stat()
        digest.update(f"{path.relative_to(folder)} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _question(built: Built, name: str, language: str) -> CheckedQuestion:
    names = [question.name for question in built.questions if question.cases]
    if name not in names:
        raise InputError(translate("try_no_question", language, question=name, names=", ".join(names)))
    return next(question for question in built.questions if question.name == name)


def _check_number(number: int, question: CheckedQuestion, language: str) -> None:
    if number != NO_CASE and number > len(question.cases):
        facts = {"question": question.name, "number": number, "count": len(question.cases)}
        raise InputError(translate("try_no_case", language, **facts))


def _submission(request: TryRequest, ready: _Ready) -> Submission:
    answer = request.answer
    if answer.submission is not None:
        return answer.submission
    if answer.file is not None:
        wanted = wanted_of(ready.bundle)
        return read_submission(answer.file, id="try", path=answer.path, wanted=wanted)
    cells = tuple(_cells(ready.parts, request.question, answer))
    return Submission(id="try", student="", cells=cells)


def _cells(parts: NotebookParts, question: str, answer: GivenAnswer) -> Iterator[str]:
    """Yield the answer where its question stands: below the solutions of the questions before it."""
    yield from parts.head
    for name, reference in parts.references.items():
        if name == question:
            yield reference if answer.code is None else answer.code
            yield _check(question)
            return
        yield reference


def _with_trace(cells: Sequence[str], question: str, asked: Sequence[str]) -> tuple[str, ...]:
    """The cells with one that prints traces, before the check of the question, or at the end."""
    at = next((i for i, cell in enumerate(cells) if _check(question) in cell), len(cells))
    return (*cells[:at], trace_cell(asked), *cells[at:])


def _check(question: str) -> str:
    return f'grader.check("{question}")'


def _chosen(result: GradingResult, number: int) -> list[TestCaseResult]:
    cases = [case for question in result.questions for case in question.test_cases]
    return [case for case in cases if number in (NO_CASE, case.test_case.number)]


def _some_fail(cases: Sequence[TestCaseResult]) -> bool:
    return any(case.outcome in ("failed", "errored") for case in cases)


def _reason(result: GradingResult, submission: Submission) -> str:
    """Why an answer did not run to its end: a limit, or the first cell that raised something."""
    if result.reason:
        return result.reason
    errors = [cell.error for cell in result.run.cells if cell.error] if result.run else []
    return "\n".join([*submission.notes, *errors[:1]])


def _tried(
    case: TestCaseResult, name: str, look: FailingLine | None, found: MasterLine | None, ready: _Ready
) -> TriedCase:
    test, settings = case.test_case, ready.bundle.settings
    visibility = settings.gradescope.hidden_visibility

    def read_at(moment: Moment) -> str | None:
        return case.message if is_shown(test, moment, visibility) else None

    return TriedCase(
        number=test.number,
        name=name,
        hidden=test.hidden,
        points=test.points,
        outcome=case.outcome,
        duration_s=case.duration_s,
        message_now=read_at("before_due_date"),
        message_published=read_at("published"),
        detail=case.detail,
        failing=look,
        source=found.source if found else "",
        place=found.place(ready.built.master, settings.language) if found else "",
    )
