"""`notegrad build` as printed: what was written, and `--frozen` for continuous integration."""

from __future__ import annotations

import pytest

from notegrad.cli.main import run


@pytest.fixture
def build(course, monkeypatch, capsys):
    """Run `notegrad build` without grading; gives status, stdout, stderr."""
    monkeypatch.chdir(course.root)

    def call(*options):
        status = run(["build", "--no-check", *options])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


def test_says_what_was_written_and_what_is_unchanged(build):
    """The first build writes both bundles, the second finds the same bytes."""
    head = "tp0: 2 questions, 3 test cases, 2 of them hidden\n"
    assert build() == (0, f"{head}  student/tp0\n  autograder/tp0.zip\n", "")
    assert build("tp0") == (0, f"{head}  student/tp0 (unchanged)\n  autograder/tp0.zip (unchanged)\n", "")


def test_frozen_finds_a_stale_student_bundle_and_writes_nothing(build, course):
    """A committed student bundle that its sources no longer give stops continuous integration."""
    build()
    notebook = course.root / "student" / "tp0" / "tp0.ipynb"
    (course.root / "autograder" / "tp0.zip").unlink()
    assert build("--frozen")[0] == 0
    notebook.write_text("stale")
    status, out, err = build("--frozen")
    assert (status, out) == (2, "")
    assert "student/tp0/tp0.ipynb is not what its sources give" in err
    assert notebook.read_text() == "stale"
    assert not (course.root / "autograder" / "tp0.zip").exists()


def test_assignment_in_the_configuration_must_exist(build, course):
    """A slug that is configured and has no master notebook is a mistake, not nothing to do."""
    course.config.write_text("assignments:\n  tp00: {}\n", encoding="utf-8")
    status, _, err = build()
    assert status == 2
    assert "did you mean 'tp0'" in err


def test_course_without_assignments_says_so(build, course):
    """Nothing to build is told, with where assignments belong."""
    course.master.unlink()
    course.config.write_text("title: x\n", encoding="utf-8")
    status, _, err = build()
    assert status == 2
    assert "holds no assignment" in err
