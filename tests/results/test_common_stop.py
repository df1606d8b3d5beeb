"""A class that stops by an error of the machine's or of the bundle's is told of to whoever grades."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from notegrad.cli.main import run
from notegrad.records import CellRun, GradingResult, RunReport
from notegrad.results.common_stop import common_stop
from tests.support.foreign_rows import ForeignRow, write_code_cells

FILE = "FileNotFoundError: [Errno 2] No such file or directory: 'data.csv'"


def stopped(*errors: str | None) -> GradingResult:
    cells = tuple(
        CellRun(index=n, status="error" if error else "ok", error=error) for n, error in enumerate(errors)
    )
    return GradingResult(
        submission="a",
        student="a",
        assignment="x",
        score=0.0,
        max_score=1.0,
        questions=(),
        status="graded",
        run=RunReport(status="ok", cells=cells),
    )


@pytest.mark.parametrize(
    ("errors", "count"),
    [
        ([FILE, FILE, None], 2),
        ([FILE, FILE, None, None, None], 0),
        ([FILE], 0),
        (["urllib.error.URLError: <urlopen error>"] * 3, 3),
        (["AssertionError: Torch not compiled with CUDA enabled"] * 2, 2),
        (["NotImplementedError", "NotImplementedError"], 0),
        (["NameError: name 'x' is not defined"] * 4, 0),
    ],
)
def test_only_what_most_of_a_class_met_and_no_answer_causes(errors: list[str | None], count: int) -> None:
    """An error of files, modules, the network or a device, met by half of the notebooks and more than one."""
    found = common_stop([stopped(error, error) for error in errors])
    assert (found.count if found else 0) == count


def test_the_terminal_and_the_report_say_it(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The file that a zip lacks is named to the teacher, escaped, and not only in each student's page."""
    bundle = ForeignRow(kind="x", right="", wrong="", doctest=">>> f(1)\n2\n").write_bundle(
        tmp_path / "hw.zip"
    )
    (tmp_path / "in").mkdir()
    for name in ("ana", "bob"):
        cells = ["text = open('<b>.csv').read()", "def f(x): return 2 * x"]
        write_code_cells(tmp_path / "in" / f"{name}.ipynb", cells)
    assert (
        run(["--lang", "en", "grade", str(bundle), str(tmp_path / "in"), "--out", str(tmp_path / "out")]) == 0
    )
    said = capfd.readouterr().err
    assert "2 of 2 submissions stop by the same error (FileNotFoundError" in said
    assert "<b>.csv" in said
    report = (tmp_path / "out/report.html").read_text("utf-8")
    assert "FileNotFoundError" in report
    assert "<b>" not in report
    assert json.loads((tmp_path / "out/report.json").read_text("utf-8"))["statistics"]["submissions"] == 2
