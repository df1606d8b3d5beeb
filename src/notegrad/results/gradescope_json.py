"""A grading result as Gradescope's `results.json`.

The format is the one that Gradescope documents under "Autograder Specifications"; platforms other than
Gradescope read it too. What is for staff only (`TestCaseResult.detail`) never enters it.
"""

from __future__ import annotations

import json

import msgspec

from notegrad.marks.final_mark import is_scored, mark_of
from notegrad.messages import DEFAULT_LANGUAGE, translate
from notegrad.records import GradingResult, JudgedWhere, QuestionResult, TestCaseResult, Visibility
from notegrad.results.text import MAX_NAME_CHARS, clean, one_line

MAX_TESTS = 2_000
MAX_CELL_ERRORS = 20
SCORE_DIGITS = 6
_INSIDE: dict[JudgedWhere, tuple[str, ...]] = {"outside": (), "inside": ("judged_inside",)}


def to_gradescope(
    result: GradingResult,
    *,
    language: str = DEFAULT_LANGUAGE,
    hidden_visibility: Visibility = "after_published",
) -> dict[str, object]:
    """One entry of `tests` per test case; hidden ones are shown when `hidden_visibility` says.

    Every text is cleaned and cut (`results.text`). A result that was not graded has neither `score` nor
    `tests`, so that no platform takes it for a zero: without the first Gradescope adds up the scores of the
    second. One with a mark given by hand has a `score`. Scores of tests are always the machine's.
    """
    tests = [
        _test(question, case, f"{number}.{case.test_case.number}", hidden_visibility)
        for number, question in enumerate(result.questions, start=1)
        for case in question.test_cases
    ]
    document: dict[str, object] = {"score": _round(result.score)} if is_scored(result) else {}
    document |= {
        "execution_time": round(result.timings.total_s, 3),
        "output": _output(result, language),
        "output_format": "text",
        "test_output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
    }
    if result.status != "not_graded":
        document["tests"] = tests[:MAX_TESTS]
    mark = mark_of(result)
    of_mark = {} if mark is None else {"mark": msgspec.to_builtins(mark)}
    return document | {"extra_data": {"notegrad": _extra(result) | of_mark}}


def to_json(document: dict[str, object]) -> bytes:
    """The document as UTF-8 JSON: same document, same bytes; raises `ValueError` on NaN and infinities."""
    return (json.dumps(document, allow_nan=False, ensure_ascii=False, indent=1) + "\n").encode()


def _test(
    question: QuestionResult, result: TestCaseResult, number: str, hidden_visibility: Visibility
) -> dict[str, object]:
    case = result.test_case
    name = (
        case.name
        if case.name.startswith(question.question.name)
        else f"{question.question.name} - {case.name}"
    )
    passed = result.outcome == "passed"
    verdict = {} if result.outcome == "not_judged" else {"status": "passed" if passed else "failed"}
    return verdict | {
        "name": one_line(name, MAX_NAME_CHARS),
        "number": number,
        "score": _round(result.score),
        "max_score": _round(case.points),
        "output": clean(result.message or (case.success_message if passed else case.failure_message) or ""),
        "output_format": "text",
        "tags": [one_line(question.question.name), result.outcome, *_INSIDE[result.judged]],
        "visibility": hidden_visibility if case.hidden else "visible",
    }


def _output(result: GradingResult, language: str) -> str:
    reason = result.reason or ""
    said = "" if result.status == "graded" else translate(f"result_{result.status}", language)
    lines = [said, f"{reason[:1].upper()}{reason[1:]}", *result.notes]
    cells = result.run.cells if result.run else ()
    failed = [cell for cell in cells if cell.status in ("error", "timeout")]
    if failed:
        lines.append(translate("cells_stopped", language))
        for cell in failed[:MAX_CELL_ERRORS]:
            why = one_line(cell.error or "") or translate("status_timeout", language)
            lines.append(translate("cell_stopped", language, number=cell.index + 1, why=why))
        if len(failed) > MAX_CELL_ERRORS:
            lines.append(translate("more_cells_stopped", language, count=len(failed) - MAX_CELL_ERRORS))
    return clean("\n".join(line for line in lines if line))


def _extra(result: GradingResult) -> dict[str, object]:
    run = result.run
    return {
        "schema_version": result.schema_version,
        "submission": result.submission,
        "assignment": result.assignment,
        "status": result.status,
        "max_score": _round(result.max_score),
        "questions": [
            {
                "name": one_line(q.question.name),
                "score": _round(q.score),
                "max_score": _round(q.question.points),
            }
            for q in result.questions
        ],
        "versions": {name: one_line(version) for name, version in sorted(result.versions.items())},
        "bundle_sha256": result.bundle_sha256,
        "seed": result.seed,
        "device": run.device if run else "",
        "mode": run.mode if run else "",
        "tier": run.tier if run else "",
        "protections": {p.name: p.active for p in run.protections} if run else {},
        "timings": {
            "total_s": round(result.timings.total_s, 3),
            "start_s": round(result.timings.start_s, 3),
            "notebook_s": round(result.timings.notebook_s, 3),
            "tests_s": round(result.timings.tests_s, 3),
        },
        "memory_peak_mb": round(run.usage.memory_peak_mb, 1) if run else 0.0,
    }


def _round(score: float) -> float:
    """Sums of thirds and tenths print as a teacher would write them."""
    return round(float(score), SCORE_DIGITS)
