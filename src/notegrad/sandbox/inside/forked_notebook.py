"""A forked notebook is run once; it forks at each check, and afterwards as often as the client asks."""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import resource
import signal
import socket
import sys
from typing import NoReturn

import msgspec

from notegrad.records import inside_name
from notegrad.sandbox import protocol
from notegrad.sandbox.inside.running_notebook import RunningNotebook
from notegrad.sandbox.protocol import Fork, SnapshotTaken

# Captured at import, before student code could replace them.
_random_state, _set_random_state = random.getstate, random.setstate


class ForkedNotebook:
    """One submission's notebook and its forks."""

    def __init__(self, notebook: RunningNotebook, descriptors: list[int]) -> None:
        """`descriptors`: one for the snapshot of each question, in the order of the job's questions."""
        self._notebook = notebook
        names = notebook.job.questions[: len(descriptors)]
        self._questions = {name: number for number, name in enumerate(names)}
        self._descriptors = descriptors
        self._snapshots: dict[int, tuple[int, int]] = {}  # question -> pid, generation
        self._ours = _open_descriptors()

    def run(self) -> None:
        """Run the cells; then serve `Fork` requests until the client closes the socket.

        Raises BrokenError when it does.
        """
        self._notebook.run_cells(self._on_check)
        self._questions = {}
        for descriptor in self._descriptors:  # held open here, they would hide that a snapshot died
            os.close(descriptor)
        with contextlib.suppress(OSError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # forks are reaped by the kernel
        while True:
            body, descriptors = self._notebook.next_request()
            msgspec.msgpack.decode(body, type=Fork)
            self._fork_onto(descriptors[0], 1)
            os.close(descriptors[0])

    def _on_check(self, question: str) -> None:
        """Fork now: the question is judged on this state. A later check of it replaces the forks."""
        for name in (question, inside_name(question)):
            if name in self._questions:
                self._take_snapshot(self._questions[name])

    def _take_snapshot(self, number: int) -> None:
        before, generation = self._snapshots.get(number, (0, 0))
        if generation >= protocol.MAX_CHECKS_PER_QUESTION:
            return
        if before:
            with contextlib.suppress(OSError):
                os.kill(before, signal.SIGKILL)
                os.waitpid(before, 0)
        pid = self._fork_onto(self._descriptors[number], generation + 1)
        if pid:
            self._snapshots[number] = (pid, generation + 1)
            self._notebook.tell(SnapshotTaken(question=number, generation=generation + 1))

    def _fork_onto(self, descriptor: int, generation: int) -> int:
        """Fork; the child serves the descriptor and never returns. 0 if the kernel refused."""
        state = _random_state()
        try:
            pid = os.fork()
        except OSError as error:
            refusal = protocol.HELLO_REFUSED + (error.errno or 0).to_bytes(4, "little")
            with contextlib.suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as sock:
                sock.sendall(refusal)
            return 0
        if pid == 0:
            _set_random_state(state)  # which Python seeds anew in every child
            self._serve(descriptor, generation)
        return pid

    def _serve(self, descriptor: int, generation: int) -> NoReturn:
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.0)
            sys.settrace(None)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            for other in self._ours - {descriptor}:  # what cells opened stays open, as in one process
                with contextlib.suppress(OSError):
                    os.close(other)
            sock = socket.socket(fileno=descriptor)
            sock.sendall(protocol.HELLO_READY + generation.to_bytes(4, "little"))
            self._notebook.serve(sock)
        finally:
            os._exit(0)


def _open_descriptors() -> frozenset[int]:
    """The descriptors that are open, but for the three that every process has."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return frozenset(number for number in range(3, most) if _is_open(number))


def _is_open(descriptor: int) -> bool:
    try:
        fcntl.fcntl(descriptor, fcntl.F_GETFD)
    except OSError:
        return False
    return True
