"""Cost of a submission as questions, test cases and calls grow: a model, and how far it is off.

    python benchmarks/cost_model.py [--gradings 8]

Made assignments of many shapes are graded, and processor time of the whole tree (control_groups.py) is laid
out as `base + a * questions + b * test cases + c * calls` by least squares. The model is then asked about
shapes that it was not made from, and about the five assignments of the course, of which it is told the counts
and what their notebooks cost alone (floor.py).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from benchmarks.checkouts import SLUGS, bundle_path  # noqa: E402
from benchmarks.control_groups import control_group  # noqa: E402
from benchmarks.processor_time import LIKE_THE_ZYGOTE, WARM_UP, Competitor  # noqa: E402

Shape = tuple[int, int, int]
"""Questions, test cases of each, and calls of each test case."""

MADE_FROM: tuple[Shape, ...] = (
    *((1, 1, 1), (8, 1, 1), (32, 1, 1), (8, 4, 1), (8, 8, 1), (16, 8, 1), (32, 4, 1)),
    *((8, 1, 8), (8, 4, 4), (16, 4, 8), (4, 8, 16), (16, 8, 8)),
)
ASKED_ABOUT: tuple[Shape, ...] = ((12, 6, 2), (24, 2, 6), (20, 6, 10), (2, 3, 30))
REFERENCE: Shape = (8, 2, 2)
TERMS = ("a submission", "a question", "a test case", "a call")
_TEST = """OK_FORMAT = False
from otter.test_files import test_case
name = "{name}"
points = 1
{cases}
"""
_CASE = """
@test_case(hidden=True)
def test_{number}(double):
    import torch
    for k in range({calls}):
        x = torch.arange(12.0).reshape(3, 4) + k
        assert torch.equal(double(x), 2 * x)
"""


def serve(questions: int, cases: int, calls: int) -> None:
    """Grade a right submission for each line that comes."""
    from notegrad.course.bundle import Bundle
    from notegrad.grading import Grader
    from notegrad.records import Limits, Submission
    from notegrad.settings import AssignmentSettings

    names = [f"q{number:02}" for number in range(questions)]
    body = "".join(_CASE.format(number=number, calls=calls) for number in range(cases))
    bundle = Bundle(
        settings=AssignmentSettings(slug="cost", title="Cost", limits=Limits(), seed=1),
        tests=tuple((f"{name}.py", _TEST.format(name=name, cases=body)) for name in names),
    )
    cells = ["import otter, torch\ngrader = otter.Notebook()", "def double(x):\n    return 2 * x"]
    cells += [f'grader.check("{name}")' for name in names]
    with Grader(bundle) as grader:
        print("ready", flush=True)
        for line in sys.stdin:
            result = grader.grade(Submission(id="s", student="s", cells=(*cells, f"# {line}")))
            assert abs(result.score - questions) < 1e-6, result
            print(json.dumps({"score": result.score}), flush=True)


class Scale:
    """A grader of one assignment, asked in turn with each other one: a machine's speed comes and goes."""

    def __init__(self, grader: Competitor) -> None:
        self._grader = grader
        self._costs_ms: list[float] = []
        for number in range(WARM_UP):
            grader.grade(Path(str(number)))

    def ratios(self, rival: Competitor, path: Path, gradings: int) -> tuple[float, dict[str, float]]:
        """What a grading costs over one here, the median of rounds, and the last answer of the rival's."""
        for _ in range(WARM_UP):
            rival.grade(path)
        found = []
        for number in range(gradings):
            own_ms = self._grader.grade(Path(str(number)))["cpu_ms"]
            answer = rival.grade(path)
            found.append(answer["cpu_ms"] / own_ms)
            self._costs_ms.append(own_ms)
        rival.close()
        return statistics.median(found), answer

    def unit_ms(self) -> float:
        """Processor time of a grading here: the median of all."""
        return statistics.median(self._costs_ms)


def grader_of(shape: Shape, group: Path) -> Competitor:
    """A process that grades an assignment of this shape."""
    command = [__file__, "--serve", *map(str, shape)]
    return Competitor(str(shape), group, command, {"PYTHONPATH": str(ROOT / "src")})


def relative_costs(shapes: Sequence[Shape], scale: Scale, gradings: int) -> dict[Shape, float]:
    """What a submission of each shape costs over one of the scale's."""
    found = {}
    for shape in shapes:
        with control_group("cost") as group:
            found[shape] = scale.ratios(grader_of(shape, group), Path("x"), gradings)[0]
    return found


def row_of(shape: Shape) -> list[float]:
    """What each term of the model is multiplied by."""
    questions, cases, calls = shape
    return [1.0, float(questions), float(questions * cases), float(questions * cases * calls)]


def fitted(costs: dict[Shape, float]) -> np.ndarray[Any, Any]:
    """The terms, by least squares of relative errors: small assignments count as much as large ones."""
    rows = np.array([row_of(shape) for shape in costs])
    wanted = np.array(list(costs.values()))
    return np.linalg.lstsq(rows / wanted[:, None], np.ones(len(wanted)), rcond=None)[0]


def print_asked(terms: np.ndarray[Any, Any], costs: dict[Shape, float]) -> None:
    """A row for each shape: measured, told by the model, and the difference."""
    for shape, measured in costs.items():
        told = float(np.dot(row_of(shape), terms))
        print(f"| {' x '.join(map(str, shape))} | {measured:.0f} | {told:.0f} | {told / measured - 1:+.0%} |")


def print_course(slug: str, scale: Scale, terms: np.ndarray[Any, Any], gradings: int) -> None:
    """A row for a notebook with full marks: graded, its floor, and what is left for calls."""
    from tests.support.compose import composed_cases

    bundle = str(bundle_path(slug))
    rivals = (
        ("floor", ["floor.py", bundle], LIKE_THE_ZYGOTE),
        ("graded", ["processor_time.py", "--serve", bundle, "fork"], {"PYTHONPATH": str(ROOT / "src")}),
    )
    found = []
    with tempfile.TemporaryDirectory(prefix="notegrad-bench-") as folder:
        [case] = composed_cases(slug, Path(folder), lessons=True, limit=1)
        for name, (program, *arguments), environment in rivals:
            with control_group(name) as group:
                command = [str(Path(__file__).with_name(program)), *arguments]
                rival = Competitor(name, group, command, environment)
                ratio, answer = scale.ratios(rival, case.path, gradings)
                found.append(scale.unit_ms() * ratio)
    floor_ms, graded_ms = found
    known_ms = floor_ms + float(np.dot([1.0, answer["questions"], answer["cases"]], terms[:3]))
    print(
        f"| {slug} | {answer['questions']:.0f}, {answer['cases']:.0f} | {graded_ms:.0f} | {floor_ms:.0f} | "
        f"{graded_ms - known_ms:.0f} |",
        flush=True,
    )


def main() -> None:
    """Print the model, and what it says of what it does not know."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gradings", type=int, default=8)
    gradings = parser.parse_args().gradings
    with control_group("scale") as group:
        reference = grader_of(REFERENCE, group)
        scale = Scale(reference)
        known = relative_costs(MADE_FROM, scale, gradings)
        asked = relative_costs(ASKED_ABOUT, scale, gradings)
        costs = {shape: scale.unit_ms() * ratio for shape, ratio in known.items()}
        terms = fitted(costs)
        print("| ms of processor time for | |\n|---|---|")
        for name, value in zip(TERMS, terms, strict=True):
            print(f"| {name} | {value:.2f} |")
        print("\n| questions x test cases x calls | measured | model | |\n|---|---|---|---|")
        print_asked(terms, costs)
        print("\n| not known to the model | measured | model | |\n|---|---|---|---|")
        print_asked(terms, {shape: scale.unit_ms() * ratio for shape, ratio in asked.items()})
        print("\n| course | questions, cases | graded | floor | left for calls |\n|---|---|---|---|---|")
        for slug in SLUGS:
            print_course(slug, scale, terms, gradings)
        reference.close()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(*map(int, sys.argv[2:5]))
    else:
        main()
