"""Other people's assignments, by plain otter and by notegrad: `python -m tests.programs.foreign [WORDS]`.

Prints a line for each kind. The exit status is 1 where a row that is marked done has not otter's scores, or a
right answer is refused by otter itself, so that the row shows nothing.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

from notegrad.course.bundle import read_bundle
from notegrad.grading import Grader
from notegrad.intake.submissions import read_submissions
from notegrad.records import GradingResult
from tests.support.foreign_rows import ForeignRow, foreign_rows
from tests.support.plain_otter import OtterScores, grade_with_otter

Paths = tuple[Path, dict[str, Path]]


def grade_row(bundle: Path, notebooks: dict[str, Path]) -> dict[str, GradingResult]:
    """What notegrad says of each notebook of a row."""
    with Grader(read_bundle(bundle)) as grader:
        return {name: grader.grade(read_submissions([path])[0]) for name, path in notebooks.items()}


def write_row(row: ForeignRow, folder: Path) -> Paths:
    """The bundle and the notebooks of a row, by `right` and `wrong`."""
    folder.mkdir(parents=True, exist_ok=True)
    answers = {"right": row.right, "wrong": row.wrong}
    notebooks = {
        name: row.write_notebook(folder / f"{name}.ipynb", answer) for name, answer in answers.items()
    }
    return row.write_bundle(folder / "lab.zip"), notebooks


def what_differs(row: ForeignRow, ours: dict[str, GradingResult]) -> list[str]:
    """A sentence on each answer that notegrad does not judge as the row says."""
    found = []
    for name, expected in (("right", row.points), ("wrong", row.wrong_score)):
        cases = [case for question in ours[name].questions for case in question.test_cases]
        unjudged = [case for case in cases if case.outcome == "not_judged"]
        said = "; ".join(f"{case.outcome} {case.message} {case.detail}".strip() for case in cases)
        if row.judged and unjudged:
            found.append(f"{name}: not judged: {said[:300]}")
        elif not row.judged and not unjudged:
            found.append(f"{name}: judged although it cannot be: {said[:300]}")
        elif row.judged and abs(ours[name].score - expected) > 1e-9:
            found.append(f"{name}: {ours[name].score:g} and not {expected:g}: {said[:300]}")
    return found


def _line(row: ForeignRow, otter: dict[str, OtterScores], differences: list[str]) -> tuple[str, bool]:
    by_otter = {name: scores.scores.get("q1", float("nan")) for name, scores in otter.items()}
    is_shown = by_otter["right"] == row.points and by_otter["wrong"] == row.wrong_score
    state = "same" if not differences else "DIFFERS" if row.done else "to do"
    if not row.judged and not differences:
        state = "not judged"
    otter_said = f"otter {by_otter['right']:g} {by_otter['wrong']:g}" + ("" if is_shown else " (UNEXPECTED)")
    line = "\n".join([f"{state:10} {row.kind:70} {otter_said}", *(f"    {each}" for each in differences)])
    return line, is_shown and not (row.done and differences)


def main(words: Sequence[str]) -> int:
    """Grade the rows whose kind contains all words, both ways."""
    rows = [row for row in foreign_rows() if all(word in row.kind for word in words)]
    is_good = True
    with (
        tempfile.TemporaryDirectory(prefix="notegrad-foreign-") as folder,
        ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool,
    ):
        written = [write_row(row, Path(folder) / str(number)) for number, row in enumerate(rows)]
        futures: list[dict[str, Future[OtterScores]]] = [
            {name: pool.submit(grade_with_otter, path, bundle) for name, path in notebooks.items()}
            for bundle, notebooks in written
        ]
        for row, paths, future in zip(rows, written, futures, strict=True):
            differences = what_differs(row, grade_row(*paths))
            line, is_row_good = _line(
                row, {name: each.result() for name, each in future.items()}, differences
            )
            print(line, flush=True)
            is_good = is_good and is_row_good
    unjudged = sum(not row.judged for row in rows)
    print(f"{len(rows)} kinds, {sum(row.done for row in rows)} done, {unjudged} of them not judged outside")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
