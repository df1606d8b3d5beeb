"""Forks of the executed notebook: one per question, isolated from each other, and killed when asked."""

import os
import socket
import time

import pytest

from notegrad.records import Limits
from notegrad.sandbox.outside.notebook_run import NotebookGoneError
from notegrad.sandbox.outside.sandbox import Sandbox

LIMITS = Limits(wall_s=30, cell_wall_s=15, cpu_s=30, memory_mb=1024, files_mb=16)
SETUP = "import otter\ngrader = otter.Notebook('tp.ipynb')"


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox.start(
        LIMITS, "auto", unsafe=True, server="notegrad.sandbox.inside.echo:serve", ahead=False
    ) as running:
        yield running


def ask(sock: socket.socket, expression: str, timeout_s: float = 10.0) -> str:
    """What the fork's namespace says to `expression` (the server is sandbox.echo)."""
    sock.settimeout(timeout_s)
    sock.sendall(expression.encode() + b"\n")
    with sock.makefile("rb") as lines:
        return lines.readline().decode().rstrip("\n")


def children(pid: int) -> list[int]:
    """None where the process itself has just ended."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def descendants(pid: int) -> list[int]:
    return [found for child in children(pid) for found in (child, *descendants(child))]


def zygote_of(sandbox: Sandbox) -> int:
    """The launcher's only child where there are namespaces; the process itself where there are none."""
    launcher = sandbox._process.pid
    return children(launcher)[0] if sandbox.tier in ("full", "userns") else launcher


def processes_of_submission(sandbox: Sandbox) -> list[int]:
    """All that the sandbox runs, without its launcher's child, the zygote, where there is one."""
    found = descendants(sandbox._process.pid)
    return found[1:] if sandbox.tier in ("full", "userns") else found


def wait_until(condition, timeout_s: float = 30.0) -> bool:
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_a_question_is_judged_on_the_state_at_its_check_cell(sandbox):
    """`grader.check("q1")` fixes the state for q1; the others see the final state; a second check replaces the first."""
    cells = [
        SETUP,
        "x = 1\ngrader.check('q1')",
        "x = 2\ngrader.check('q2')",
        "x = 3\ngrader.check('q2')",
        "x = 4",
    ]
    with sandbox.open(cells, (), 0, ["q1", "q2", "q3"]) as execution:
        assert execution.run_notebook().status == "ok"
        assert ask(execution.fork("q1"), "x") == "1"
        assert ask(execution.fork("q2"), "x") == "3"
        assert ask(execution.fork("q3"), "x") == "4"
        assert ask(execution.fork(None), "x") == "4"
        assert ask(execution.fork("q1"), "x") == "4", "a snapshot serves once; then the final state does"


def test_a_check_inside_a_function_or_of_an_unknown_question_is_harmless(sandbox):
    """Snapshots are taken wherever the check is; other names are ignored, as are checks of what is not a name."""
    cells = [
        SETUP,
        "def f():\n    grader.check('q1')\nx = 1\nf()\nx = 2",
        "grader.check('q9'); grader.check(None)",
    ]
    with sandbox.open(cells, (), 0, ["q1"]) as execution:
        report = execution.run_notebook()
        assert [cell.error for cell in report.cells] == [None] * 3
        assert ask(execution.fork("q1"), "x") == "1"


def test_checks_in_a_loop_keep_one_live_snapshot(sandbox):
    """However often a question is checked, one snapshot of it lives."""
    cells = [SETUP, "for x in range(20): grader.check('q1')"]
    with sandbox.open(cells, (), 0, ["q1"]) as execution:
        execution.run_notebook()
        assert wait_until(lambda: len(processes_of_submission(sandbox)) == 3), (
            "pid 1, the worker, one snapshot"
        )
        assert ask(execution.fork("q1"), "x") == "19"


def test_forks_do_not_see_each_other(sandbox):
    """What one question's calls change is not there for another question."""
    with sandbox.open(["x = [1]"], (), 0, ["q1", "q2"]) as execution:
        execution.run_notebook()
        first, second = execution.fork("q1"), execution.fork("q2")
        assert ask(first, "x.append(2) or x") == "[1, 2]"
        assert ask(second, "x") == "[1]"


def test_forks_draw_on_from_where_the_notebook_stood(sandbox):
    """Each fork has the generators of the notebook, Python's too, which Python seeds anew in a child."""
    with sandbox.open(["import torch, random, numpy\ntorch.rand(3)"], (), 5, ["q1"]) as execution:
        execution.run_notebook()
        draw = "(torch.rand(1).item(), random.random(), numpy.random.rand())"
        first = ask(execution.fork("q1"), draw)
        assert first == ask(execution.fork(None), draw)
    seeded = "import torch, random, numpy\ntorch.manual_seed(1), random.seed(1), numpy.random.seed(1)"
    with sandbox.open([seeded], (), 5, ["q1"]) as execution:
        execution.run_notebook()
        assert ask(execution.fork("q1"), "random.random()") == "0.13436424411240122"
        assert ask(execution.fork("q1"), "numpy.random.rand()") == "0.417022004702574"


def test_a_fork_that_used_threads_does_not_hang(sandbox):
    """A notebook that ran torch with several threads can be forked and computes there."""
    cells = ["import torch\ntorch.set_num_threads(2)\na = torch.rand(600, 600)\n(a @ a).sum()"]
    with sandbox.open(cells, (), 0, ["q1"]) as execution:
        assert execution.run_notebook().status == "ok"
        assert ask(execution.fork("q1"), "(a @ a).shape") == "torch.Size([600, 600])"
        assert ask(execution.fork("q1"), "torch.get_num_threads()") == "1"


def test_discard_kills_a_fork_that_does_not_answer(sandbox):
    """A question stuck in Python or in C costs its fork only."""
    with sandbox.open(["import time"], (), 0, ["q1"]) as execution:
        execution.run_notebook()
        notebook = execution._trees.last.notebook.pid  # the zygote also makes the next submission's processes
        before = set(descendants(notebook))
        for stuck in ("[None for _ in iter(int, 1)]", "pow(3, 10**9)"):
            sock = execution.fork("q1")
            with pytest.raises(TimeoutError):
                ask(sock, stuck, timeout_s=0.2)
            execution.discard(sock)
            assert wait_until(lambda: set(descendants(notebook)) <= before)
        assert ask(execution.fork("q1"), "1 + 1") == "2"


def test_a_fork_that_dies_is_seen_as_closed_and_another_can_be_had(sandbox):
    """A crash in a question ends its connection, not the submission."""
    with sandbox.open(["import os, ctypes"], (), 0, ["q1"]) as execution:
        execution.run_notebook()
        for deadly in ("os._exit(0)", "ctypes.string_at(0)", "os.abort()", "os.kill(os.getpid(), 9)"):
            sock = execution.fork("q1")
            assert ask(sock, deadly) == ""
            execution.discard(sock)
        assert ask(execution.fork("q1"), "1 + 1") == "2"


def test_many_forks_leave_nothing_behind(sandbox):
    """Discarded forks are gone as processes, zombies and descriptors."""
    with sandbox.open(["x = 1"], (), 0, ["q1"]) as execution:
        execution.run_notebook()
        execution.discard(execution.fork(None))
        descriptors = len(os.listdir("/proc/self/fd"))
        for _ in range(30):
            execution.discard(execution.fork(None))
        assert wait_until(lambda: len(processes_of_submission(sandbox)) == 2), "pid 1 and the worker"
        assert len(os.listdir("/proc/self/fd")) == descriptors


def test_a_fork_of_a_dead_notebook_is_refused_but_its_snapshots_serve(sandbox):
    """Killing the process in every run leaves what was checked before, and a clear error for the rest."""
    cells = [SETUP, "import os; x = 1\ngrader.check('q1')", "os._exit(0)", "x = 2", "os._exit(0)"]
    with sandbox.open(cells, (), 0, ["q1", "q2"]) as execution:
        report = execution.run_notebook()
        assert report.status == "crashed"
        assert ask(execution.fork("q1"), "x") == "1"
        with pytest.raises(NotebookGoneError):
            execution.fork("q2")
        with pytest.raises(NotebookGoneError):
            execution.fork(None)


def test_closing_kills_everything_that_a_submission_started(sandbox):
    """Background processes, daemons, forks and snapshots end with the submission."""
    cells = [SETUP, "!sleep 300 &", "import subprocess; subprocess.Popen(['setsid', 'sleep', '300'])",
             "import os\nif os.fork() == 0:\n    os.setsid()\n    import time; time.sleep(300)", "grader.check('q1')"]  # fmt: skip
    with sandbox.open(cells, (), 0, ["q1"]) as execution:
        execution.run_notebook()
        execution.fork(None)
        assert len(processes_of_submission(sandbox)) >= 6, "the control: they were there"
    assert wait_until(lambda: processes_of_submission(sandbox) == [])


def test_submissions_in_a_row_leak_neither_descriptors_nor_processes_nor_mounts(sandbox):
    """The fiftieth submission finds the sandbox as the first did it."""

    def state() -> tuple[int, int, int, int]:
        zygote = zygote_of(sandbox)
        with open(f"/proc/{zygote}/mountinfo", encoding="utf-8") as mounts:
            return (
                len(os.listdir("/proc/self/fd")),
                len(os.listdir(f"/proc/{zygote}/fd")),
                len(list(mounts)),
                len(descendants(sandbox._process.pid)),
            )

    def submit() -> None:
        with sandbox.open([SETUP, "x = 1\ngrader.check('q1')"], (), 0, ["q1"]) as execution:
            execution.run_notebook()
            assert ask(execution.fork("q1"), "x") == "1"

    submit()
    assert wait_until(lambda: processes_of_submission(sandbox) == [])
    before = state()
    for _ in range(50):
        submit()
    assert wait_until(lambda: state() == before), (state(), before)


def test_a_process_made_ahead_of_need_serves_like_any_other():
    """While one submission runs the next one's process is made; other limits make a new one; closing takes all."""
    with Sandbox.start(LIMITS, "auto", unsafe=True, server="notegrad.sandbox.inside.echo:serve") as sandbox:
        for memory_mb in (1024, 1024, 700, 700, 1024):
            limits = Limits(memory_mb=memory_mb)
            source = "import resource; x = resource.getrlimit(resource.RLIMIT_AS)[0] >> 20; 1; print(x)"
            with sandbox.open([source], (), 0, ["q1"], limits) as execution:
                given = int(execution.run_notebook().cells[0].stdout_tail)
                base = int(ask(execution.fork("q1"), "int(open('/proc/self/statm').read().split()[0])")) >> 8
                assert memory_mb < given < memory_mb + base + 50
        launcher = sandbox._process.pid
        assert descendants(launcher)
        left = descendants(launcher)
    assert wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in left))


def test_an_execution_that_was_never_run_can_be_closed(sandbox):
    """Opening costs nothing that closing does not give back, also twice."""
    execution = sandbox.open(["x = 1"])
    execution.close()
    execution.close()


def test_two_submissions_at_once_have_nothing_in_common(sandbox):
    """Neither sees the other's files or processes."""
    leave = "open('/tmp/left', 'w').write('x'); open('/dev/shm/left', 'w').write('x')"
    look = "import os, glob\nprint(glob.glob('/tmp/*') + glob.glob('/dev/shm/*'), [p for p in os.listdir('/proc') if p.isdigit()])"
    with sandbox.open([leave, look]) as first:
        assert "left" in first.run_notebook().cells[1].stdout_tail, "the control: it was there"
        with sandbox.open([look]) as second:
            files, pids = second.run_notebook().cells[0].stdout_tail.rstrip().rsplit("] [", 1)
            assert "left" not in files
            assert len(pids.split()) == 1
