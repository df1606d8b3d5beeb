"""A large class: `python benchmarks/scale.py [SUBMISSIONS]`: throughput, memory, Dask, a kill in the middle.

The submissions are composed at random (seeded) of the answers in `assignments/tp2-memoire/answers.yml`. They
are graded by `notegrad grade` three times: here; on a Dask cluster of as many workers on this machine; and
here, with the grader killed (SIGKILL) half way and the same command given again. All three gradebooks must be
equal.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from notegrad.records import Record

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.compose import compose, read_answers, read_student_notebook  # noqa: E402

SLUG = "tp2-memoire"
SAMPLE_S = 1.0
MARKS = (0.1, 0.25, 0.5, 0.75, 1.0)  # of the submissions, where memory is read off
GRADE = [sys.executable, "-c", "from notegrad.cli.main import main; main()", "grade", SLUG]
CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    count = int(sys.argv[1])
    cluster = LocalCluster(n_workers=count, threads_per_worker=1, dashboard_address=None, host="127.0.0.1")
    print(cluster.scheduler_address, flush=True)
    sys.stdin.read()
    cluster.close()
"""


class Sample(Record, frozen=True, kw_only=True):
    """Resident memory in MB at a moment, by kind of process: the sum of each kind, and how many there are."""

    done: int
    rss_mb: dict[str, float]
    count: dict[str, int]


class Run(Record, frozen=True, kw_only=True):
    """One run of the command; `first_s` is when the first result came."""

    wall_s: float
    first_s: float
    done: int
    samples: tuple[Sample, ...]
    status: int


def make_class(folder: Path, count: int, *, seed: int, lessons: bool) -> None:
    """Notebooks whose answers are drawn question by question, accepted ones twice as often as rejected."""
    dice = random.Random(seed)
    answers, notebook = read_answers(SLUG), read_student_notebook(SLUG)
    for number in range(count):
        chosen = {
            question: dice.choices(options, [1 if answer.fails else 2 for answer in options])[0].code
            for question, options in answers.items()
        }
        made = compose(notebook, chosen, lessons=lessons)
        (folder / f"copie-{number:04}.ipynb").write_text(json.dumps(made), "utf-8")


def grade(folder: Path, out: Path, *options: str, kill_at: int | None = None) -> Run:
    """Run the command, reading its progress and everybody's memory; kill it when so many are done."""
    began = time.monotonic()
    process = subprocess.Popen(
        [*GRADE, str(folder), "--out", str(out), "--progress", "json", *options],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    progress = _Progress()
    sampler = threading.Thread(target=_sample, args=(process.pid, progress), daemon=True)
    sampler.start()
    first_s = 0.0
    assert process.stderr is not None
    for line in process.stderr:
        event = json.loads(line) if line.startswith("{") else {}
        if not event:
            print(line, end="", file=sys.stderr)
        progress.done = event.get("done", progress.done)
        if progress.done and not first_s:
            first_s = time.monotonic() - began
        if kill_at is not None and progress.done >= kill_at:
            process.kill()
            break
    status = process.wait()
    process.stderr.close()
    wall_s = time.monotonic() - began
    progress.ended = True
    sampler.join()
    return Run(
        wall_s=wall_s, first_s=first_s, done=progress.done, samples=tuple(progress.samples), status=status
    )


class _Progress:
    """What the reader of events and the sampler share."""

    def __init__(self) -> None:
        self.done = 0
        self.ended = False
        self.samples: list[Sample] = []


def _sample(pid: int, progress: _Progress) -> None:
    while not progress.ended:
        rss: dict[str, float] = defaultdict(float)
        count: dict[str, int] = defaultdict(int)
        for kind, resident_mb in _family(pid):
            rss[kind] += resident_mb
            count[kind] += 1
        if rss:
            progress.samples.append(Sample(done=progress.done, rss_mb=dict(rss), count=dict(count)))
        time.sleep(SAMPLE_S)


def _family(root: int) -> Iterator[tuple[str, float]]:
    """Kind and resident MB of the command, its graders and their zygotes; not of submissions' processes."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
        except (OSError, IndexError):
            continue
        children[int(parent)].append(int(entry.name))
    yield "command", _resident_mb(root)
    for grader in children[root]:
        yield "graders", _resident_mb(grader)
        for launcher in children[grader]:
            for zygote in children[launcher]:
                yield "zygotes", _resident_mb(zygote)


def _resident_mb(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def on_dask(folder: Path, out: Path, workers: int) -> Run:
    """The same on a cluster of processes on this machine."""
    with tempfile.TemporaryDirectory() as scratch:
        script = Path(scratch, "cluster.py")
        script.write_text(CLUSTER)
        cluster = subprocess.Popen(
            [sys.executable, str(script), str(workers)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=scratch,
        )
        assert cluster.stdout is not None
        address = cluster.stdout.readline().strip().replace("tcp:", "dask:")
        try:
            return grade(folder, out, "--engine", address)
        finally:
            cluster.communicate(timeout=60)


def report(name: str, run: Run) -> None:
    """A row of the table of runs."""
    rate = run.done / run.wall_s * 3600
    steady = (run.done - 1) / max(run.wall_s - run.first_s, 1e-9) * 3600
    print(f"| {name} | {run.done} | {run.wall_s:.1f} | {run.first_s:.1f} | {rate:.0f} | {steady:.0f} |")


def report_memory(run: Run, total: int) -> None:
    """Memory when a part of the class was done."""
    print("\n| MB resident after | command | graders (each) | zygotes (each) |\n|---|---|---|---|")
    for part in MARKS:
        grading = [s for s in run.samples if s.count.get("zygotes")]  # not while they start or end
        sample = next((s for s in grading if s.done >= part * total), grading[-1])
        cells = [
            f"{sample.rss_mb.get(kind, 0) / max(sample.count.get(kind, 1), 1):.1f}"
            for kind in ("command", "graders", "zygotes")
        ]
        print(f"| {sample.done} | {' | '.join(cells)} |")


def gradebook(out: Path) -> list[str]:
    """The rows, in any case those that a rerun may not change: all of them."""
    return (out / "gradebook.csv").read_text("utf-8-sig").splitlines()


def main() -> int:
    """Print the tables; the exit status is 1 where a gradebook differs or a run failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("submissions", nargs="?", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--lessons", action="store_true", help="with the lessons' cells and their figures")
    parser.add_argument("--no-dask", action="store_true")
    options = parser.parse_args()
    total = options.submissions
    with tempfile.TemporaryDirectory(prefix="notegrad-scale-") as name:
        base, folder = Path(name), Path(name, "class")
        folder.mkdir()
        make_class(folder, total, seed=options.seed, lessons=options.lessons)
        print(
            f"{total} submissions of {SLUG}, lessons: {options.lessons}, {options.workers} graders, "
            f"seed {options.seed}, load {os.getloadavg()[0]:.1f}\n"
        )
        print("| run | submissions | seconds | first result | an hour | an hour once started |")
        print("|---|---|---|---|---|---|")
        workers = ("--workers", str(options.workers))
        here = grade(folder, base / "here", *workers)
        report("here", here)
        runs = [here]
        if not options.no_dask:
            dask = on_dask(folder, base / "dask", options.workers)
            report("Dask, same machine", dask)
            runs.append(dask)
        killed = grade(folder, base / "killed", *workers, kill_at=total // 2)
        report("killed half way", killed)
        resumed = grade(folder, base / "killed", *workers)
        report("the same command again", resumed)
        if len(runs) > 1:
            ratio = runs[1].wall_s / here.wall_s
            print(f"\nDask / here: {ratio:.2f} (wanted: at most 1.15)")
        report_memory(here, total)
        outs = [base / "here", base / "killed", *([base / "dask"] if len(runs) > 1 else [])]
        books = [gradebook(out) for out in outs]
        equal = all(book == books[0] for book in books)
        print(f"\ngradebooks equal: {equal}, rows: {len(books[0]) - 1}")
        for book in books[1:]:
            for left, right in zip(books[0], book, strict=False):
                if left != right:
                    print(f"- {left}\n+ {right}")
        return int(not equal or any(run.status for run in (*runs, resumed)))


if __name__ == "__main__":
    sys.exit(main())
