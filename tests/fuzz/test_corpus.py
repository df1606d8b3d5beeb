"""Inputs that once broke something, and real ones, through every target of the fuzzer."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz import targets


@pytest.mark.parametrize("name", targets.TARGETS)
def test_kept_inputs_are_read_or_refused(name: str) -> None:
    """Each gives a result or the named refusal, within time and memory; in a process of its own: one may crash it."""
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-m", "tests.fuzz.replay", name],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=100,
    )
    assert done.returncode == 0, done.stdout[-500:] + done.stderr[-3_000:]
    counted = re.search(r"^(\d+) inputs$", done.stdout, re.MULTILINE)
    assert counted is not None and int(counted[1]) >= 3


def test_every_kept_input_belongs_to_a_target_and_is_small() -> None:
    """Nothing in the corpus is forgotten, and none of it weighs on a checkout."""
    for path in (path for path in targets.CORPUS.rglob("*") if path.is_file()):
        assert path.parent.name in targets.TARGETS
        assert path.stat().st_size <= targets.MAX_INPUT_BYTES
