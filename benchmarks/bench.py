"""Plain otter, notegrad and the floor on the same honest submissions, in turn.

`python benchmarks/bench.py [--quick]`; what each figure means is in docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

import torch  # noqa: E402

from benchmarks.commands import measure_commands, measure_help  # noqa: E402
from notegrad.course.bundle import Bundle, read_bundle  # noqa: E402
from notegrad.grading import Grader  # noqa: E402
from notegrad.intake.submissions import read_submissions  # noqa: E402
from notegrad.mirror.wire.channel import Channel  # noqa: E402
from notegrad.records import GradingResult  # noqa: E402
from tests.support.compose import Case, composed_cases, example_cases  # noqa: E402
from tests.support.plain_otter import OtterScores, grade_with_otter  # noqa: E402

SLUG = "tp2-memoire"
SUBMISSIONS = 24
REPEATS = 3
MANY = 300
MARKS = (10, 100, 200, 300)
WANTED_OVER_OTTER = 40.0
WANTED_OVER_FLOOR = 5.0


class Floor:
    """The floor as a process that answers one notebook at a time."""

    def __init__(self, bundle_path: Path) -> None:
        script = Path(__file__).with_name("floor.py")
        self._process = subprocess.Popen(
            [sys.executable, str(script), str(bundle_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            # the same allocator and threads as the zygote
            env={**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "MPLBACKEND": "Agg"}
            | {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", "PYTHONMALLOC": "malloc"},
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def grade(self, path: Path) -> dict[str, Any]:
        """Seconds and scores."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(path, file=self._process.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


class Trips:
    """Counts the judge's waits for the sandbox, and their time."""

    def __init__(self) -> None:
        self.count, self.wait_s = 0, 0.0
        original = Channel.receive

        def receive(channel: Channel) -> bytearray:
            started = time.perf_counter()
            try:
                return original(channel)
            finally:
                self.count += 1
                self.wait_s += time.perf_counter() - started

        Channel.receive = receive  # type: ignore[method-assign]

    def take(self) -> tuple[int, float]:
        """What was counted since the last time."""
        taken = self.count, self.wait_s
        self.count, self.wait_s = 0, 0.0
        return taken


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure all, print all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="few submissions; about one minute")
    parser.add_argument("--no-otter", action="store_true", help="leave out plain otter, the slow part")
    options = parser.parse_args(arguments)
    bundle_path = ROOT / "autograder" / f"{SLUG}.zip"
    if not bundle_path.exists():
        sys.exit(f"{bundle_path.relative_to(ROOT)} is not there; run `notegrad build` first")
    torch.set_num_threads(1)
    print(_machine())
    bundle = read_bundle(bundle_path)
    with tempfile.TemporaryDirectory(prefix="notegrad-bench-") as folder:
        examples, _ = example_cases(SLUG)
        composed = composed_cases(SLUG, Path(folder), lessons=True, limit=SUBMISSIONS - len(examples))
        cases = (examples[:2] + composed[:2]) if options.quick else examples + composed
        compare(cases, bundle, bundle_path, with_otter=not options.no_otter)
        measure_help()
        measure_commands(cases, bundle_path, with_otter=not options.no_otter, quick=options.quick)
        small = composed_cases(SLUG, Path(folder), limit=8)
        measure_growth(small, bundle, MARKS[:2] if options.quick else MARKS)
    measure_start(bundle, 1 if options.quick else 3)


def _machine() -> str:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    today = dt.datetime.now(tz=dt.UTC).date()
    load = os.getloadavg()[0]
    versions = f"Python {platform.python_version()}, torch {torch.__version__}"
    return f"{today}, {os.cpu_count()} cores of {model}, {versions}, load {load:.1f} at the start"


def compare(cases: Sequence[Case], bundle: Bundle, bundle_path: Path, *, with_otter: bool) -> None:
    """Each submission by otter, by notegrad and on the floor, in turn, so that noise hits all three."""
    trips = Trips()
    floor = Floor(bundle_path)
    rows: list[tuple[float, float, float]] = []
    grades: list[GradingResult] = []
    counts: list[tuple[int, float]] = []
    floors: list[dict[str, Any]] = []
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool, Grader(bundle) as grader:
        if with_otter:
            pool.submit(grade_with_otter, cases[0].path, bundle_path).result()  # imports otter; not counted
        for case in cases:
            submission = read_submissions([case.path])[0]
            otter = OtterScores(scores={}, wall_s=float("nan"))
            if with_otter:
                otter = pool.submit(grade_with_otter, case.path, bundle_path).result()
            ours, bare = [], []
            for _ in range(REPEATS):
                trips.take()
                result = grader.grade(submission)
                counts.append(trips.take())
                grades.append(result)
                ours.append(result.timings.total_s)
                floors.append(floor.grade(case.path))
                bare.append(float(floors[-1]["wall_s"]))
            _note_disagreement(case, otter, result, floors[-1])
            rows.append((otter.wall_s, statistics.median(ours), statistics.median(bare)))
        processes = _memory(grader)
    floor.close()
    _print_comparison(rows, with_otter=with_otter)
    _print_parts(grades, counts, floors)
    peak = statistics.median(g.run.usage.memory_peak_mb for g in grades if g.run)
    print(
        f"peak memory: judge {processes['judge peak']:.0f} MB, zygote {processes['zygote peak']:.0f} MB, "
        f"a submission's process {peak:.0f} MB "
        "(mostly shared with the zygote)"
    )


def _note_disagreement(case: Case, otter: OtterScores, ours: GradingResult, floor: dict[str, Any]) -> None:
    scores = {q.question.name: q.score for q in ours.questions}
    for name, other in (("otter", otter.scores), ("the floor", floor["scores"])):
        wrong = [q for q, score in other.items() if abs(score - scores[q]) > 1e-9]
        if wrong:
            print(f"note: {case.name}: {name} and notegrad score differently on {', '.join(wrong)}")


def _print_comparison(rows: Sequence[tuple[float, float, float]], *, with_otter: bool) -> None:
    otter, ours, floor = (statistics.median(row[i] for row in rows) for i in range(3))
    over_floor = statistics.median(row[1] / row[2] for row in rows)
    print(
        f"\n{len(rows)} submissions, {REPEATS} times each by notegrad and on the floor, seconds a submission:"
    )
    print(f"  {'':10}{'median':>9}{'min':>9}{'max':>9}")
    for name, column in (("otter", 0), ("notegrad", 1), ("floor", 2)):
        values = [row[column] for row in rows]
        if with_otter or column:
            print(f"  {name:10}{statistics.median(values):9.3f}{min(values):9.3f}{max(values):9.3f}")
    if with_otter:
        pairs = statistics.median(row[0] / row[1] for row in rows)
        print(
            f"  otter / notegrad: {otter / ours:.1f} (medians), {pairs:.1f} (median of pairs); "
            f"wanted >= {WANTED_OVER_OTTER:.0f}"
        )
    print(
        f"  notegrad / floor: {ours / floor:.1f} (medians), {over_floor:.1f} (median of pairs); "
        f"wanted <= {WANTED_OVER_FLOOR:.0f}"
    )


def _print_parts(
    grades: Sequence[GradingResult], counts: Sequence[tuple[int, float]], floors: Sequence[dict[str, Any]]
) -> None:
    parts = {
        n: statistics.median(getattr(g.timings, n) for g in grades) * 1000
        for n in ("start_s", "notebook_s", "tests_s")
    }
    trips = statistics.median(count for count, _ in counts)
    waits = statistics.median(wait / count for count, wait in counts if count) * 1e6
    tests = sum(len(q.test_cases) for q in grades[0].questions)
    per_trip = statistics.median(
        g.timings.tests_s / count for g, (count, _) in zip(grades, counts, strict=True) if count
    )
    waiting = statistics.median(wait / g.timings.tests_s for g, (_, wait) in zip(grades, counts, strict=True))
    print("\nwhere the time goes (medians, ms):")
    print(
        f"  notegrad: start {parts['start_s']:.1f}, notebook {parts['notebook_s']:.1f}, "
        f"tests {parts['tests_s']:.1f}"
    )
    print(
        f"  floor:    notebook {statistics.median(f['notebook_s'] for f in floors) * 1000:.1f}, "
        f"tests {statistics.median(f['tests_s'] for f in floors) * 1000:.1f}"
    )
    print(
        f"  {len(grades[0].questions)} questions, {tests} test cases, {trips:.0f} replies of the sandbox: "
        f"{per_trip * 1e6:.0f} us of the tests' time for each, {waits:.0f} us of them waiting "
        f"({waiting * 100:.0f} % of the tests' time is spent waiting)"
    )


def measure_growth(cases: Sequence[Case], bundle: Bundle, marks: Sequence[int]) -> None:
    """Memory and speed of one grader that goes on and on: no leak, no slowing down."""
    submissions = [read_submissions([case.path])[0] for case in cases]
    print(f"\none grader, {marks[-1]} small submissions one after the other:")
    print(f"  {'after':>7}{'judge MB':>11}{'zygote MB':>11}{'median s':>10}")
    seen: dict[int, dict[str, float]] = {}
    with Grader(bundle) as grader:
        took: list[float] = []
        for number in range(1, marks[-1] + 1):
            took.append(grader.grade(submissions[number % len(submissions)]).timings.total_s)
            if number in marks:
                seen[number] = _memory(grader)
                now = seen[number]
                print(f"  {number:7}{now['judge']:11.1f}{now['zygote']:11.1f}{statistics.median(took):10.3f}")
                took = []
    first, last = marks[-2], marks[-1]
    growth = {n: (seen[last][n] - seen[first][n]) / (last - first) * 100 for n in ("judge", "zygote")}
    print(
        "  growth per 100 submissions at the end: "
        f"judge {growth['judge']:+.2f} MB, zygote {growth['zygote']:+.2f} MB"
    )


def measure_start(bundle: Bundle, times: int) -> None:
    """A grader from nothing to ready, in a process that has torch."""
    took = []
    for _ in range(times):
        started = time.monotonic()
        Grader(bundle).close()
        took.append(time.monotonic() - started)
    print(f"\nstart of a grader (a warm zygote): {statistics.median(took):.2f} s")


def _memory(grader: Grader) -> dict[str, float]:
    """Resident MB, now and at most, of this process and of the zygote (the largest of the sandbox)."""
    import psutil

    judge = psutil.Process()
    first = psutil.Process(grader._sandbox._process.pid)  # noqa: SLF001 (the benchmark looks inside)
    zygote = max([first, *first.children(recursive=True)], key=lambda process: process.memory_info().rss)
    return {
        "judge": judge.memory_info().rss / 1e6,
        "judge peak": _peak_mb(judge.pid),
        "zygote": zygote.memory_info().rss / 1e6,
        "zygote peak": _peak_mb(zygote.pid),
    }


def _peak_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main()
