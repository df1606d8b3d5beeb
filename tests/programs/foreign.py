"""Other people's assignments, by plain otter and by notegrad: `python -m tests.programs.foreign [WORDS]`.

Prints a line for each kind. The exit status is 1 where a row that is marked done has not otter's scores, or a
right answer is refused by otter itself, so that the row shows nothing.
"""

from __future__ import annotations

import math
import multiprocessing
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

from notegrad.course.adjustments import Adjustments, adjusted
from notegrad.course.bundle import read_bundle
from notegrad.grading import Grader
from notegrad.intake.submissions import read_submissions
from notegrad.records import GradingResult, Limits, TestCaseResult
from notegrad.sandbox.outside.sandbox import Sandbox
from notegrad.settings import JudgePlace
from tests.support.foreign_rows import ForeignRow, foreign_rows
from tests.support.plain_otter import OtterScores, grade_with_otter

PLACES: tuple[JudgePlace, ...] = ("outside", "auto", "inside")
Paths = tuple[Path, dict[str, Path]]


def grade_row(
    bundle: Path, notebooks: dict[str, Path], judge: JudgePlace | None = None, sandbox: Sandbox | None = None
) -> dict[str, GradingResult]:
    """What notegrad says of each notebook of a row, judged in a place; None: as bundles of otter's are."""
    with Grader(adjusted(read_bundle(bundle), Adjustments(judge=judge)), sandbox=sandbox) as grader:
        return {name: grader.grade(read_submissions([path])[0]) for name, path in notebooks.items()}


def write_row(row: ForeignRow, folder: Path) -> Paths:
    """The bundle and the notebooks of a row, by `right` and `wrong`."""
    folder.mkdir(parents=True, exist_ok=True)
    answers = {"right": row.right, "wrong": row.wrong}
    notebooks = {
        name: row.write_notebook(folder / f"{name}.ipynb", answer) for name, answer in answers.items()
    }
    return row.write_bundle(folder / "lab.zip"), notebooks


def what_differs(row: ForeignRow, ours: dict[str, GradingResult], judge: JudgePlace = "auto") -> list[str]:
    """A sentence on each answer that notegrad does not judge as the row says."""
    found = []
    for name, expected in (("right", row.points), ("wrong", row.wrong_score)):
        cases = _cases(ours[name])
        unjudged = [case for case in cases if case.outcome == "not_judged"]
        said = "; ".join(f"{case.outcome} {case.message} {case.detail}".strip() for case in cases)
        is_judged = row.judged or judge != "outside"
        is_inside = any(case.judged == "inside" for case in cases)
        is_careful = judge == "outside" and name == "wrong"  # no mark, and staff are told: nobody gains
        if is_judged and unjudged and not is_careful:
            found.append(f"{name}: not judged: {said[:300]}")
        elif not is_judged and not unjudged:
            found.append(f"{name}: judged although it cannot be: {said[:300]}")
        elif judge == "auto" and name == "right" and is_inside != (row.inside or not row.judged):
            found.append(f"{name}: {'' if is_inside else 'not '}judged inside: {_why_inside(ours[name])}")
        elif is_judged and abs(ours[name].score - expected) > 1e-9:
            found.append(f"{name}: {ours[name].score:g} and not {expected:g}: {said[:300]}")
    return found


def what_is_refused(ours: dict[str, GradingResult]) -> list[str]:
    """A sentence on each test case that refuses the right answer, which it may leave without a verdict."""
    refused = (case for case in _cases(ours["right"]) if case.outcome not in ("passed", "not_judged"))
    return [f"right: refused: {case.outcome} {case.message} {case.detail}"[:300] for case in refused]


def _cases(result: GradingResult) -> list[TestCaseResult]:
    return [case for question in result.questions for case in question.test_cases]


def _why_inside(result: GradingResult) -> str:
    return "; ".join(dict.fromkeys(case.why_inside for case in _cases(result) if case.judged == "inside"))


def _line(
    row: ForeignRow, otter: dict[str, OtterScores], ours: dict[JudgePlace, dict[str, GradingResult]]
) -> tuple[str, bool]:
    by_otter = {name: scores.scores.get("q1", float("nan")) for name, scores in otter.items()}
    wrong = math.isnan(by_otter["wrong"]) if row.ends_otter else by_otter["wrong"] == row.wrong_score
    is_shown = by_otter["right"] == row.points and wrong
    differences = [
        f"{place}: {each}"
        for place in ("outside", "auto")
        for each in what_differs(row, ours[place], place)
        if place == "auto" or not (row.inside or row.kept)
    ]
    differences += [f"outside: {each}" for each in what_is_refused(ours["outside"])]
    state = "same" if not differences else "DIFFERS" if row.done else "to do"
    scores = "  ".join(f"{_score(found['right'])} {_score(found['wrong'])}" for found in ours.values())
    said = f"{by_otter['right']:g} {by_otter['wrong']:g}{'' if is_shown else '(UNEXPECTED)'}  {scores}"
    why = _why_inside(ours["auto"]["right"])
    lines = [f"{state:8} {row.kind:66} {said}", *(f"    {each}" for each in differences)]
    lines += [f"    inside: {why}"] if why else []
    return "\n".join(lines), is_shown and not (row.done and differences)


def _score(result: GradingResult) -> str:
    is_whole = all(case.outcome != "not_judged" for case in _cases(result))
    return f"{result.score:g}" if is_whole else "?"


def main(words: Sequence[str]) -> int:
    """Grade the rows whose part and kind contain all words, by otter and in each place."""
    rows = [row for row in foreign_rows() if all(word in f"{row.part} {row.kind}" for word in words)]
    is_good = True
    inside: dict[str, list[str]] = {row.part: [] for row in rows}
    print(f"{'':8} {'':66} otter, outside, auto, inside: right and wrong; ?: not judged")
    with (
        Sandbox.start(Limits()) as sandbox,
        tempfile.TemporaryDirectory(prefix="notegrad-foreign-") as folder,
        ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool,
    ):
        written = [write_row(row, Path(folder) / str(number)) for number, row in enumerate(rows)]
        futures: list[dict[str, Future[OtterScores]]] = [
            {name: pool.submit(grade_with_otter, path, bundle) for name, path in notebooks.items()}
            for bundle, notebooks in written
        ]
        for row, paths, future in zip(rows, written, futures, strict=True):
            ours = {place: grade_row(*paths, place, sandbox) for place in PLACES}
            line, is_row_good = _line(row, {name: each.result() for name, each in future.items()}, ours)
            print(line, flush=True)
            is_good = is_good and is_row_good
            if why := _why_inside(ours["auto"]["right"]):
                inside[row.part].append(why)
    _print_parts(rows, inside)
    return 0 if is_good else 1


def _print_parts(rows: Sequence[ForeignRow], inside: dict[str, list[str]]) -> None:
    """How many kinds of each part are judged outside with `auto`, and why the others are not."""
    print()
    for part, reasons in inside.items():
        total = sum(row.part == part for row in rows)
        print(f"{part:12} {total - len(reasons):3} of {total} kinds outside with auto, {len(reasons)} inside")
    everything = [why for reasons in inside.values() for why in reasons]
    print(
        f"{'all':12} {len(rows) - len(everything):3} of {len(rows)} kinds outside with auto, of which "
        f"{sum(row.done for row in rows)} done; inside, by reason:"
    )
    for why, count in Counter(everything).most_common():
        print(f"    {count} x {why}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
