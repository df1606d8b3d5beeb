"""Trials: many answers to many questions, packed into few notebooks, judged in parallel by the grader."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import multiprocessing.util
import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Self

import msgspec

from notegrad.course.asked_names import asked_names
from notegrad.course.bundle import Bundle
from notegrad.probes.argument_forms import RecordedCall, read_calls
from notegrad.records import GradingResult, QuestionResult, Record, Submission
from notegrad.verify.equality import distinct_calls, equality_notebook, told_equal
from notegrad.verify.notebook_parts import NotebookParts
from notegrad.verify.recorded_tests import recorded_source

if TYPE_CHECKING:
    from notegrad.grading import Grader
    from notegrad.sandbox.outside.sandbox import Sandbox

_ABSENT = "_notegrad_absent"
"""In a notebook of trials: the names that answers did not define by their check."""


class Trial(Record, frozen=True, kw_only=True):
    """One answer to one question; `first_failure`: only whether it passes everything is asked."""

    id: str
    question: str
    code: str
    first_failure: bool = False


class _Notebook(Record, frozen=True, kw_only=True):
    submission: Submission
    trials: tuple[Trial, ...]


class TrialPool:
    """Processes that grade, each with one warm sandbox for all assignments that agree on its tier."""

    def __init__(self, jobs: int | None = None) -> None:
        self._pool = concurrent.futures.ProcessPoolExecutor(
            jobs or os.cpu_count() or 1, multiprocessing.get_context("spawn")
        )

    def grade(self, bundle: Bundle, submissions: Sequence[Submission]) -> list[GradingResult]:
        """The results of whole notebooks. Raises SandboxError for a fault of ours."""
        return list(self._pool.map(_grade_whole, [bundle] * len(submissions), submissions))

    def run(self, bundle: Bundle, parts: NotebookParts, trials: Sequence[Trial]) -> dict[str, QuestionResult]:
        """The result of each trial by its id.

        Each stands where its question stands, after the reference solutions of the questions before it, and
        is judged on the state at its check cell, as a student's. Raises SandboxError for a fault of ours.
        """
        notebooks = list(_compose(bundle, parts, trials))
        found: dict[str, QuestionResult] = {}
        for results in self._pool.map(_grade_trials, [bundle] * len(notebooks), notebooks):
            found.update(results)
        return found

    def equal(
        self, bundle: Bundle, parts: NotebookParts, question: str, codes: Sequence[str], *, any_axes: bool
    ) -> list[bool]:
        """Say of each mutant whether it cannot be told from the reference on inputs like those of the tests.

        `any_axes`: inputs may have more axes than the tests try. Raises SandboxError for a fault of ours.
        """
        if not codes:
            return []
        (calls,) = self._pool.map(_record_calls, [bundle], [parts], [question])
        if not calls:
            return [False] * len(codes)
        notebooks = [equality_notebook(parts, question, code, calls, any_axes=any_axes) for code in codes]
        nothing = [()] * len(notebooks)
        return list(
            map(told_equal, self._pool.map(_grade_whole, [bundle] * len(notebooks), notebooks, nothing))
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)


def _compose(bundle: Bundle, parts: NotebookParts, trials: Sequence[Trial]) -> Iterator[_Notebook]:
    """As few notebooks as hold every trial once, with at most one trial of each question in each."""
    tests = dict(bundle.tests)
    asked = {name: sorted(asked_names([tests[f"{name}.py"]])) for name in {t.question for t in trials}}
    for first_failure in (False, True):
        queues = {
            name: [t for t in trials if t.question == name and t.first_failure == first_failure]
            for name in parts.references
        }
        for number, layer in enumerate(zip_longest(*queues.values())):
            chosen = {t.question: t for t in layer if t is not None}
            name = f"trials-{number + 1}{'-first' if first_failure else ''}"
            submission = Submission(id=name, student="", cells=tuple(_cells(parts, chosen, asked)))
            yield _Notebook(submission=submission, trials=tuple(chosen.values()))


def _cells(
    parts: NotebookParts, chosen: Mapping[str, Trial], asked: Mapping[str, list[str]]
) -> Iterable[str]:
    """Yield the cells of a notebook in which no answer is lent what it does not define itself.

    A question whose names are missing at its check is judged on the final state, and there the reference
    solution, which later questions may need, has defined them.
    """
    yield from parts.head
    for name, reference in parts.references.items():
        if name in chosen:
            yield chosen[name].code
            yield f'grader.check("{name}")'
            missing = f"set({asked[name]!r}) - globals().keys()"
            yield f"{_ABSENT} = {{*globals().get({_ABSENT!r}, ())}} | ({missing})"
        yield reference
    yield f"for {_ABSENT} in {_ABSENT}: globals().pop({_ABSENT}, None)"


# --- in a process of the pool ----------------------------------------------------------------------

_sandboxes: dict[tuple[str, tuple[str, ...]], Sandbox] = {}
_graders: dict[str, Grader] = {}


def _grader(bundle: Bundle) -> Grader:
    if bundle.digest not in _graders:
        from notegrad.grading import Grader
        from notegrad.sandbox.outside.sandbox import Sandbox

        confinement = (bundle.settings.sandbox.tier, bundle.settings.sandbox.require)
        if confinement not in _sandboxes:
            # the limits of a submission are given again with each notebook
            started = Sandbox.start(
                bundle.settings.limits, bundle.settings.sandbox.tier, require=bundle.settings.sandbox.require
            )
            multiprocessing.util.Finalize(None, started.close, exitpriority=10)
            _sandboxes[confinement] = started
        _graders[bundle.digest] = Grader(bundle, sandbox=_sandboxes[confinement])
    return _graders[bundle.digest]


def _grade_whole(
    bundle: Bundle, submission: Submission, only: Collection[str] | None = None
) -> GradingResult:
    return _grader(bundle).grade(submission, only=only)


def _record_calls(bundle: Bundle, parts: NotebookParts, question: str) -> list[RecordedCall]:
    """Run the reference solution against its tests, for the calls that these make."""
    name = f"{question}.py"
    with tempfile.TemporaryDirectory(prefix="notegrad-calls-") as folder:
        path = Path(folder) / "calls"
        tests = tuple((n, recorded_source(s, str(path)) if n == name else s) for n, s in bundle.tests)
        recording = msgspec.structs.replace(bundle, tests=tests, digest=f"{bundle.digest} {question}")
        trial = Trial(id=question, question=question, code=parts.references[question])
        (notebook,) = _compose(bundle, parts, [trial])
        try:
            _grade_trials(recording, notebook)
        finally:
            _graders.pop(recording.digest).close()
        return distinct_calls(read_calls(path))


def _grade_trials(bundle: Bundle, notebook: _Notebook) -> dict[str, QuestionResult]:
    by_question = {trial.question: trial for trial in notebook.trials}
    result = _grader(bundle).grade(
        notebook.submission, only=by_question.keys(), first_failure=notebook.trials[0].first_failure
    )
    return {by_question[q.question.name].id: q for q in result.questions}
