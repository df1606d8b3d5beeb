"""Two notebooks that must be graded as expected: the solution with full marks, the untouched one with 0."""

from __future__ import annotations

from notegrad.course.bundle import Bundle
from notegrad.errors import BuildError
from notegrad.records import GradingResult, TestCaseResult

_INSTEAD = (
    "write a test that calls the answer and looks at what it gives and changes (operations that ran: "
    "notegrad.expect.operations), or say judge: inside for this question in otter_config.yml"
)
MAX_NAMED = 5  # test cases in one error; the first of them is usually the cause of the rest


def check_scores(
    bundle: Bundle, *, solution: bytes, blank: bytes, allow_untouched: bool = False
) -> tuple[GradingResult, GradingResult]:
    """Grade both notebooks with the bundle's own tests; `allow_untouched`: the second may have points.

    Returns the results of the solution and of the untouched notebook. Raises BuildError that names the test
    cases which say otherwise, and SandboxError for a fault of ours.
    """
    from notegrad.grading import Grader
    from notegrad.intake.hand_in import read_notebook

    with Grader(bundle) as grader:
        full = grader.grade(read_notebook(solution, id="solution"))
        empty = grader.grade(read_notebook(blank, id="blank"))
    refuse_scores(bundle.settings.slug, full, empty, allow_untouched=allow_untouched)
    return full, empty


def refuse_scores(
    slug: str, full: GradingResult, empty: GradingResult, *, allow_untouched: bool = False
) -> None:
    """Raise BuildError where the solution has less than full marks or the untouched notebook more than 0.

    `allow_untouched`: where the author gives points for what stands in the handout.
    """
    failed = [r for r in _cases(full) if r.outcome != "passed"]
    if full.status != "graded" or failed or full.score != full.max_score:
        head = f"{slug}: the solution scores {full.score:g} of {full.max_score:g}"
        raise BuildError(f"{head}: {full.reason or _named(failed)}")
    given = [r for r in _cases(empty) if r.score]
    if (given or empty.score) and not allow_untouched:
        head = f"{slug}: the untouched student notebook scores {empty.score:g} instead of 0"
        raise BuildError(f"{head}: {_named(given)}; give such a case no points, or say --allow-untouched")


def _cases(result: GradingResult) -> list[TestCaseResult]:
    return [case for question in result.questions for case in question.test_cases]


def _named(cases: list[TestCaseResult]) -> str:
    """Name test cases with their outcome and the first line of why."""
    named = [f"{c.test_case.name} {c.outcome} ({_why(c)})" for c in cases[:MAX_NAMED]]
    more = f", and {len(cases) - MAX_NAMED} more" if len(cases) > MAX_NAMED else ""
    return ", ".join(named) + more


def _why(case: TestCaseResult) -> str:
    if case.outcome == "not_judged":
        return f"{case.detail}: {_INSTEAD}"
    said = (case.detail or case.message).strip().splitlines()
    return said[-1].strip() if said else f"{case.test_case.points:g} points"
