"""`python -m tests.programs.fuzz SECONDS [TARGET ...]`: each target for so long; says what it cost and what it found.

What finds something is kept in `corpus/<target>/`, where the ordinary tests replay it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz import targets

STATUS = re.compile(r"#(\d+)\s.*?cov: (\d+) ft: (\d+) corp: (\d+)")
OWN_CORPUS = os.environ.get("FUZZ_CORPUS")  # a folder to go on from, the next time


def fuzz(name: str, seconds: int) -> bool:
    """Whether the target found nothing."""
    with tempfile.TemporaryDirectory(prefix=f"notegrad-fuzz-{name}-") as place:
        corpus, found = (
            (Path(OWN_CORPUS, name) if OWN_CORPUS else Path(place, "corpus")),
            Path(place, "found"),
        )
        corpus.mkdir(parents=True, exist_ok=True)
        found.mkdir()
        write_seeds(name, corpus)
        done = subprocess.run(
            command(name, seconds, corpus, found), capture_output=True, text=True, errors="replace"
        )
        statuses = STATUS.findall(done.stderr)
        executions, coverage, features, kept = statuses[-1] if statuses else ("0", "0", "0", "0")
        findings = sorted(found.iterdir())
        print(
            f"{name:10} {int(executions):>9,} executions in {seconds} s, {coverage} counters, {features} features, "
            f"corpus {kept}, found {len(findings)}"
        )
        if done.returncode or findings:
            print(done.stdout[-3_000:], done.stderr[-1_000:])
        for finding in findings:
            keep(name, finding)
    return done.returncode == 0 and not findings and executions != "0"


def write_seeds(name: str, corpus: Path) -> None:
    """Real inputs, made in a process of its own: making them must not be what is fuzzed."""
    subprocess.run([sys.executable, "-m", "tests.fuzz.seeds", name, str(corpus)], check=True)


def command(name: str, seconds: int, corpus: Path, found: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "tests.fuzz.child", name),
        f"-max_total_time={seconds}",
        f"-max_len={targets.MAX_INPUT_BYTES}",
        f"-timeout={targets.INPUT_LIMIT_S}",
        f"-rss_limit_mb={targets.RSS_LIMIT_MB}",
        f"-artifact_prefix={found}/",
        str(corpus),
        *(str(folder) for folder in [targets.CORPUS / name] if folder.is_dir()),
    ]


def keep(name: str, finding: Path) -> None:
    place = targets.CORPUS / name / finding.name[:24]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(finding.read_bytes())
    print(
        f"kept as {place.relative_to(targets.CORPUS.parent)}; replay it: python -m tests.fuzz.replay {name} {place.name}"
    )


if __name__ == "__main__":
    os.nice(10)
    clean = [fuzz(name, int(sys.argv[1])) for name in sys.argv[2:] or targets.TARGETS]
    sys.exit(0 if all(clean) else 1)
