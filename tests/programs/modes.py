"""The modes of the sandbox against each other, every test case of every notebook: `python -m tests.programs.modes`.

Mode fork on the CPU is the measure: `tests.programs.parity` holds it against plain otter. Mode stepped and the
simulated accelerator must give each test case the same outcome. The exit status is 1 where one does not.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Literal

import msgspec

from notegrad.course.bundle import read_bundle
from notegrad.grading import Grader
from notegrad.intake.submissions import read_submissions
from notegrad.records import GradingResult, Record
from tests.support.compose import ROOT, Case, composed_cases, example_cases


class Way(Record, frozen=True, kw_only=True):
    """One way of grading: a mode of the sandbox on a device."""

    mode: Literal["fork", "stepped"]
    device: str

    def __str__(self) -> str:
        return f"{self.mode} {self.device}"


MEASURE = Way(mode="fork", device="cpu")
OTHERS = (Way(mode="stepped", device="cpu"), Way(mode="stepped", device="sim"))

Outcomes = dict[str, str]
"""Of each test case, under its name; `status` for the whole."""


def grade(way: Way, paths: Sequence[Path], bundle_path: Path) -> tuple[list[Outcomes], float]:
    """The outcomes of each notebook, and the seconds that all took; in a process of its own for `sim`.

    torch's registry of devices has no way back.
    """
    bundle = read_bundle(bundle_path)
    sandbox = msgspec.structs.replace(bundle.settings.sandbox, mode=way.mode)
    settings = msgspec.structs.replace(bundle.settings, sandbox=sandbox)
    bundle = msgspec.structs.replace(bundle, settings=settings)
    with Grader(bundle, device=way.device) as grader:
        started = time.monotonic()
        results = [grader.grade(read_submissions([path])[0]) for path in paths]
    for result in results:
        if result.run is not None and (result.run.mode, result.run.device) != (way.mode, way.device):
            raise AssertionError(f"asked for {way}, ran {result.run.mode} {result.run.device}")
    return [outcomes(result) for result in results], time.monotonic() - started


def outcomes(result: GradingResult) -> Outcomes:
    """What each test case came to."""
    found = {c.test_case.name: c.outcome for q in result.questions for c in q.test_cases}
    return {"status": result.status, **found}


def differences(cases: Sequence[Case], actual: Sequence[Outcomes], expected: Sequence[Outcomes]) -> list[str]:
    """A line for each test case that two ways of grading do not agree on."""
    return [
        f"{case.name:44} {name:28} {one.get(name, 'nothing')}, and {MEASURE} {other.get(name, 'nothing')}"
        for case, one, other in zip(cases, actual, expected, strict=True)
        for name in sorted(one.keys() | other.keys())
        if one.get(name) != other.get(name)
    ]


def compare(slug: str, limit: int | None) -> int:
    """Print a row for each way of grading one assignment; the number of differences."""
    bundle_path = ROOT / "autograder" / f"{slug}.zip"
    found = 0
    with tempfile.TemporaryDirectory(prefix="notegrad-modes-") as folder:
        examples = example_cases(slug)[0]
        cases = [*examples, *composed_cases(slug, Path(folder), limit=limit)]
        paths = [case.path for case in cases]
        expected, seconds = _in_a_process(MEASURE, paths, bundle_path)
        test_cases = sum(len(each) - 1 for each in expected)
        _print_row(slug, MEASURE, len(cases), test_cases, "the measure", seconds)
        for way in OTHERS:
            actual, seconds = _in_a_process(way, paths, bundle_path)
            lines = differences(cases, actual, expected)
            for line in lines:
                print(line)
            _print_row(slug, way, len(cases), test_cases, str(len(lines)), seconds)
            found += len(lines)
    return found


def _in_a_process(way: Way, paths: Sequence[Path], bundle_path: Path) -> tuple[list[Outcomes], float]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(grade, way, paths, bundle_path).result()


def _print_row(slug: str, way: Way, notebooks: int, test_cases: int, differing: str, seconds: float) -> None:
    each = seconds / max(notebooks, 1)
    print(f"{slug:22}{way!s:12}{notebooks:>10}{test_cases:>12}{differing:>14}{each:>14.2f}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare on all assignments that are built."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("slug", nargs="*", help="assignments; all by default")
    parser.add_argument("--limit", type=int, help="composed notebooks per assignment; all by default")
    options = parser.parse_args(arguments)
    slugs = options.slug or sorted(p.parent.name for p in (ROOT / "assignments").glob("*/answers.yml"))
    missing = [slug for slug in slugs if not (ROOT / "autograder" / f"{slug}.zip").exists()]
    if missing:
        print(f"not built: {', '.join(missing)}; run `notegrad build` first")
        return 1
    heads = ("notebooks", 10), ("test cases", 12), ("different", 14), ("s a notebook", 14)
    print(f"{'assignment':22}{'way':12}" + "".join(f"{head:>{width}}" for head, width in heads))
    return 1 if sum(compare(slug, options.limit) for slug in slugs) else 0


if __name__ == "__main__":
    sys.exit(main())
