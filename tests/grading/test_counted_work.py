"""The work of a submission is counted, not timed: forks, and a judge's waits and pages, of each assignment."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.programs.counted_work import UNAVAILABLE, Work
from tests.support.confined_graders import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
MARGIN = 1.25
MEASURED = {
    "tp1-tenseurs": Work(forks=21, waits=1_410, pages=6_030),
    "tp2-memoire": Work(forks=17, waits=940, pages=5_460),
    "tp3-algebre-lineaire": Work(forks=21, waits=1_420, pages=5_920),
    "tp4-derivation": Work(forks=18, waits=840, pages=8_680),
    "tp5-reseau": Work(forks=12, waits=600, pages=9_030),
}


@pytest.mark.parametrize("slug", MEASURED)
def test_a_submission_takes_no_more_than_it_did(slug):
    """Full marks take at most 1.25 times the forks, messages and pages that were counted when this was written."""
    counting = subprocess.run(
        [sys.executable, "-m", "tests.programs.counted_work", slug], cwd=ROOT, capture_output=True, text=True
    )
    if counting.returncode == UNAVAILABLE:
        pytest.skip(f"nothing is confined here: {counting.stderr.strip()}")
    assert counting.returncode == 0, counting.stderr
    work = Work(**json.loads(counting.stdout))
    assert all(now <= MARGIN * once for now, once in zip(work, MEASURED[slug], strict=True)), work
