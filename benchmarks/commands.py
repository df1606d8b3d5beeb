"""Whole commands against each other: `otter run` on a notebook, `notegrad grade` on a class."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.control_groups import measured
from tests.support.compose import ROOT, Case, distinct

OTTER = [sys.executable, "-c", "from otter.cli import cli; cli()", "run"]
NOTEGRAD = [sys.executable, "-c", "from notegrad.cli.main import main; main()", "grade"]
HELP = [sys.executable, "-c", "from notegrad.cli.main import run; run(['--help'])"]
CLICK = [sys.executable, "-c", "import click"]
HELP_RUNS = 5
OTTER_RUNS = 3
CLASS_SIZE = 96
WANTED_THROUGHPUT = 50


def measure_help() -> None:
    """Print the processor time of `notegrad --help`, and how many times that of `import click` it is."""
    own = {"PYTHONPATH": str(ROOT / "src")}
    help_ms, click_ms = (
        min(measured(command, own, "help")[0] for _ in range(HELP_RUNS)) for command in (HELP, CLICK)
    )
    ratio = help_ms / click_ms
    print(f"\nnotegrad --help: {help_ms:.0f} ms of processor time, {ratio:.1f} times `import click`")


def measure_commands(cases: Sequence[Case], bundle_path: Path, *, with_otter: bool, quick: bool) -> None:
    """Start-up, results, gradebook and report included; print seconds a submission and the ratios."""
    cores = os.cpu_count() or 1
    size = len(cases) if quick else CLASS_SIZE
    with tempfile.TemporaryDirectory(prefix="notegrad-bench-") as name:
        folder = Path(name)
        copies = _class(cases, size, folder / "class")
        print(f"\nwhole commands, {size} different submissions with the lessons:")
        each_s = {}
        for workers in dict.fromkeys((1, cores)):
            out = str(folder / f"out-{workers}")
            options = ["--out", out, "--workers", str(workers), "--quiet"]
            wall_s = _run([*NOTEGRAD, str(bundle_path), *copies, *options])
            each_s[workers] = wall_s / size
            print(f"  notegrad grade --workers {workers}: {wall_s:.1f} s, {each_s[workers]:.3f} s each")
        if with_otter:
            otter_s = statistics.median(
                _run([*OTTER, "-a", str(bundle_path), "-o", name, "--no-logo", str(case.path)])
                for case in cases[:OTTER_RUNS]
            )
            print(f"  otter run, a command a submission: {otter_s:.1f} s (median of {OTTER_RUNS})")
            print(
                f"  throughput on {cores} cores over otter run, one after the other: "
                f"{otter_s / each_s[cores]:.1f}; wanted >= {WANTED_THROUGHPUT}"
            )


def _class(cases: Sequence[Case], size: int, folder: Path) -> list[str]:
    """Copies that differ in a comment, since equal submissions are graded once; of the current format."""
    folder.mkdir()
    copies = []
    current = [data for data in (case.path.read_bytes() for case in cases) if "cells" in json.loads(data)]
    for number in range(size):
        path = folder / f"copie-{number:04}.ipynb"
        path.write_bytes(distinct(current[number % len(current)], number))
        copies.append(str(path))
    return copies


def _run(command: Sequence[str]) -> float:
    """Seconds that a command takes; says what it said where it fails."""
    started = time.monotonic()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        print(f"exit status {done.returncode}: {done.stderr[-500:]}")
    return time.monotonic() - started
