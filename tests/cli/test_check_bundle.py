"""`notegrad check-bundle` says how each test case is judged."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from notegrad.cli.check_bundle import command
from notegrad.cli.main import run
from tests.support.foreign_rows import ForeignRow

PATCHED = """def test(inverse):
    from unittest import mock
    with mock.patch("numpy.linalg.inv", side_effect=AssertionError):
        assert inverse(2) == 0.5
---
def test_plain(inverse):
    assert inverse(4) == 0.25
"""


def written(folder: Path, functions: str = PATCHED) -> tuple[Path, Path]:
    """A zip of plain otter's with these test functions, and a right answer to them."""
    row = ForeignRow(kind="", functions=functions, right="def inverse(x): return 1 / x", wrong="")
    return row.write_bundle(folder / "lab.zip"), row.write_notebook(folder / "solution.ipynb", row.right)


def test_a_case_that_is_not_judged_is_named_before_a_class_is_graded(tmp_path: Path) -> None:
    """With `--judge outside` the case that patches a library is named with the reason, and the status is 3."""
    bundle, solution = written(tmp_path)
    options = [str(bundle), str(solution), "--judge", "outside"]
    found = CliRunner().invoke(command, options, standalone_mode=False)
    assert found.return_value == 3
    first, second, note = found.output.splitlines()
    assert "non jugé" in first
    assert "numpy.linalg.inv" in first
    assert "réussi" in second
    assert "incomplète" in note


def test_grading_a_class_names_cases_without_a_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who grades with `outside` reads which test cases have no verdict, why, and what would give them one."""
    bundle, solution = written(tmp_path)
    options = [str(bundle), str(solution), "--out", str(tmp_path / "out"), "--judge", "outside"]
    assert run(["--lang", "en", "grade", *options]) == 3
    said = "".join(capsys.readouterr())
    assert "1 test case without a verdict:" in said
    assert ": 1/1 (" in said
    assert "numpy.linalg.inv" in said
    assert "`--judge auto`" in said
    assert run(["--lang", "en", "gradebook", str(tmp_path / "out")]) == 0
    assert "1 incomplete grade, test cases have no verdict: solution" in "".join(capsys.readouterr())


def test_a_case_that_is_judged_inside_is_named_with_the_reason(tmp_path: Path) -> None:
    """A bundle of plain otter is judged `auto`: the case that patches passes inside, the other outside."""
    bundle, solution = written(tmp_path)
    arguments = [str(bundle), str(solution), "--lang", "en"]
    found = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert found.return_value == 0
    first, second, note = found.output.splitlines()
    assert first.startswith("passed, judged inside")
    assert "numpy.linalg.inv" in first
    assert "inside" not in second
    assert "1 test (1 point)" in note


def test_one_language_is_spoken_the_judge_s_sentences_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who asks for English before the command's name reads nothing in the bundle's French."""
    bundle, solution = written(tmp_path)
    assert run(["--lang", "en", "check-bundle", str(bundle), str(solution)]) == 0
    said = capsys.readouterr().out
    assert "the test replaces numpy.linalg.inv" in said
    assert "judged inside the notebook's process" in said


def test_questions_that_need_nothing_inside_are_named(tmp_path: Path) -> None:
    """Who may set them to `outside` closes the way by which an answer brings its own cases inside."""
    bundle, solution = written(tmp_path, PATCHED.split("---\n")[1])
    arguments = [str(bundle), str(solution), "--lang", "en"]
    advised = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert advised.return_value == 0
    assert "nothing inside for q1" in advised.output
    config = tmp_path / "otter_config.yml"
    config.write_text("assignments: {lab: {questions: {q1: {judge: outside}}}}\n", "utf-8")
    arguments += ["--config", str(config)]
    heeded = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert heeded.return_value == 0
    assert "inside" not in heeded.output


def test_what_cannot_be_graded_is_told_in_the_bundle_s_language_where_the_locale_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a server with the locale C, a French teacher reads a French sentence on a test that cannot be loaded."""
    row = ForeignRow(kind="", function="def test(x:\n", right="x = 1", wrong="")
    bundle, solution = (
        row.write_bundle(tmp_path / "lab.zip"),
        row.write_notebook(tmp_path / "s.ipynb", "x = 1"),
    )
    monkeypatch.setenv("LC_ALL", "C")
    assert run(["check-bundle", str(bundle), str(solution)]) == 2
    assert "ne se lit pas" in capsys.readouterr().err
