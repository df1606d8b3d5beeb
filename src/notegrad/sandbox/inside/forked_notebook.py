"""The notebook of one submission: run once, then forked as often as the client asks.

It reads code and inputs from its own socket, after the fork, so that the zygote never sees them. Everything
here shares a process with student code: the client believes nothing of what it says.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import NoReturn

import msgspec

from notegrad.sandbox import protocol
from notegrad.sandbox.inside import otter_stub, run_cells
from notegrad.sandbox.inside.shell import NotebookShell
from notegrad.sandbox.protocol import Event, Fork, NotebookJob, SnapshotTaken

Server = Callable[..., None]

_FOREVER_S = 1e9
_MAX_JOB_BYTES = 1 << 31


class ForkedNotebook:
    """One submission's notebook and its forks."""

    def __init__(
        self, sock: socket.socket, shell: NotebookShell, server: Server, job: NotebookJob, sockets: list[int]
    ) -> None:
        self._sock = sock
        self._shell = shell
        self._server = server
        self._pid = os.getpid()
        self._job = job
        names = job.questions if job.stays else job.questions[: len(sockets)]
        self._questions = {name: number for number, name in enumerate(names)}
        self._sockets = sockets
        self._snapshots: dict[int, tuple[int, int]] = {}  # question -> pid, generation

    def run(self) -> None:
        """Run the cells; then serve `Fork` requests until the client closes the socket."""
        self._run_cells()
        self._questions = {}
        for descriptor in self._sockets:  # held open here, they would hide that a snapshot died
            os.close(descriptor)
        with contextlib.suppress(OSError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # forks are reaped by the kernel
        while True:
            body, descriptors = self._receive()
            msgspec.msgpack.decode(body, type=Fork)
            self._fork_onto(descriptors[0], 1)
            os.close(descriptors[0])

    def _run_cells(self, clock: Callable[[], float] = time.monotonic) -> None:
        job = self._job
        _write_files(job.files)
        run_cells.seed_everything(job.seed)
        otter_stub.on_check(self._on_check)
        self._shell.builtin_trap.activate()  # `display` and `get_ipython` also outside of cells
        run_cells.run_cells(self._shell, job.cells, job.skip, job.limits, self._report, clock)

    def _receive(self) -> tuple[bytes, list[int]]:
        return receive_forever(self._sock)

    def _report(self, event: Event) -> None:
        if os.getpid() != self._pid:
            os._exit(0)  # a fork that a cell made and did not end: it must not run the rest of the notebook
        self._sock.sendall(protocol.pack(event))

    def _on_check(self, question: str) -> None:
        """Fork now: the question is judged on this state. A later check of it replaces the fork."""
        number = self._questions.get(question)
        if number is None:
            return
        before, generation = self._snapshots.get(number, (0, 0))
        if generation >= protocol.MAX_CHECKS_PER_QUESTION:
            return
        if before:
            with contextlib.suppress(OSError):
                os.kill(before, signal.SIGKILL)
                os.waitpid(before, 0)
        pid = self._fork_onto(self._sockets[number], generation + 1)
        if pid:
            self._snapshots[number] = (pid, generation + 1)
            self._report(SnapshotTaken(question=number, generation=generation + 1))

    def _fork_onto(self, descriptor: int, generation: int) -> int:
        """Fork; the child serves the descriptor and never returns. 0 if the kernel refused."""
        try:
            pid = os.fork()
        except OSError as error:
            refusal = protocol.HELLO_REFUSED + (error.errno or 0).to_bytes(4, "little")
            with contextlib.suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as sock:
                sock.sendall(refusal)
            return 0
        if pid == 0:
            self._serve(descriptor, generation)
        return pid

    def _serve(self, descriptor: int, generation: int) -> NoReturn:
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.0)
            sys.settrace(None)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            os.closerange(3, descriptor)
            os.closerange(descriptor + 1, 1 << 30)
            sock = socket.socket(fileno=descriptor)
            sock.sendall(protocol.HELLO_READY + generation.to_bytes(4, "little"))
            prepare_fork(self._job.seed)
            self._server(sock, self._shell.user_ns, limits=self._job.limits, seed=self._job.seed)
        finally:
            os._exit(0)


def prepare_fork(seed: int) -> None:
    """One thread for torch (a fork of a process that used more would hang), and the seeds."""
    import torch

    torch.set_num_threads(1)
    run_cells.seed_everything(seed)


def _write_files(files: tuple[tuple[str, bytes], ...]) -> None:
    """Write the notebook's files below the working directory; names that lead elsewhere are left out."""
    for name, content in files:
        path = os.path.normpath(name)
        if os.path.isabs(path) or path.startswith("..") or path == ".":
            continue
        with contextlib.suppress(OSError):  # a full disk: the notebook will say what it misses
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            with open(path, "wb") as file:
                file.write(content)


def receive_forever(sock: socket.socket) -> tuple[bytes, list[int]]:
    """The next request and its descriptors, however late it comes. Raises BrokenError."""
    return protocol.receive_with_descriptors(sock, time.monotonic() + _FOREVER_S, _MAX_JOB_BYTES)
