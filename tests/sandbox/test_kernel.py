"""The kernel enforces the filter of system calls, Landlock, and the control group of a submission."""

import os
import platform
import re
from pathlib import Path

import msgspec
import pytest

from notegrad.records import Limits
from notegrad.sandbox.outside import cgroups
from notegrad.sandbox.outside.sandbox import Sandbox
from notegrad.sandbox.walls import seccomp

LIMITS = Limits(wall_s=30, cell_wall_s=15, cpu_s=30, memory_mb=300, files_mb=16, processes=24)
HEADER = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="skipped, because only root has tier full")
needs_groups = pytest.mark.skipif(
    cgroups.find_parents() is None, reason="skipped, because no control groups can be made here"
)

REFUSED = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
answers = {}
for name, number in %r.items():
    if number is not None:
        ctypes.set_errno(0)
        libc.syscall(number, 0, 0, 0, 0, 0, 0)
        answers[name] = ctypes.get_errno()
print({name: os.strerror(number) for name, number in answers.items() if number != 1})
"""

# Six processes of 150 MB each: how many hold theirs once each of them has it, or was killed for it.
HOARD = """
import os, select, time
have, had = os.pipe()
running = set()
for _ in range(6):
    if not (pid := os.fork()):
        x = b"x" * 150_000_000
        os.write(had, os.getpid().to_bytes(4))
        time.sleep(600)
    running.add(pid)
holding = set()
while running - holding:
    if select.select([have], [], [], 0.02)[0]:
        holding.add(int.from_bytes(os.read(have, 4)))
    while (ended := os.waitpid(-1, os.WNOHANG)[0]) if running else 0:
        running.discard(ended)
print(len(running), "held")
"""


def run(sandbox, *cells):
    with sandbox.open(cells) as execution:
        return execution.run_notebook()


@pytest.mark.skipif(not HEADER.is_file(), reason="skipped, because the kernel's headers are not installed")
def test_the_numbers_are_the_kernels():
    """Each refused call has the number that the kernel's header gives it (x86_64)."""
    header = dict(re.findall(r"#define __NR_(\w+) (\d+)", HEADER.read_text()))
    wrong = {
        name: (pair[0], header[name])
        for group in seccomp.REFUSED.values()
        for name, pair in group.items()
        if name in header and pair[0] != int(header[name])
    }
    assert wrong == {}


@needs_root
@pytest.mark.skipif(platform.machine() not in ("x86_64", "aarch64"), reason="skipped, because numbers differ")
def test_every_listed_call_is_refused():
    """Not one of the listed calls reaches the kernel; without the filter, several do: the control."""
    names = [name for group in seccomp.REFUSED.values() for name in group if name != "vhangup"]
    cell = REFUSED % {name: seccomp.call_number(name) for name in names}
    with Sandbox.start(LIMITS, "full", server="notegrad.sandbox.inside.echo:serve") as sandbox:
        assert run(sandbox, cell).cells[0].stdout_tail.strip() == "{}"
    with Sandbox.start(
        LIMITS, "full", unsafe=True, server="notegrad.sandbox.inside.echo:serve", without=["seccomp"]
    ) as sandbox:
        assert not next(row.active for row in sandbox.protections if row.name == "seccomp")
        assert "'keyctl'" in run(sandbox, cell).cells[0].stdout_tail


QUEUES_AND_PAGES = """
import ctypes, mmap, os
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
done = []
def tried(name, number, *args):
    if number is not None and libc.syscall(number, *args) >= 0:
        done.append(name)
numbers = %r
queue = ctypes.c_ulong(0)
tried("io_setup", numbers["io_setup"], 8, ctypes.byref(queue))
tried("io_getevents", numbers["io_getevents"], queue, 0, 0, None, None)
tried("io_submit", numbers["io_submit"], queue, 0, None)
tried("io_destroy", numbers["io_destroy"], queue)
library = os.open(os.__file__, os.O_RDONLY)
pages = mmap.mmap(library, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE, flags=mmap.MAP_PRIVATE)
where = ctypes.addressof(ctypes.c_char.from_buffer(pages))
tried("mincore", numbers["mincore"], ctypes.c_void_p(where), ctypes.c_size_t(4096), ctypes.create_string_buffer(1))
print(*done)
"""


@needs_root
@pytest.mark.skipif(platform.machine() not in ("x86_64", "aarch64"), reason="skipped, because numbers differ")
def test_the_kernels_queues_and_its_page_cache_are_closed():
    """No queue of the kernel's can be made, and no file's pages asked after; both can without the filter."""
    names = ("io_setup", "io_submit", "io_getevents", "io_destroy", "mincore")
    cell = QUEUES_AND_PAGES % {name: seccomp.call_number(name) for name in names}
    with Sandbox.start(LIMITS, "full", server="notegrad.sandbox.inside.echo:serve") as sandbox:
        held = run(sandbox, cell).cells[0]
    with Sandbox.start(
        LIMITS, "full", unsafe=True, server="notegrad.sandbox.inside.echo:serve", without=["seccomp"]
    ) as sandbox:
        free = run(sandbox, cell).cells[0]
    assert (held.status, held.stdout_tail.strip()) == ("ok", "")
    assert "mincore" in free.stdout_tail.split(), free


@needs_root
def test_what_honest_notebooks_need_is_not_refused():
    """Threads, processes, pipes, unix sockets, DataLoader's workers and shell commands work as ever."""
    with Sandbox.start(Limits(), "full", server="notegrad.sandbox.inside.echo:serve") as sandbox:
        report = run(
            sandbox,
            "import subprocess; print(subprocess.run(['sh', '-c', 'echo a | cat'], capture_output=True, text=True).stdout)",
            "from concurrent.futures import ThreadPoolExecutor\nprint(sum(ThreadPoolExecutor(3).map(int, '123')))",
            "import multiprocessing\nwith multiprocessing.Pool(2) as pool: print(pool.map(abs, [-1, -2]))",
            "from torch.utils.data import DataLoader\nimport torch\n"
            "print(len(list(DataLoader(torch.arange(8.).reshape(4, 2), batch_size=2, num_workers=2))))",
            "!echo shell",
            "import socket; a, b = socket.socketpair(); a.send(b'x'); print(b.recv(1))",
            "import asyncio; asyncio.get_event_loop(); await asyncio.sleep(0.01)",
        )
    assert [(cell.status, cell.error) for cell in report.cells] == [("ok", None)] * 7


@needs_groups
def test_memory_is_limited_for_a_submission_as_a_whole():
    """Processes that stay each below the limit cannot exceed it together; without the group they can."""
    patient = msgspec.structs.replace(LIMITS, wall_s=100, cell_wall_s=90)
    held = {}
    for without in ((), ("cgroup",)):
        with Sandbox.start(
            patient,
            "auto",
            unsafe=bool(without),
            server="notegrad.sandbox.inside.echo:serve",
            without=without,
        ) as sandbox:
            held[without] = run(sandbox, HOARD)
    assert held[()].usage.memory_peak_mb <= LIMITS.memory_mb + LIMITS.files_mb + cgroups.OWN_MB
    assert "6 held" not in held[()].cells[0].stdout_tail
    assert "6 held" in held["cgroup",].cells[0].stdout_tail


@needs_groups
def test_no_control_group_is_left():
    """Groups are removed with their submission, that of the process made ahead too."""
    with Sandbox.start(LIMITS, "auto", server="notegrad.sandbox.inside.echo:serve") as sandbox:
        for _ in range(3):
            run(sandbox, "import os\nif os.fork() == 0:\n    import time\n    time.sleep(60)")
        folders = [Path(folder) for folder in sandbox._supply._parents.folders]
        assert any(list(folder.glob(f"notegrad-{os.getpid()}-*")) for folder in folders)
    assert not any(list(folder.glob(f"notegrad-{os.getpid()}-*")) for folder in folders)
