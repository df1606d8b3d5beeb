"""Plain otter against notegrad on every honest example and every answer: `python -m tests.programs.parity`.

The exit status is 1 where a question got two different scores, or one of the two gave none.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

from notegrad.course.bundle import read_bundle
from notegrad.intake.submissions import read_submissions
from notegrad.records import GradingResult, Record
from tests.support.compose import ROOT, Case, composed_cases, example_cases, unsteady_answers
from tests.support.plain_otter import OtterScores, grade_with_otter

OTTER_PROCESSES = 2
TOLERANCE = 1e-9


class Difference(Record, frozen=True, kw_only=True):
    """One question of one notebook on which the two do not agree; NaN where one gave no score."""

    case: str
    question: str
    answer: str
    otter: float
    notegrad: float
    detail: str


def compare(case: Case, otter: OtterScores, ours: GradingResult) -> list[Difference]:
    """The questions on which the two differ."""
    nothing = float("nan")
    scores = {q.question.name: q.score for q in ours.questions}
    found = []
    for name in sorted(scores.keys() | otter.scores.keys()):
        left, right = otter.scores.get(name, nothing), scores.get(name, nothing)
        if not abs(left - right) <= TOLERANCE:
            answer = case.answers.get(name, "")
            detail = otter.error or _outcomes(ours, name)
            found.append(
                Difference(
                    case=case.name, question=name, answer=answer, otter=left, notegrad=right, detail=detail
                )
            )
    return found


def _outcomes(result: GradingResult, question: str) -> str:
    cases = [c for q in result.questions if q.question.name == question for c in q.test_cases]
    said = [
        f"case {c.test_case.number} {c.outcome}: {c.detail or c.message}"
        for c in cases
        if c.outcome != "passed"
    ]
    return "; ".join(said)[:1500]


def run(cases: Sequence[Case], bundle_path: Path, *, processes: int = OTTER_PROCESSES) -> list[Difference]:
    """Grade every case both ways, otter in processes of its own, and list the differences."""
    from notegrad.grading import Grader

    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        futures: list[Future[OtterScores]] = [
            pool.submit(grade_with_otter, case.path, bundle_path) for case in cases
        ]
        with Grader(read_bundle(bundle_path)) as grader:
            ours = [grader.grade(read_submissions([case.path])[0]) for case in cases]
        return [
            difference
            for case, future, result in zip(cases, futures, ours, strict=True)
            for difference in compare(case, future.result(), result)
        ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare all assignments that are built; print differences and counts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("slug", nargs="*", help="assignments; all by default")
    parser.add_argument("--limit", type=int, help="composed notebooks per assignment; all by default")
    parser.add_argument("--only", help="only the cases whose name contains this")
    options = parser.parse_args(arguments)
    slugs = options.slug or sorted(p.parent.name for p in (ROOT / "assignments").glob("*/answers.yml"))
    failed = False
    for slug in slugs:
        failed |= _compare_assignment(slug, options.limit, options.only)
    return 1 if failed else 0


def _compare_assignment(slug: str, limit: int | None, only: str | None) -> bool:
    bundle_path = ROOT / "autograder" / f"{slug}.zip"
    if not bundle_path.exists():
        print(f"{slug}: {bundle_path.relative_to(ROOT)} is not there; run `notegrad build` first")
        return True
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="notegrad-parity-") as folder:
        cases, left_out = example_cases(slug)
        examples = len(cases)
        composed = composed_cases(slug, Path(folder), limit=limit, only_steady=True)
        cases = [c for c in (*cases, *composed) if only is None or only in c.name]
        differences = run(cases, bundle_path)
    answers = len({a for c in cases for a in c.answers.values()})
    for difference in differences:
        print(
            f"{difference.case:44} {difference.question:6} {difference.answer:16} "
            f"otter {difference.otter:6.3f}  notegrad {difference.notegrad:6.3f}  {difference.detail}"
        )
    for each in (*left_out, *unsteady_answers(slug)):
        print(f"{slug}: left out {each.name}: {each.reason}")
    questions = sum(1 for _ in read_bundle(bundle_path).tests)
    print(
        f"{slug}: {len(cases)} notebooks ({examples} examples, {len(composed)} composed of {answers} answers), "
        f"{len(cases) * questions} scores compared, {len(differences)} differences, "
        f"{time.monotonic() - started:.0f} s"
    )
    return bool(differences)


if __name__ == "__main__":
    sys.exit(main())
