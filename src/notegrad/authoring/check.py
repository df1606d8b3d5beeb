"""Two notebooks that must be graded as expected: the solution with full marks, the untouched one with 0."""

from __future__ import annotations

from notegrad.course.bundle import Bundle
from notegrad.errors import BuildError
from notegrad.messages import Message, together
from notegrad.records import GradingResult, TestCaseResult

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
        facts = {"slug": slug, "score": full.score, "max_score": full.max_score}
        raise BuildError(Message("solution_scores", **facts, why=full.reason or _named(failed)))
    given = [r for r in _cases(empty) if r.score]
    if (given or empty.score) and not allow_untouched:
        raise BuildError(Message("build_untouched_points", slug=slug, score=empty.score, given=_named(given)))


def _cases(result: GradingResult) -> list[TestCaseResult]:
    return [case for question in result.questions for case in question.test_cases]


def _named(cases: list[TestCaseResult]) -> Message:
    """Name test cases with their outcome and the first line of why."""
    named = [_case(case) for case in cases[:MAX_NAMED]]
    return together(named, more=max(0, len(cases) - MAX_NAMED))


def _case(case: TestCaseResult) -> Message:
    outcome = Message(f"outcome_{case.outcome}")
    return Message("case_said", name=case.test_case.told, outcome=outcome, why=_why(case))


def _why(case: TestCaseResult) -> Message | str:
    if case.outcome == "not_judged":
        return Message("not_judged_instead", why=case.detail)
    said = (case.detail or case.message).strip().splitlines()
    return said[-1].strip() if said else Message("points_of", points=case.test_case.points)
