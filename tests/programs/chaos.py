"""Kill what can be killed while a class is graded: `python -m tests.programs.chaos [SUBMISSIONS] [SEED]`.

A quiet run first, then the same submissions while zygotes, submissions' processes, workers and the grader itself
are killed at random; the grader is started again with the same command until it is done. Afterwards each
submission must have exactly one result, the quiet run's.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.support.compose import distinct

ROOT = Path(__file__).parents[2]
SLUG = "tp2-memoire"
EXAMPLES = ROOT / "examples" / SLUG
KILL_EVERY_S = (1.0, 8.0)  # a grader takes some 4 s to start
# The last ones are hit by every kill, and some take 11 s: at the pace above they would never end
LAST_KILL_EVERY_S = (20.0, 40.0)
LAST = 4
GRADER_SHARE = 0.08  # of the kills, the rest hit its descendants
MAX_STARTS = 100
RUN_LIMIT_S = 1_500.0
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


def make_class(folder: Path, count: int) -> None:
    """Copies of the example submissions that end by themselves."""
    expected = yaml.safe_load((EXAMPLES / "expected.yml").read_text("utf-8"))
    graded = [EXAMPLES / entry["file"] for entry in expected.values() if entry["status"] == "graded"]
    sources = [path for path in graded if path.is_file()]
    for number in range(count):
        source = sources[number % len(sources)]
        place = folder / f"{number:03}-{source.name}"
        place.write_bytes(distinct(source.read_bytes(), number))


def start(folder: Path, out: Path) -> subprocess.Popen[bytes]:
    code = "import sys; from notegrad.cli.main import main; main()"
    arguments = ["grade", SLUG, str(folder), "--out", str(out)]
    with (out.parent / f"{out.name}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            cwd=ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, "TMPDIR": str(out.parent)},  # by which what is left behind is known
        )


def descendants(pid: int) -> Iterator[tuple[int, str]]:
    """Pid and kind of all processes below one."""
    parents: dict[int, list[tuple[int, str]]] = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
            line = Path(f"/proc/{entry}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (OSError, ValueError):
            continue
        kind = "sandbox" if "sandbox.zygote" in line else "worker"
        parents.setdefault(int(fields[1]), []).append((int(entry), kind))
    waiting = [pid]
    while waiting:
        for child, kind in parents.get(waiting.pop(), []):
            yield child, kind
            waiting.append(child)


def kill_something(grader: subprocess.Popen[bytes], dice: random.Random) -> str:
    """One kill; what it hit."""
    if dice.random() < GRADER_SHARE:
        number = dice.choice(SIGNALS)
        grader.send_signal(number)
        return f"grader ({number.name})"
    below = list(descendants(grader.pid))
    if not below:
        return "nobody"
    kinds = sorted({kind for _, kind in below})
    kind = dice.choice(kinds)
    pid = dice.choice([pid for pid, other in below if other == kind])
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return "nobody"
    return kind


def grade_in_chaos(folder: Path, out: Path, dice: random.Random) -> tuple[Counter[str], int]:
    """Kill until the grader is done; what was killed, and how often the grader was started."""
    killed: Counter[str] = Counter()
    end = time.monotonic() + RUN_LIMIT_S
    for starts in range(1, MAX_STARTS + 1):
        grader = start(folder, out)
        while grader.poll() is None and time.monotonic() < end:
            pace_s = KILL_EVERY_S if ungraded(folder, out) > LAST else LAST_KILL_EVERY_S
            try:
                grader.wait(dice.uniform(*pace_s))
            except subprocess.TimeoutExpired:
                killed[kill_something(grader, dice)] += 1
        if grader.poll() is None:
            grader.kill()
            raise SystemExit(f"chaos: not done after {RUN_LIMIT_S:g} s")
        if grader.returncode == 0:
            return killed, starts
    raise SystemExit(f"chaos: not done after {MAX_STARTS} starts")


def ungraded(folder: Path, out: Path) -> int:
    """How many submissions have no result with a score yet."""
    graded = sum(score is not None for score, _, _ in scores(out).values())
    return len(list(folder.iterdir())) - graded


def scores(out: Path) -> dict[str, object]:
    """What each submission got, as far as it must be the same in every run."""
    found = {}
    for path in sorted((out / "results").glob("*/results.json")):
        result = json.loads(path.read_text("utf-8"))
        tests = [(test["number"], test["status"], test["score"]) for test in result.get("tests", [])]
        found[path.parent.name] = (result.get("score"), result["extra_data"]["notegrad"]["status"], tests)
    return found


def left_behind(base: Path) -> list[str]:
    """Zygotes of graders that are no more."""
    time.sleep(3.0)
    processes = [
        entry
        for entry in os.listdir("/proc")
        if entry.isdigit() and str(base).encode() in _read(Path(f"/proc/{entry}/cmdline"))
    ]
    return [f"process {entry}" for entry in processes]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def main(count: int, seed: int) -> int:
    """Print what was killed and what differs; the exit status is 1 where something does."""
    with tempfile.TemporaryDirectory(prefix="notegrad-chaos-") as name:
        base = Path(name)
        folder = base / "class"
        folder.mkdir()
        make_class(folder, count)
        submissions = len(list(folder.iterdir()))
        began = time.monotonic()
        quiet = start(folder, base / "quiet")
        if quiet.wait() != 0:
            print((base / "quiet.log").read_text("utf-8", "replace")[-2000:])
            return 1
        quiet_s = time.monotonic() - began
        began = time.monotonic()
        killed, starts = grade_in_chaos(folder, base / "chaos", random.Random(seed))
        chaos_s = time.monotonic() - began
        expected, actual = scores(base / "quiet"), scores(base / "chaos")
        rows = (base / "chaos/gradebook.csv").read_text("utf-8-sig").splitlines()
        wrong = sorted(
            name for name in expected.keys() | actual.keys() if expected.get(name) != actual.get(name)
        )
        print(f"{submissions} submissions; quiet {quiet_s:.0f} s, chaos {chaos_s:.0f} s, seed {seed}")
        print(f"killed {sum(killed.values())}: {dict(killed)}; the grader was started {starts} times")
        print(
            f"results {len(actual)}, rows of the gradebook {len(rows) - 1}, different from the quiet run: {wrong}"
        )
        left = left_behind(base)
        print(f"left behind: {left or 'nothing'}")
        for name in wrong:
            print(name, "expected", expected.get(name), "actual", actual.get(name))
        return int(bool(wrong or left) or len(actual) != submissions or len(rows) - 1 != submissions)


if __name__ == "__main__":
    sys.exit(
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 200, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    )
