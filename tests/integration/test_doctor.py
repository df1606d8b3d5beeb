"""`notegrad doctor` says what is so: each row was tried, each lack comes with what mends it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from notegrad.cli.main import run
from notegrad.sandbox import tiers
from tests.parity.compose import ROOT

SAY = "import sys; from notegrad.cli.main import run; sys.exit(run(['doctor', *sys.argv[1:]]))"


def test_doctor_agrees_with_what_grading_finds(capsys: pytest.CaptureFixture[str]) -> None:
    """The tier it names is the one that a sandbox would get; every row has a verdict and a meaning."""
    status = run(["doctor", "--json"])
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)["checks"]}
    available = [tier for tier in tiers.TIERS if tier != "none" and tiers.is_available(tier)]
    assert status == (0 if available else 5)
    assert rows["tier"]["meaning"].startswith(available[0] if available else "no confinement")
    assert {row["verdict"] for row in rows.values()} <= {"PASS", "CAUTION", "FAIL", "SKIPPED"}
    assert all(row["meaning"] for row in rows.values())
    assert all(row["fix"] for row in rows.values() if row["verdict"] in ("CAUTION", "FAIL"))


@pytest.mark.skipif(os.geteuid() != 0, reason="skipped, because only root can give rights up")
def test_a_weaker_machine_is_told_so(tmp_path: Path) -> None:
    """Root that may not make namespaces is told the weaker tier; a course that wants more, that nothing goes."""
    weak = ["setpriv", "--bounding-set=-sys_admin", sys.executable, "-c", SAY]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    told = subprocess.run(
        [*weak, "--json"], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    rows = {row["name"]: row for row in json.loads(told.stdout)["checks"]}
    assert (told.returncode, rows["tier"]["verdict"]) == (0, "CAUTION")
    assert rows["landlock"]["verdict"] == "PASS"
    assert rows["network"]["verdict"] == "CAUTION"
    (tmp_path / "otter_config.yml").write_text("sandbox:\n  tier: full\n")
    told = subprocess.run(weak, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert told.returncode == 5
    assert "FAIL" in told.stdout
    assert "→" in told.stdout
