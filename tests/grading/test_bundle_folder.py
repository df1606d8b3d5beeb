"""Tests run among their bundle's files, anew for each submission, and never where the command was started."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from notegrad.course.bundle import Bundle
from notegrad.records import GradingResult, Limits, Submission
from notegrad.settings import AssignmentSettings
from tests.support.confined_graders import confined_grader

LIMITS = Limits(wall_s=20, cell_wall_s=5, test_case_wall_s=5.0, cpu_s=30, memory_mb=1024)
HEAD = """OK_FORMAT = False
from otter.test_files import test_case
name = "q1"
points = 1
"""
COPIES = """@test_case(points=1, hidden=True)
def test_copies(seen):
    import copy
    for _ in range(100):
        names = seen(copy.copy([]))
        assert not any("another" in name for name in names), names
"""
WRITES = """@test_case(points=1, hidden=True)
def test_writes(count):
    from pathlib import Path
    with open("data.csv") as file:
        assert file.read() == "1,2", "the bundle's file is another's"
    with open("made.txt", "a") as file:
        file.write("x")
    with open("data.csv", "w") as file:
        file.write("3")
    (Path("folder") / "deep").mkdir(parents=True)
    with open("made.txt") as file:
        assert count(file.read()) == 1
"""
LEAVES = """@test_case(points=1, hidden=True)
def test_leaves(count):
    import os, tempfile
    tempfile.mkdtemp(prefix="left-by-a-test-")
    path = os.path.join(tempfile.gettempdir(), "left-by-a-test.txt")
    with open(path, "x") as file:
        file.write("abc")
    assert count(open(path).read()) == 3
"""
SEEN = "import os\ndef seen(_): return [n for _, folders, files in os.walk('.') for n in folders + files]"


def bundle(test: str, *files: tuple[str, bytes]) -> Bundle:
    return Bundle(
        settings=AssignmentSettings(slug="dossier", title="Dossier", limits=LIMITS, language="en"),
        files=files,
        tests=(("q1.py", HEAD + test),),
    )


def submission(code: str) -> Submission:
    return Submission(id="a", student="a", cells=(code,))


@contextmanager
def a_busy_folder(place: Path) -> Iterator[None]:
    """Something writes, renames and removes files and folders there all the while, as a class's results are."""
    ended = threading.Event()

    def work() -> None:
        folder, written = place / "another", place / "another" / "another.json.part"
        while not ended.is_set():
            folder.mkdir(exist_ok=True)
            written.write_text("another's marks")
            written.rename(folder / "another.json").unlink()
            folder.rmdir()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def messages(result: GradingResult) -> list[str]:
    return [
        f"{case.outcome}: {case.message} {case.detail}"
        for question in result.questions
        for case in question.test_cases
        if case.outcome != "passed"
    ]


def test_what_lies_where_the_command_was_started_reaches_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that come and go in the teacher's folder are neither shown to an answer nor cost it a point."""
    monkeypatch.chdir(tmp_path)
    with confined_grader(bundle(COPIES)) as grader, a_busy_folder(tmp_path):
        assert messages(grader.grade(submission(SEEN))) == []


def test_what_a_test_wrote_is_gone_for_the_next_submission() -> None:
    """A test that appends to a file, rewrites the bundle's own and makes folders judges all students alike."""
    with confined_grader(bundle(WRITES, ("data.csv", b"1,2"))) as grader:
        for _ in range(3):
            assert messages(grader.grade(submission("def count(text): return len(text)"))) == []


def test_temporary_files_of_tests_are_neither_found_by_the_next_one_nor_left_behind() -> None:
    """Each submission's tests have an empty place for them, which is gone when the grader is."""
    before = left_behind()
    with confined_grader(bundle(LEAVES)) as grader:
        for _ in range(3):
            assert messages(grader.grade(submission("def count(text): return len(text)"))) == []
    assert left_behind() == before


def left_behind() -> list[Path]:
    """What tests of bundles left where the system's temporary files lie."""
    return sorted(Path(tempfile.gettempdir()).glob("left-by-a-test*"))
