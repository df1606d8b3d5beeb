"""One notebook, one command, nothing warm: what a student on Gradescope waits for, and plain otter beside it.

    python benchmarks/cold_start.py [SLUG...] [--runs 3] [--src OLD/src ...]

Each run is `notegrad gradescope --root FOLDER`, as `run_autograder` calls it, on a notebook with full marks,
and `otter run` on the same one, in turns; processor time of all their processes (control_groups.py).
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from benchmarks.checkouts import bundle_path, parser_of, sources_of  # noqa: E402
from benchmarks.control_groups import measured  # noqa: E402
from tests.support.compose import composed_cases  # noqa: E402

WANTED_MS = 2_800.0
BIN = Path(sys.executable).parent


def container(folder: Path, bundle: Path, notebook: Path) -> Path:
    """The platform's folder with a bundle and a submission."""
    root = folder / "autograder"
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(root / "source")
    (root / "submission").mkdir()
    (root / "results").mkdir()
    shutil.copy2(notebook, root / "submission")
    return root


def grade_cold(root: Path, source: Path) -> tuple[float, float]:
    """Processor and wall time of one run of notegrad; a SystemExit where it gives less than full marks."""
    results = root / "results" / "results.json"
    results.unlink(missing_ok=True)
    command = [str(BIN / "notegrad"), "gradescope", "--root", str(root)]
    spent = measured(command, {"PYTHONPATH": str(source), "OMP_NUM_THREADS": "1"}, "cold")
    document = json.loads(results.read_text("utf-8"))
    tests = document["tests"]
    if sum(test.get("score", 0) for test in tests) != sum(test.get("max_score", 0) for test in tests):
        raise SystemExit(f"{results} has not full marks")
    return spent


def measure(slug: str, runs: int, sources: Sequence[Path]) -> None:
    """Print a line for each competitor."""
    bundle = bundle_path(slug)
    with tempfile.TemporaryDirectory(prefix="notegrad-bench-") as folder:
        [case] = composed_cases(slug, Path(folder), lessons=True, limit=1)
        root = container(Path(folder), bundle, case.path)
        otter = [str(BIN / "otter"), "run", "-a", str(bundle), "-o", folder, "--no-logo", str(case.path)]
        rows: dict[str, list[tuple[float, float]]] = {}
        for _ in range(runs):
            rows.setdefault("otter", []).append(measured(otter, {"PYTHONPATH": str(ROOT / "src")}, "otter"))
            for number, source in enumerate(sources):
                name = "notegrad" if len(sources) == 1 else f"notegrad {number + 1}"
                rows.setdefault(name, []).append(grade_cold(root, source))
    print(f"\n{slug}, {runs} cold runs each (wanted: at most {WANTED_MS:.0f} ms of processor time)")
    for name, row in rows.items():
        cpu_ms, wall_ms = (statistics.median(each) for each in zip(*row, strict=True))
        ratio = statistics.median(
            otter_ms / own_ms for (otter_ms, _), (own_ms, _) in zip(rows["otter"], row, strict=True)
        )
        print(f"  {name:12} cpu {cpu_ms:6.0f} ms  wall {wall_ms:6.0f} ms  otter: {ratio:4.2f} times as much")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, assignment by assignment."""
    parser = parser_of(__doc__)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args(arguments)
    sources = sources_of(options)
    for slug in options.slugs:
        measure(slug, options.runs, sources)


if __name__ == "__main__":
    main()
