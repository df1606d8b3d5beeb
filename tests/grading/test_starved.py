"""A right answer keeps its points where neighbours, or a busy machine, leave it little of a processor."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec import structs

from notegrad.course.bundle import Bundle
from notegrad.grading import Grader
from notegrad.probes.fair_deadline import FairDeadline
from notegrad.records import GradingResult, Limits, Submission
from notegrad.sandbox.outside import cgroups
from notegrad.sandbox.outside.sandbox import Sandbox
from notegrad.settings import AssignmentSettings
from tests.support.confined_graders import confined_grader

LIMIT_S = 1.0
LIMITS = Limits(wall_s=20, cell_wall_s=5, test_case_wall_s=LIMIT_S, cpu_s=30, memory_mb=512, processes=64)
TEST = """OK_FORMAT = False
from otter.test_files import test_case
name = "q1"
points = 1
@test_case(hidden=True)
def test_q1(double):
    assert double(20) == 40
"""
WORKS = "import time\ndef work(seconds):\n    begin = time.process_time()\n    while time.process_time() < begin + seconds: pass"
HONEST = (WORKS, "def double(x):\n    work(0.25)\n    return 2 * x", "work(0.5)")
ASLEEP = ("import time", "def double(x):\n    time.sleep(60)\n    return 2 * x")
SPINNING = (
    (
        "import os, time\nfor _ in range(40):\n    if os.fork() == 0:\n"
        "        while time.process_time() < 30: pass\n        os._exit(0)"
    ),
    "time.sleep(4)\nprint('spinning')\ntime.sleep(60)",
)
COUNTED = "expect.assert_no_loop(double, lambda n: (torch.rand(n),))"
BUSY_S = 60  # no process of a test spins for longer, whatever becomes of the test
HOSTILE = """
from notegrad.records import Limits
from notegrad.sandbox.outside.sandbox import Sandbox
with Sandbox.start(Limits(wall_s=40, cell_wall_s=35)) as sandbox, sandbox.open(CELLS) as run:
    print("begun", flush=True)
    run.run_notebook()
"""


def bundle() -> Bundle:
    settings = AssignmentSettings(slug="partage", title="Partage", limits=LIMITS, seed=1)
    return Bundle(settings=settings, tests=(("q1.py", TEST),))


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with confined_grader(bundle()) as made:
        yield made


def graded(grader: Grader, cells: tuple[str, ...]) -> GradingResult:
    return grader.grade(Submission(id="s", student="s", cells=cells))


@contextmanager
def busy_machine() -> Iterator[None]:
    """16 processes that want a processor, as any user's may."""
    spin = f"import time\nend = time.monotonic() + {BUSY_S}\nwhile time.monotonic() < end: pass"
    processes = [subprocess.Popen([sys.executable, "-S", "-c", spin]) for _ in range(16)]
    try:
        yield
    finally:
        for each in processes:
            each.kill()
            each.wait()


@contextmanager
def spinning_neighbour() -> Iterator[None]:
    """A submission, in a sandbox of its own, with 40 children that spin."""
    code = HOSTILE.replace("CELLS", repr(SPINNING))
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(2)  # for its children to begin
        yield
    finally:
        process.terminate()
        process.wait()


@pytest.mark.slow
@pytest.mark.parametrize("load", [busy_machine, spinning_neighbour])
def test_a_right_answer_is_right_beside_a_load(grader: Grader, load: Callable[[], object]) -> None:
    """Time that an answer waits for a processor is no time of its own; a cell neither."""
    with load():  # type: ignore[attr-defined]
        result = graded(grader, HONEST)
    assert result.score == 1.0
    assert result.status == "graded"
    assert result.run is not None
    assert [cell.status for cell in result.run.cells] == ["ok"] * 3


@pytest.mark.slow
def test_an_answer_that_sleeps_is_out_of_time_on_a_busy_machine(grader: Grader) -> None:
    """Who sleeps does not wait for a processor: a load gives nobody time to sleep."""
    with busy_machine():
        result = graded(grader, ASLEEP)
    case = result.questions[0].test_cases[0]
    assert case.outcome == "timeout"
    assert case.duration_s < 5 * LIMIT_S


def test_a_slow_answer_within_the_limit_is_waited_for_where_calls_are_counted() -> None:
    """Asking who answered must not end the wait: a quarter of a second is far within the limit."""
    test = TEST.replace(
        "    assert double(20) == 40", "    import torch\n    from notegrad import expect\n    " + COUNTED
    )
    slow = "import time\ndef double(x):\n    time.sleep(0.25)\n    return 2 * x"
    limits = structs.replace(LIMITS, test_case_wall_s=10)
    settings = AssignmentSettings(slug="compte", title="Compte", limits=limits, seed=1)
    with confined_grader(Bundle(settings=settings, tests=(("q1.py", test),))) as made:
        result = graded(made, (slow,))
    assert result.score == 1.0, result.questions[0].test_cases[0].message


def spinner(cpu: int, seconds: float) -> int:
    """A child that wants that processor for so long, in processor time."""
    pid = os.fork()
    if pid == 0:
        os.sched_setaffinity(0, {cpu})
        while time.process_time() < seconds:
            pass
        os._exit(0)
    return pid


def ended(pids: list[int]) -> None:
    for pid in pids:
        os.kill(pid, 9)
        os.waitpid(pid, 0)


def test_a_wait_for_a_processor_moves_the_deadline() -> None:
    """Of five that share a processor each waits; the deadline of one moves, and no further than allowed."""
    cpu = min(os.sched_getaffinity(0))
    pids = [spinner(cpu, 20.0) for _ in range(5)]
    try:
        generous = FairDeadline(0.5, pids[:1], patience_s=100.0)
        strict = FairDeadline(0.5, pids[:1], patience_s=0.1)
        time.sleep(0.6)
        assert 0 < generous.left_s() < 0.6
        assert strict.left_s() <= 0
    finally:
        ended(pids)


def test_a_sleeper_and_who_uses_the_processor_get_no_more_time() -> None:
    """Only waiting counts: not sleep, and not after the limit was used up in processor time, by all together."""
    cpu = min(os.sched_getaffinity(0))
    sleeper = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(20)"])
    parent = os.fork()
    if parent == 0:
        for _ in range(4):  # who keeps himself from running with processes of his own
            spinner(cpu, 20.0)
        os.sched_setaffinity(0, {cpu})
        while time.process_time() < 20:
            pass
        os._exit(0)
    try:
        time.sleep(0.5)
        asleep = FairDeadline(0.3, [sleeper.pid], patience_s=100.0)
        time.sleep(0.4)
        assert asleep.left_s() <= 0
        own_load = FairDeadline(0.3, [parent], patience_s=100.0)
        end = time.monotonic() + 20
        while own_load.left_s() > 0 and time.monotonic() < end:
            time.sleep(0.05)
        assert time.monotonic() < end
    finally:
        sleeper.kill()
        sleeper.wait()
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        for child in map(int, children):
            os.kill(child, 9)
        ended([parent])


def test_students_run_behind_us_and_cannot_come_forward() -> None:
    """Student code has a lower priority than the judge, and keeps it."""
    tries = "import os\ntry: os.nice(-1)\nexcept OSError: pass\nprint(os.getpriority(os.PRIO_PROCESS, 0))"
    with Sandbox.start(LIMITS) as sandbox, sandbox.open([tries]) as run:
        cell = run.run_notebook().cells[0]
    assert int(cell.stdout_tail) > os.getpriority(os.PRIO_PROCESS, 0)


def test_a_submission_has_one_share_of_the_processor() -> None:
    """Where control groups share the processor, a submission's has a weight of its own."""
    parents = cgroups.find_parents()
    if parents is None or not parents.shares_cpu:
        pytest.skip("the processor is not shared by control groups here")
    group = cgroups.ControlGroup(parents, LIMITS)
    try:
        name = "cpu.weight" if parents.version == 2 else "cpu.shares"
        shares = [(folder / name).read_text() for folder in group._folders if (folder / name).is_file()]
        assert shares == [f"{cgroups.CPU_WEIGHT if parents.version == 2 else cgroups.CPU_SHARES}\n"]
    finally:
        group.close_descriptors()
        group.remove()
