"""Processor time of a submission over the floor's: every mode, every assignment, several checkouts, in turns.

    python benchmarks/processor_time.py [SLUG...] [--submissions 6] [--src OLD/src ...] [--no-otter]

Counted is the whole tree of processes (control_groups.py). The submission has full marks, and the lessons'
cells; it is graded once by each of the competitors, one after the other, in rounds.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT))

from benchmarks.checkouts import bundle_path, parser_of, sources_of  # noqa: E402
from benchmarks.control_groups import control_group, in_group, spent_ms  # noqa: E402

WARM_UP = 8
"""Gradings that are not counted: a grader makes its memory cheap to fork at the eighth."""
OTTER_GRADINGS = 2
QUIET_LOOKS = 3
LIKE_THE_ZYGOTE = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "MPLBACKEND": "Agg"} | {
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "PYTHONMALLOC": "malloc",
}


def serve(bundle_path: str, mode: str) -> None:
    """Grade the notebook whose path is on each line that comes; answer with where its time went."""
    import msgspec

    from notegrad.course.bundle import read_bundle
    from notegrad.grading import Grader
    from notegrad.intake.submissions import read_submissions

    bundle = read_bundle(Path(bundle_path))
    sandbox = msgspec.structs.replace(bundle.settings.sandbox, mode=mode)
    settings = msgspec.structs.replace(bundle.settings, sandbox=sandbox)
    with Grader(msgspec.structs.replace(bundle, settings=settings)) as grader:
        print("ready", flush=True)
        for line in sys.stdin:
            before_s = time.process_time()
            result = grader.grade(read_submissions([Path(line.rstrip("\n"))])[0])
            own_ms = 1e3 * (time.process_time() - before_s)
            answer = {"score": result.score, "maximum": result.max_score, "own_ms": own_ms}
            answer["questions"] = len(result.questions)
            answer["cases"] = sum(len(question.test_cases) for question in result.questions)
            print(json.dumps(answer), flush=True)


def serve_otter(bundle_path: str, _: str) -> None:
    """As `serve`, by plain otter."""
    from tests.support.plain_otter import grade_with_otter

    print("ready", flush=True)
    for line in sys.stdin:
        scores = grade_with_otter(Path(line.rstrip("\n")), Path(bundle_path))
        print(json.dumps({"score": sum(scores.scores.values())}), flush=True)


class Competitor:
    """A process that grades one notebook at a time, in a control group of its own."""

    def __init__(self, name: str, group: Path, command: Sequence[str], environment: dict[str, str]) -> None:
        self.name, self._group = name, group

        self._process: Any = subprocess.Popen(
            in_group(group, [sys.executable, *command]),
            env={**os.environ, **environment},
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        if self._process.stdout.readline() != "ready\n":
            raise SystemExit(f"{name} did not start: {' '.join(command)}")
        self.start_ms = spent_ms(self._group)

    def grade(self, path: Path) -> dict[str, float]:
        """Processor and wall time of one notebook, and what the process says of it."""
        before_ms, started = spent_ms(self._group), time.monotonic()
        print(path, file=self._process.stdin, flush=True)
        answer: dict[str, float] = json.loads(self._process.stdout.readline())
        wall_ms = 1e3 * (time.monotonic() - started)
        self._let_end()
        return {**answer, "cpu_ms": spent_ms(self._group) - before_ms, "wall_ms": wall_ms}

    def _let_end(self) -> None:
        """Wait until nothing is computed any more: a notebook's end, and what is made ahead of need."""
        before_ms, quiet = spent_ms(self._group), 0
        while quiet < QUIET_LOOKS:
            time.sleep(0.03)
            now_ms = spent_ms(self._group)
            quiet = quiet + 1 if now_ms - before_ms < 1.0 else 0
            before_ms = now_ms

    def close(self) -> None:
        """End the process."""
        self._process.stdin.close()
        self._process.wait()


@contextmanager
def competitors(bundle: Path, sources: Sequence[Path], *, with_otter: bool) -> Iterator[list[Competitor]]:
    """The floor first, then each checkout in both modes, then plain otter."""
    here = str(Path(__file__))
    wanted = [("floor", [str(Path(__file__).with_name("floor.py")), str(bundle)], LIKE_THE_ZYGOTE)]
    for number, source in enumerate(sources):
        for mode in ("fork", "stepped"):
            label = mode if len(sources) == 1 else f"{mode} of {number + 1}"
            wanted.append((label, [here, "--serve", str(bundle), mode], {"PYTHONPATH": str(source)}))
    if with_otter:
        paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
        wanted.append(("otter", [here, "--serve-otter", str(bundle), ""], {"PYTHONPATH": paths}))
    with ExitStack() as stack:
        made = []
        for name, command, environment in wanted:
            group = stack.enter_context(control_group(name.replace(" ", "-")))
            made.append(Competitor(name, group, command, environment))
            stack.callback(made[-1].close)
        yield made


def measure(slug: str, count: int, sources: Sequence[Path], *, with_otter: bool) -> None:
    """Print a table for one assignment."""
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    from tests.support.compose import composed_cases

    bundle = bundle_path(slug)
    with (
        tempfile.TemporaryDirectory(prefix="notegrad-bench-") as folder,
        competitors(bundle, sources, with_otter=with_otter) as rivals,
    ):
        [case] = composed_cases(slug, Path(folder), lessons=True, limit=1)
        rows: dict[str, list[dict[str, float]]] = {rival.name: [] for rival in rivals}
        for number in range(-WARM_UP, count):
            for rival in rivals:
                if rival.name == "otter" and not -1 <= number < OTTER_GRADINGS:
                    continue  # its first grading imports otter
                spent = rival.grade(case.path)
                if number >= 0:
                    rows[rival.name].append(spent)
        starts = {rival.name: rival.start_ms for rival in rivals}
    print_table(slug, rows, starts)


def print_table(slug: str, rows: dict[str, list[dict[str, float]]], starts: dict[str, float]) -> None:
    """Medians, and the median of the ratios round by round."""
    said = next(iter(rows["fork" if "fork" in rows else "fork of 1"]))
    print(f"\n{slug}, {len(rows['floor'])} gradings of {said['score']:g} of {said['maximum']:g} points")
    print(f"{'':14}{'cpu ms':>8}{'wall ms':>9}{'over floor':>12}{'judge side ms':>15}{'start ms':>10}")
    floor = [row["cpu_ms"] for row in rows["floor"]]
    for name, measured in rows.items():
        cpu_ms, wall_ms = (statistics.median(row[key] for row in measured) for key in ("cpu_ms", "wall_ms"))
        ratio = statistics.median(
            row["cpu_ms"] / bare for row, bare in zip(measured, floor, strict=False) if bare
        )
        own = statistics.median(row.get("own_ms", 0.0) for row in measured)
        own_said = f"{own:15.0f}" if own else f"{'':15}"
        print(f"{name:14}{cpu_ms:8.0f}{wall_ms:9.0f}{ratio:12.2f}{own_said}{starts[name]:10.0f}", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, assignment by assignment."""
    parser = parser_of(__doc__)
    parser.add_argument("--submissions", type=int, default=6)
    parser.add_argument("--no-otter", action="store_true")
    options = parser.parse_args(arguments)
    sources = sources_of(options)
    for slug in options.slugs:
        measure(slug, options.submissions, sources, with_otter=not options.no_otter)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(*sys.argv[2:4])
    elif sys.argv[1:2] == ["--serve-otter"]:
        serve_otter(*sys.argv[2:4])
    else:
        main()
