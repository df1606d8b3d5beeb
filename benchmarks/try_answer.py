"""Times `notegrad try` as an author waits for it: the first, later ones, and after the master was saved.

Run: python benchmarks/try_answer.py [SLUG QUESTION ANSWER]   (an id of answers.yml; in a copy of this course)
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LATER = 7


def try_once(course: Path, words: list[str]) -> float:
    """The seconds from the command to its end."""
    started = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "notegrad", "try", *words], cwd=course, stdout=subprocess.DEVNULL, check=False
    )
    return time.monotonic() - started


def main() -> None:
    """Print a table of medians."""
    words = sys.argv[1:] or ["tp2-memoire", "q03", "q03-R01"]
    with tempfile.TemporaryDirectory(prefix="notegrad-bench-") as folder:
        course, run = Path(folder) / "course", Path(folder) / "run"
        run.mkdir(mode=0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(run)
        shutil.copytree(ROOT / "assignments", course / "assignments")
        shutil.copy(ROOT / "otter_config.yml", course)
        first = try_once(course, words)
        later = [try_once(course, words) for _ in range(LATER)]
        master = next((course / "assignments" / words[0]).glob(f"{words[0]}.*"))
        saved = []
        for _ in range(LATER):
            os.utime(master)
            saved.append(try_once(course, words))
    print(f"| notegrad try {' '.join(words)} | median | worst |\n|---|---|---|")
    print(f"| the first, which starts a grader | {first:.2f} s | |")
    for name, times in (("from the second on", later), ("after the master was saved", saved)):
        print(f"| {name} | {statistics.median(times):.2f} s | {max(times):.2f} s |")


if __name__ == "__main__":
    main()
