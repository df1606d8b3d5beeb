"""Every bundle in a container like Gradescope's smallest: `python -m tests.programs.gradescope` (`make gradescope`).

Honest notebooks and ten attacks, each in a container of its own (half a core, 768 MB, no network, stock Docker's
rights). Each results.json must be valid, each score the one that `notegrad grade` gives outside, the memory must do,
and the time of a cold run is printed beside that of `otter run` in the same container. The exit status is 1 where
something is not so.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import jsonschema

from notegrad.course.bundle import Bundle, read_bundle
from notegrad.gradescope import simulate
from notegrad.gradescope.simulate import Machine, PreparedContainer, SimulatedRun
from notegrad.grading import Grader
from notegrad.intake.submissions import read_submissions
from notegrad.records import Submission
from tests.attacks import harness
from tests.attacks.cards import read_card
from tests.support.compose import ROOT, composed_cases, example_cases

ATTACKS = (
    "disk_tests", "environment", "fork_bomb", "memory_bomb", "network_out", "notegrad_patch", "proc_scan",
    "raw_socket_in_cell", "results_files", "trace_others",
)  # fmt: skip
SCHEMA = json.loads((ROOT / "src/notegrad/results/gradescope.schema.json").read_text("utf-8"))
HONEST_PER_BUNDLE = 3
TOLERANCE = 1e-6


def main(arguments: Sequence[str] | None = None) -> int:
    """Try all bundles that are built; print a line a submission."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("slug", nargs="*", help="assignments; all by default")
    parser.add_argument("--attacks", nargs="*", default=ATTACKS, help="ten by default")
    parser.add_argument("--honest", type=int, help="honest notebooks a bundle; all examples by default")
    options = parser.parse_args(arguments)
    slugs = options.slug or sorted(path.stem for path in (ROOT / "autograder").glob("*.zip"))
    faults = 0
    for slug in slugs:
        faults += _try_bundle(slug, options.honest, attacks=options.attacks)
    print(f"{faults} faults")
    return 1 if faults else 0


def _try_bundle(slug: str, honest: int | None, *, attacks: Sequence[str]) -> int:
    zip_path = ROOT / "autograder" / f"{slug}.zip"
    bundle = read_bundle(zip_path)
    faults = 0
    with tempfile.TemporaryDirectory(prefix="notegrad-try-") as folder:
        submissions = _honest(slug, Path(folder), honest)
        if slug == "tp2-memoire":  # hostile code is the same for every bundle
            submissions += [write_attack(name, bundle, Path(folder)) for name in attacks]
        with simulate.container(zip_path) as prepared, Grader(bundle) as grader:
            print(
                f"{slug}: {zip_path.stat().st_size / 1e6:.2f} MB, setup.sh {prepared.setup_s:.1f} s offline"
            )
            for path in submissions:
                run = prepared.run(path, machine=Machine())
                # minutes where there are gigabytes to take; its processes are killed, or refused what they ask for
                costly = path.stem in attacks and read_card(path.stem).exhausting
                outside = _refused(bundle) if costly else read_submissions([path])[0]
                expected = grader.grade(outside).score
                problems = problems_of(run, expected, may_be_killed=costly)
                faults += bool(problems)
                print(
                    f"  {path.stem:24} {_line(run)}, outside {expected:g}{'; '.join(['', *problems])}",
                    flush=True,
                )
            print(f"  otter run on {submissions[0].stem}: {otter_line(prepared, zip_path, submissions[0])}")
    return faults


def problems_of(run: SimulatedRun, expected: float, *, may_be_killed: bool = False) -> list[str]:
    """What is wrong with a run, in words; what may be killed may have no point instead of the expected ones."""
    if run.document is None:
        return ["results.json is no JSON object"]
    problems = [
        f"invalid: {error.message}"
        for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(run.document)
    ]
    if run.score is None:
        problems.append(f"no score: {run.stdout[-300:]}")
    elif abs(run.score - expected) > TOLERANCE and not (may_be_killed and run.score == 0):
        lost = [t for t in run.document["tests"] if t["status"] == "failed"]
        problems.append(f"another score than outside; failed: {[t['number'] for t in lost]}")
    if run.document["extra_data"]["notegrad"]["tier"] != "no-namespaces" and run.score:
        problems.append("another tier than the platform's")
    return problems


def otter_line(prepared: PreparedContainer, zip_path: Path, notebook: Path) -> str:
    """Plain otter on an honest notebook, in the same container."""
    out = prepared.paths.results.parent
    command = [str(prepared._venv / "bin" / "python"), "-m", "otter.cli", "run", "-a", str(zip_path)]
    command = [str(prepared._venv / "bin" / "python"), "-c", "from otter.cli import cli; cli()", *command[3:]]
    usage = prepared.execute([*command, "-o", str(out), "--no-logo", str(notebook)], Machine())
    document = simulate._document(out / "results.json") or {}
    score = sum(test.get("score", 0.0) for test in document.get("tests", []))
    killed = ", a process was ended for want of memory" if usage.out_of_memory else ""
    return (
        f"{score:g} points, {usage.wall_s:.1f} s, {usage.peak_mb or 0:.0f} MB, status {usage.status}{killed}"
    )


def _refused(bundle: Bundle) -> Submission:
    """A notebook whose functions all fail as torch does where there is no memory for what they ask."""
    source = 'def cheat(*args, **kwargs):\n    raise RuntimeError("not enough memory")\n'
    return Submission(id="refused", student="refused", cells=harness.cells_of(source, bundle))


def write_attack(name: str, bundle: Bundle, folder: Path) -> Path:
    """The attack as a notebook file."""
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
        for source in harness.attack_submission(name, bundle).cells
    ]
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}), "utf-8")
    return path


def _honest(slug: str, folder: Path, limit: int | None) -> list[Path]:
    cases = example_cases(slug)[0]
    cases = cases or composed_cases(slug, folder, limit=HONEST_PER_BUNDLE, lessons=True)
    return [case.path for case in cases][:limit]


def _line(run: SimulatedRun) -> str:
    memory = f"{run.usage.peak_mb or 0:.0f} MB{' (and more was refused)' if run.usage.out_of_memory else ''}"
    score = "none" if run.score is None else f"{run.score:g}"
    return f"score {score}, {run.usage.wall_s:.1f} s, {memory}"


if __name__ == "__main__":
    sys.exit(main())
