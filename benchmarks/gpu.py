"""The cost of grading on a GPU: start, per submission, and the ratio to the CPU. `python benchmarks/gpu.py`.

First a probe: does a confined process compute on the GPU here? If not, protections are left off one by one,
to say which of them the driver does not bear. Then the small assignment of `tests/support`, and a bundle if
one is named.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from notegrad.course.bundle import Bundle, read_bundle
from notegrad.errors import NotegradError
from notegrad.grading import Grader
from notegrad.intake.submissions import read_submissions
from notegrad.records import Limits, Submission
from notegrad.sandbox.outside.sandbox import Sandbox
from tests.support import device_course

CELL = """
import torch
x = torch.ones(1000, 1000, device="cuda")
print("sum", (x @ x).sum().item(), torch.cuda.get_device_name(0), torch.cuda.device_count())
"""
VARIANTS: tuple[tuple[str, ...], ...] = (
    (),
    ("landlock",),
    ("seccomp",),
    ("cgroup",),
    ("landlock", "seccomp", "cgroup"),
)
LIMITS = Limits(wall_s=120, cell_wall_s=60, cpu_s=300)


def probe() -> bool:
    """Whether a confined process computes on the GPU; prints what each try said."""
    for tier, unsafe in (("auto", False), ("none", True)):
        for without in VARIANTS if tier == "auto" else ((),):
            started = time.monotonic()
            label = f"{tier}, without {', '.join(without) or 'nothing'}"
            try:
                with (
                    Sandbox.start(
                        LIMITS,
                        tier,
                        unsafe or bool(without),
                        without=without,
                        mode="stepped",
                        device="cuda:0",
                        ahead=False,
                    ) as sandbox,
                    sandbox.open([CELL]) as execution,
                ):
                    report = execution.run_notebook()
                    cell = report.cells[0]
                    print(
                        f"probe: {label} ({sandbox.tier}): {cell.status}",
                        cell.error or cell.stdout_tail.strip(),
                    )
                    print(f"       {time.monotonic() - started:.1f} s, {report.usage}")
                    if cell.status == "ok":
                        return not without and not unsafe
            except NotegradError as error:
                print(f"probe: {label}: {type(error).__name__}: {error}")
    return False


def measure(
    name: str, bundle: Bundle, submissions: Sequence[Submission], device: str, *, unsafe: bool
) -> float:
    """Grade all once on a device; prints the figures, returns the median seconds of a submission."""
    started = time.monotonic()
    with Grader(bundle, device=device, unsafe=unsafe, memory_fraction=0.2) as grader:
        start_s = time.monotonic() - started
        grader.grade(submissions[0])  # lazy loading, once per process
        results = [grader.grade(each) for each in submissions]
    totals = sorted(r.timings.total_s for r in results)
    starts = statistics.median(r.timings.start_s for r in results)
    median = statistics.median(totals)
    points = sum(r.score for r in results), sum(r.max_score for r in results)
    print(
        f"{name:24} {device:5} {len(results):3} submissions: ready {start_s:5.1f} s, each {median:6.2f} s "
        f"(min {totals[0]:.2f}, max {totals[-1]:.2f}; process {starts:.2f}), "
        f"points {points[0]:g}/{points[1]:g}"
    )
    for result in results[:1]:
        for failure in device_course.failed(result)[:6]:
            print("   not passed:", *failure)
    return median


def main() -> int:
    """Probe, then measure GPU and CPU side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bundle", type=Path, help="an autograder zip, with --submissions")
    parser.add_argument("--submissions", type=Path, nargs="*", default=[])
    parser.add_argument("--repeat", type=int, default=10)
    options = parser.parse_args()
    if not torch.cuda.is_available():
        print("skipped: no GPU that PyTorch can use")
        return 0
    confined = probe()
    print(f"confined on the GPU: {'yes' if confined else 'no, so --unsafe is measured'}")
    work: list[tuple[str, Bundle, Sequence[Submission]]] = [
        ("3 questions", device_course.bundle(), [device_course.submission()] * options.repeat)
    ]
    if options.bundle is not None:
        work.append((options.bundle.stem, read_bundle(options.bundle), read_submissions(options.submissions)))
    for name, bundle, submissions in work:
        cpu = measure(name, bundle, submissions, "cpu", unsafe=not confined)
        gpu = measure(name, bundle, submissions, "cuda", unsafe=not confined)
        print(f"{name:24} GPU/CPU {gpu / cpu:.2f}")
    return 0 if confined else 1


if __name__ == "__main__":
    sys.exit(main())
