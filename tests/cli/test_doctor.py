"""`notegrad doctor` says what is so: each row was tried, each lack comes with what mends it."""

from __future__ import annotations

import json

import pytest

from notegrad.cli.main import run
from notegrad.sandbox.walls import tiers
from tests.attacks import levels

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


@pytest.mark.skipif(
    bool(levels.why_not("no-namespaces")), reason=f"skipped, because {levels.why_not('no-namespaces')}"
)
def test_a_weaker_machine_is_told_so() -> None:
    """Root that may not make namespaces is told the weaker tier; a course that wants more, that nothing goes."""
    with levels.scratch_folder() as scratch:
        told = levels.run_python("no-namespaces", ["-c", SAY, "--json"], scratch, 60)
        (scratch / "home" / "otter_config.yml").write_text("sandbox:\n  tier: full\n")
        refused = levels.run_python("no-namespaces", ["-c", SAY], scratch, 60)
    rows = {row["name"]: row for row in json.loads(told.stdout)["checks"]}
    assert (told.returncode, rows["tier"]["verdict"]) == (0, "CAUTION")
    assert rows["landlock"]["verdict"] == "PASS"
    assert rows["network"]["verdict"] == "CAUTION"
    told = refused
    assert told.returncode == 5
    assert "FAIL" in told.stdout
    assert "→" in told.stdout
