"""The simulated accelerator: what a machine without a GPU can know of code for one."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.support import simulated_claims


@pytest.mark.parametrize(
    "claim",
    ["device", "copies", "expectation", "grading", "real_assignment", "restored", "unannounced", "announced"],
)
def test_the_simulated_accelerator_behaves_as_a_gpu_does(claim: str) -> None:
    """Each claim of tests/support/simulated_claims.py holds, in a process of its own."""
    assert getattr(simulated_claims, claim).__doc__
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.simulated_claims", claim],
        cwd=simulated_claims.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
