"""The judge's parser is the wall: whatever a sandbox sends, the judge refuses it or lives with it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

FRAMES = int(os.environ.get("NOTEGRAD_MUTATED_FRAMES", "1500"))


def test_mutated_frames_are_refused_and_never_end_the_judge():
    """1,500 frames with random changes (20,000 when asked) raise ObservationError or CallInterrupted, nothing else."""
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-m", "tests.support.mirror_mutations", "5", str(FRAMES)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=110 + FRAMES / 20,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    counts = dict(re.findall(r"'([\w :]+)': (\d+)", done.stdout))
    assert f"{FRAMES} frames" in done.stdout
    assert int(counts["refused"]) > FRAMES / 2 and int(counts["accepted"]) > FRAMES / 50, (
        "the mutations must bite"
    )
