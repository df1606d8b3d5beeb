"""A notebook process that harms itself becomes a report; a failure on our side becomes a SandboxError."""

import contextlib
import os
import signal
import threading
import time

import msgspec
import pytest

from notegrad.errors import SandboxError, SandboxUnavailableError
from notegrad.records import Limits
from notegrad.sandbox.outside import notebook_follower
from notegrad.sandbox.outside.notebook_run import NotebookGoneError
from notegrad.sandbox.outside.sandbox import Sandbox

LIMITS = Limits(wall_s=20, cell_wall_s=1.5, cpu_s=20, memory_mb=1024, files_mb=16, processes=64)
SETUP = "import otter\ngrader = otter.Notebook('tp.ipynb')"


@pytest.fixture(autouse=True)
def short_grace(monkeypatch):
    """A cell that does not obey its limit is killed soon, so that these tests are quick."""
    monkeypatch.setattr(notebook_follower, "GRACE_S", 0.5)


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox.start(LIMITS, "auto", unsafe=True, server="notegrad.sandbox.inside.echo:serve") as running:
        yield running


def ask(sock, expression: str) -> str:
    sock.settimeout(10)
    sock.sendall(expression.encode() + b"\n")
    with sock.makefile("rb") as lines:
        return lines.readline().decode().rstrip("\n")


def children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


@pytest.mark.parametrize(
    ("source", "status", "said"),
    [
        ("import os; os._exit(0)", "error", "cell_ended_all"),
        ("import ctypes; ctypes.string_at(0)", "error", "cell_killed 11"),
        ("import os; os.abort()", "error", "cell_killed 6"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "error", "cell_without_memory"),
        ("pow(3, 10**9)", "timeout", "cell_ran_long 1.5"),
        ("import re; re.match('(a*)*b', 'a' * 40)", "timeout", "cell_ran_long 1.5"),
        (
            "import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\ntime.sleep(60)",
            "timeout",
            "cell_ran_long 1.5",
        ),
        (
            "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0)\nwhile True: pass",
            "timeout",
            "cell_ran_long 1.5",
        ),
    ],
)
def test_a_cell_that_takes_the_process_with_it_is_skipped_in_a_second_run(sandbox, source, status, said):
    """Crashes and loops in C cost their cell; what comes after them is still judged."""
    with sandbox.open(["x = 1", source, "y = x + 1\nprint(y)"], (), 0, ["q1"]) as execution:
        report = execution.run_notebook()
        assert report.status == "ok"
        assert [cell.status for cell in report.cells] == ["ok", status, "ok"]
        fault = report.cells[1].fault
        assert fault is not None
        assert fault.is_skipped or status == "timeout"  # a C call may end before its process is killed
        assert said in (f"{fault.key} {fault.limit:g}", f"{fault.key} {fault.signal}", fault.key)
        assert ask(execution.fork("q1"), "x + y") == "3"


def test_cpu_time_is_limited(sandbox):
    """CPU time beyond the limit ends the process, and is a timeout."""
    limits = Limits(wall_s=20, cell_wall_s=20, cpu_s=1)
    with sandbox.open(["x = 1", "while True: pass", "y = 2"], (), 0, (), limits) as execution:
        report = execution.run_notebook()
        assert [cell.status for cell in report.cells] == ["ok", "timeout", "ok"]


def test_a_notebook_that_dies_twice_is_reported_as_it_went(sandbox):
    """One second run is made, not more."""
    cells = ["x = 1", "import os; os._exit(0)", "import ctypes; ctypes.string_at(0)", "z = 1"]
    with sandbox.open(cells) as execution:
        report = execution.run_notebook()
        assert report.status == "crashed"
        assert [cell.status for cell in report.cells] == ["ok", "error", "error", "not_run"]


def test_a_fork_bomb_stops_at_the_limit(sandbox):
    """Processes are limited per submission, and all end with it."""
    bomb = "import os\nn = 0\ntry:\n    while True:\n        if os.fork() == 0:\n            while True: os.wait3(0) if 0 else __import__('time').sleep(60)\n        n += 1\nexcept OSError as e: print(n, e)"
    started = time.monotonic()
    patient = msgspec.structs.replace(LIMITS, cell_wall_s=15.0)  # 64 forks take their time on a busy machine
    with sandbox.open([bomb], (), 0, ["q1"], patient) as execution:
        report = execution.run_notebook()
        assert report.cells[0].status == "ok"
        assert 20 < int(report.cells[0].stdout_tail.split()[0]) < 65
    assert time.monotonic() - started < 40
    with sandbox.open(["print('next')"]) as execution:
        assert execution.run_notebook().cells[0].stdout_tail == "next\n"


def test_the_disk_of_a_submission_is_limited(sandbox):
    """Files and shared memory together stay within files_mb, each file too."""
    cells = ["open('big', 'wb').write(b'x' * 9 * 2**20)",
             "for i in range(40): open(f'/dev/shm/{i}', 'wb').write(b'x' * 2**20)",
             "for i in range(30000): open(f'/tmp/n{i}', 'w')",
             "import os; print(os.statvfs('/tmp').f_blocks * os.statvfs('/tmp').f_frsize)"]  # fmt: skip
    # on a busy machine 30,000 files take seconds
    patient = msgspec.structs.replace(LIMITS, wall_s=60, cell_wall_s=30, file_mb=8)
    with sandbox.open(cells, limits=patient) as execution:
        report = execution.run_notebook()
    assert "File too large" in (report.cells[0].error or "")
    assert "No space left" in (report.cells[1].error or "") or report.cells[1].fault
    assert "No space left" in (report.cells[2].error or "") or report.cells[2].fault
    assert int(report.cells[3].stdout_tail) == 16 * 2**20


LIES = {
    "garbage": "s.sendall(b'\\xff' * 4096)",
    "huge length": "s.sendall(b'\\xff\\xff\\xff\\x7f' + b'x' * 100)",
    "flood": "import signal; signal.setitimer(signal.ITIMER_REAL, 0)\nwhile True: s.sendall(p.pack(p.CellStarted(index=0)) * 1000)",
    "wrong index": "s.sendall(p.pack(p.CellFinished(index=7, status='ok', error=None, stdout_tail='')))",
    "wrong status": "s.sendall(p.pack(p.CellFinished(index=0, status='passed', error=None, stdout_tail='')))",
    "early end": "s.sendall(p.pack(p.NotebookFinished(out_of_time=False)))",
    "invented snapshot": "s.sendall(p.pack(p.SnapshotTaken(question=9, generation=1)))",
    "negative snapshot": "s.sendall(p.pack(p.SnapshotTaken(question=-1, generation=1)))",
    "closed": "s.close(); import time; time.sleep(30)",
    "shut down": "s.shutdown(2); import time; time.sleep(30)",
    "deep": "b = b'\\x91' * 200000; s.sendall(len(b).to_bytes(4, 'little') + b)",
    "half a frame": "s.sendall(b'\\x50\\0\\0\\0abc'); import time; time.sleep(30)",
    "descriptors": "import socket, array\nfor _ in range(50): s.sendmsg([b'\\0'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0] * 200))])",
}


@pytest.mark.parametrize("lie", LIES)
def test_a_process_that_lies_gets_a_report_and_costs_us_nothing(sandbox, lie):
    """Whatever student code writes into the worker's socket, we say so and go on; no exception, no leak."""
    find = "import gc, socket\nimport notegrad.sandbox.protocol as p\ns = [o for o in gc.get_objects() if isinstance(o, socket.socket)][0]\n"
    with sandbox.open(["x = 1"]) as execution:
        execution.run_notebook()  # the first one opens what the sandbox keeps
    descriptors = len(os.listdir("/proc/self/fd"))
    started = time.monotonic()
    with sandbox.open([find + LIES[lie], "x = 1"], (), 0, ["q1"]) as execution:
        report = execution.run_notebook()
        # One whose cell is cut off soon after ends by itself: that cell is skipped in a second run.
        assert report.status in ("crashed", "timeout") or report.cells[0].status == "error"
        assert len(report.cells) == 2
    assert time.monotonic() - started < 25
    assert len(os.listdir("/proc/self/fd")) == descriptors
    with sandbox.open(["print('next')"]) as execution:
        assert execution.run_notebook().cells[0].stdout_tail == "next\n"


def test_a_forged_snapshot_socket_gives_no_fork_that_we_would_not_dare_to_kill(sandbox):
    """A greeting written by hand is accepted from the submission's own processes only, and the kill reaches those."""
    forge = "import os\nfor fd in range(3, 64):\n    try: os.write(fd, b'R\\1\\0\\0\\0') if os.fstat(fd).st_mode & 0o140000 == 0o140000 and fd > 4 else 0\n    except OSError: pass"
    with sandbox.open([SETUP, forge, "x = 1"], (), 0, ["q1"]) as execution:
        execution.run_notebook()
        with contextlib.suppress(
            NotebookGoneError
        ):  # the forgery may have spoilt the submission's own sockets
            execution.discard(execution.fork("q1"))
    assert os.getpid() > 0
    with sandbox.open(["print('next')"]) as execution:
        assert execution.run_notebook().cells[0].stdout_tail == "next\n"


def test_a_kill_from_outside_is_noticed_however_slowly_the_process_ends(sandbox):
    """A fork that is killed while it is asked is a death, also where its socket closes before the kernel says so."""
    slow = "import os, time\ndef end():\n    os.closerange(3, 1000); time.sleep(0.2); os._exit(0)"
    with sandbox.open([slow]) as execution:
        execution.run_notebook()
        sock = execution.fork(None)
        assert ask(sock, "end()") == ""
        execution.discard_spoilt(sock)
        assert execution.deaths == 1
        alive = execution.fork(None)
        assert ask(alive, "1") == "1"
        execution.discard(alive)
        assert execution.deaths == 1, "the control: a fork that lives is no death"


def test_every_kill_of_a_fork_is_noticed(sandbox):
    """Forks that are killed at a random moment of a question: each is counted, none is the student's doing."""
    count = 40
    with sandbox.open(["x = 1"]) as execution:
        execution.run_notebook()
        for number in range(count):
            sock = execution.fork(None)
            (held,) = execution._trees.last.forks._forks.values()
            sender = threading.Timer(
                0.0005 * (number % 8), signal.pidfd_send_signal, (held.pidfd, signal.SIGKILL)
            )
            sender.start()
            sock.settimeout(10)
            assert sock.recv(1) == b""
            sender.join()
            execution.discard_spoilt(sock)
        assert execution.deaths == count


def test_a_snapshot_that_is_killed_before_it_is_asked_is_noticed(sandbox):
    """Killed while the notebook ran on, or afterwards: whoever counts on the result runs it again."""
    checks = "x = 1\nfor name in ('q1', 'q2'): grader.check(name)"
    kill = "import os, signal\nwith open(f'/proc/self/task/{os.getpid()}/children') as f: snapshots = f.read().split()"
    kill += "\nos.kill(int(snapshots[0]), signal.SIGKILL); os.waitpid(int(snapshots[0]), 0)\nx = 2"
    with sandbox.open([SETUP, checks, kill], (), 0, ["q1", "q2"]) as execution:
        execution.run_notebook()
        assert ask(execution.fork("q1"), "x") == "2"
        assert execution.deaths == 1
        (snapshot,) = children(execution._trees.last.notebook.pid)[:1]
        os.kill(snapshot, signal.SIGKILL)
        sock = execution.fork("q2")  # another one, where the kernel has ended the snapshot by now
        with contextlib.suppress(ConnectionError):
            ask(sock, "x")
        execution.discard_spoilt(sock)
        assert execution.deaths == 2


def test_a_dead_zygote_is_a_fault_of_ours():
    """Without its zygote the sandbox raises SandboxError, and everything it had started is gone."""
    with Sandbox.start(LIMITS, "auto", unsafe=True, server="notegrad.sandbox.inside.echo:serve") as sandbox:
        with open(
            f"/proc/{sandbox._process.pid}/task/{sandbox._process.pid}/children", encoding="ascii"
        ) as file:
            children = [int(word) for word in file.read().split()]
        execution = sandbox.open(["x = 1"])
        os.kill(children[0] if sandbox.tier in ("full", "userns") else sandbox._process.pid, signal.SIGKILL)
        sandbox._process.wait(timeout=30)
        with pytest.raises(SandboxError):
            execution.run_notebook()
        execution.close()
        with pytest.raises(SandboxError, match="does not answer"):
            for _ in range(2):  # one may have been made ahead
                sandbox.open(["x = 1"]).close()
    sandbox.close()


def test_a_tier_that_cannot_be_had_is_refused_with_the_reason():
    """No silent fall-back: the sentence names what is missing."""
    with pytest.raises(SandboxUnavailableError, match="does not exist"):
        Sandbox.start(LIMITS, "strong")
    with pytest.raises(SandboxUnavailableError, match="unsafe"):
        Sandbox.start(LIMITS, "none")
    if os.geteuid() == 0:
        pytest.skip("root has every tier it may ask for here")
    with pytest.raises(SandboxUnavailableError, match="root"):
        Sandbox.start(LIMITS, "full")


def test_a_server_that_cannot_be_imported_is_said_at_the_start():
    """A broken installation shows when the sandbox starts, in one sentence."""
    with pytest.raises(SandboxError, match="nosuch"):
        Sandbox.start(LIMITS, "auto", unsafe=True, server="notegrad.nosuch:serve")
