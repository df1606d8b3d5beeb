"""A kill by others than the student costs the student nothing: graded as in quiet, or not graded."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from notegrad.errors import ProcessesDiedError
from notegrad.grading.grader import Grader
from notegrad.grading.retries import MAX_SUBMISSION_RUNS
from notegrad.records import GradingResult, Limits, Submission
from notegrad.sandbox.outside import cgroups
from tests.support import device_course

LIMITS = Limits(wall_s=20, cell_wall_s=6, test_case_wall_s=2, cpu_s=40, memory_mb=1024)


@pytest.fixture(scope="module", params=["fork", "stepped"])
def grader(request) -> Iterator[Grader]:
    bundle = device_course.bundle(mode=request.param, limits=LIMITS, tier="auto")
    with Grader(bundle, unsafe=True) as made:
        yield made


def with_cell(source: str) -> Submission:
    plain = device_course.submission()
    return msgspec.structs.replace(plain, cells=(*plain.cells[:2], source, *plain.cells[2:]))


def graded_with(grader: Grader, submission: Submission, kill: Callable[[int], None]) -> GradingResult:
    """The result where the first process that runs the notebook is passed to `kill` half a second after its start."""
    new_tree, started = grader._sandbox.new_tree, threading.Event()

    def watched(limits: Limits):
        tree = new_tree(limits)
        if not started.is_set():
            started.set()

            def when_it_runs() -> None:
                while not tree.progress.cells:
                    time.sleep(0.01)
                time.sleep(0.5)
                kill(tree.notebook.pid)

            threading.Thread(target=when_it_runs, daemon=True).start()
        return tree

    grader._sandbox.new_tree = watched  # type: ignore[method-assign]
    try:
        return grader.grade(submission)
    finally:
        grader._sandbox.new_tree = new_tree  # type: ignore[method-assign]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_notebook_that_is_killed_in_a_cell_is_run_again(grader: Grader, number: signal.Signals) -> None:
    """By the kernel, or by a daemon that asks first: no cell is blamed, no point lost."""
    slow = with_cell("import time\ntime.sleep(2)\nslept = True")
    result = graded_with(grader, slow, lambda pid: os.kill(pid, number))
    assert result.status == "graded" and device_course.failed(result) == []
    assert result.run is not None and {cell.status for cell in result.run.cells} == {"ok"}


def test_a_death_is_no_silence_where_a_child_holds_the_socket(grader: Grader) -> None:
    """A notebook is killed whose cell had started a process that lives on: that is no cell that ran too long."""
    forks = "import os, time\nif os.fork() == 0:\n    time.sleep(60)\ntime.sleep(2)"
    result = graded_with(grader, with_cell(forks), lambda pid: os.kill(pid, signal.SIGKILL))
    assert result.status == "graded" and device_course.failed(result) == []
    assert result.run is not None and {cell.status for cell in result.run.cells} == {"ok"}


def scripted(
    grader: Grader, monkeypatch: pytest.MonkeyPatch, runs: list[tuple[GradingResult, int]]
) -> list[int]:
    """Let each run of a notebook come to the next of `runs`; how many are left."""
    left = list(range(len(runs)))
    script = iter(runs)

    def once(*_: object, **__: object) -> tuple[GradingResult, int]:
        left.pop()
        return next(script)

    monkeypatch.setattr(grader, "_grade_once", once)
    return left


def ended(result: GradingResult, failing: int) -> GradingResult:
    """The result with its first test cases errored."""
    questions, left = [], failing
    for question in result.questions:
        cases = []
        for case in question.test_cases:
            cases.append(msgspec.structs.replace(case, outcome="errored" if left > 0 else case.outcome))
            left -= 1
        questions.append(msgspec.structs.replace(question, test_cases=tuple(cases)))
    return msgspec.structs.replace(result, questions=tuple(questions))


def test_where_no_two_runs_agree_nothing_is_graded(grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed at every try and each time elsewhere: not graded with the reason, and not the points of the last try."""
    whole = grader.grade(device_course.submission())
    left = scripted(grader, monkeypatch, [(ended(whole, n), 1) for n in range(MAX_SUBMISSION_RUNS)])
    with pytest.raises(ProcessesDiedError) as caught:
        grader.grade(device_course.submission())
    assert "tués" in caught.value.text("fr")
    assert left == []


def test_two_runs_that_agree_are_believed(grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: who dies by their own doing, always alike, is graded, also where another run came between."""
    whole = grader.grade(device_course.submission())
    deaths = [(ended(whole, 2), 1), (ended(whole, 1), 1), (ended(whole, 2), 1), (whole, 0)]
    left = scripted(grader, monkeypatch, deaths)
    assert len(device_course.failed(grader.grade(device_course.submission()))) == 2
    assert len(left) == 1


def test_a_death_late_in_a_long_submission_is_run_again(
    grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once, however much of its time is gone."""
    whole = grader.grade(device_course.submission())
    scripted(grader, monkeypatch, [(ended(whole, 1), 1), (whole, 0)])
    clock = iter(range(0, 10_000, 1_000))
    monkeypatch.setattr("notegrad.grading.grader.time.monotonic", lambda: float(next(clock)))
    assert device_course.failed(grader.grade(device_course.submission())) == []


@pytest.mark.parametrize(
    ("version", "files", "by_its_limit", "for_others"),
    [
        (2, {"memory.events": "low 0\nhigh 0\nmax 3\noom 1\noom_kill 1\n"}, True, False),
        (2, {"memory.events": "low 0\nhigh 0\nmax 0\noom 0\noom_kill 1\n"}, False, True),
        (2, {"memory.events": "low 0\nhigh 0\nmax 9\noom 0\noom_kill 0\n"}, False, False),
        (1, {"memory.oom_control": "under_oom 0\noom_kill 1\n", "memory.failcnt": "7\n"}, True, False),
        (1, {"memory.oom_control": "under_oom 0\noom_kill 1\n", "memory.failcnt": "0\n"}, False, True),
        (1, {}, False, False),
    ],
)
def test_memory_that_others_used_up_is_not_the_student_s_limit(
    tmp_path: Path, version: int, files: dict[str, str], by_its_limit: bool, for_others: bool
) -> None:
    """The kernel counts its kills for want of memory without saying whose memory; whether the limit was met, it says."""
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    group = object.__new__(cgroups.ControlGroup)
    group._version, group._folders = version, [tmp_path]
    assert (group.was_out_of_memory(), group.was_killed_for_others()) == (by_its_limit, for_others)
