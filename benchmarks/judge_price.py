"""The price of a judge: processor time of a grader and its judges, of several checkouts, in turns.

    python benchmarks/judge_price.py FOLDER... [--submissions 40]

Each FOLDER is the `src` of a checkout. Every checkout has one warm grader; each submission, of 14 questions
with one trivial test case each, is graded by all of them, one after the other, so that a slow minute of the
machine hits all. Counted is what the kernel says of the grader and of the children that it waited for: the
judges, and not the sandbox.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

QUESTIONS = 14
WARM_UP = 10
FIGURES = ("cpu_ms", "user_ms", "system_ms", "wall_ms", "faults")
_TEST = """OK_FORMAT = False
from otter.test_files import test_case
name = "{name}"
points = 1
@test_case(hidden=True)
def test_q(double):
    import torch
    assert torch.equal(double(torch.arange(3.)), 2 * torch.arange(3.))
"""


def serve() -> None:
    """Grade a submission for each line that comes, and answer with what it cost."""
    from notegrad.course.bundle import Bundle
    from notegrad.grading import Grader
    from notegrad.records import Limits, Submission
    from notegrad.settings import AssignmentSettings

    names = [f"q{number:02}" for number in range(QUESTIONS)]
    bundle = Bundle(
        settings=AssignmentSettings(slug="price", title="Price", limits=Limits(), seed=1),
        tests=tuple((f"{name}.py", _TEST.format(name=name)) for name in names),
    )
    before = _spent()
    with Grader(bundle) as grader:
        print(json.dumps(_difference(before, _spent())), flush=True)
        for line in sys.stdin:
            cells = ("import torch", "def double(x): return 2 * x", f"# {line}")
            before = _spent()
            result = grader.grade(Submission(id="s", student="s", cells=cells))
            after = _spent()
            assert result.score == QUESTIONS, result
            print(json.dumps(_difference(before, after)), flush=True)


def _spent() -> dict[str, float]:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    user_ms, system_ms = 1e3 * sum(u.ru_utime for u in both), 1e3 * sum(u.ru_stime for u in both)
    return {
        "cpu_ms": user_ms + system_ms,
        "user_ms": user_ms,
        "system_ms": system_ms,
        "wall_ms": 1e3 * time.monotonic(),
        "faults": sum(u.ru_minflt for u in both),
    }


def _difference(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    return {key: after[key] - before[key] for key in before}


class Checkout:
    """The grader of one checkout, in a process of its own."""

    def __init__(self, folder: str) -> None:
        command = [sys.executable, __file__, "--serve"]
        environment = {**os.environ, "PYTHONPATH": str(Path(folder).resolve())}
        self._process: Any = subprocess.Popen(
            command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.start: dict[str, float] = json.loads(self._process.stdout.readline())

    def grade(self, number: int) -> dict[str, float]:
        """What one submission cost."""
        print(number, file=self._process.stdin, flush=True)
        spent: dict[str, float] = json.loads(self._process.stdout.readline())
        return spent

    def close(self) -> None:
        """End the grader."""
        self._process.stdin.close()
        self._process.wait()


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each checkout, and how much more than the first one the others cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    parser.add_argument("--submissions", type=int, default=40)
    options = parser.parse_args(arguments)
    checkouts = [Checkout(folder) for folder in options.folders]
    rows: list[list[dict[str, float]]] = [[] for _ in checkouts]
    for number in range(-WARM_UP, options.submissions):
        for row, checkout in zip(rows, checkouts, strict=True):
            spent = checkout.grade(number)
            if number >= 0:
                row.append(spent)
    for checkout in checkouts:
        checkout.close()
    for folder, row, checkout in zip(options.folders, rows, checkouts, strict=True):
        said = ", ".join(f"{key} {statistics.median(each[key] for each in row):.1f}" for key in FIGURES)
        more = statistics.median(a["cpu_ms"] - b["cpu_ms"] for a, b in zip(row, rows[0], strict=True))
        print(
            f"{folder}: {said}; more than the first: {more:.1f} ms; start {checkout.start['cpu_ms']:.0f} ms"
        )


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["--serve"] else main()
