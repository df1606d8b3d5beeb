"""A stepped notebook is never forked: it waits at each check, and its own process answers the judge there.

CUDA does not survive a fork. So where a device is initialised, the notebook waits inside `grader.check` while
its question is judged in this very process, on the state that a fork would have had; then it goes on. What
the judge's calls left behind is put back where it can be (restore.py), and told where it cannot: the client
then takes a fresh process and runs the notebook up to the same place. Where an author says that questions
share their state, nothing is put back.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator

import msgspec

from notegrad.sandbox import protocol
from notegrad.sandbox.inside import restore
from notegrad.sandbox.inside.run_cells import REFIRE_S
from notegrad.sandbox.inside.running_notebook import RunningNotebook
from notegrad.sandbox.protocol import CheckReached, GoOn, Serve, Served

_Request = Serve | GoOn


class SteppedNotebook:
    """One submission's notebook, asked where it stands."""

    def __init__(self, notebook: RunningNotebook) -> None:
        self._notebook = notebook
        self._questions = {name: number for number, name in enumerate(notebook.job.questions)}
        self._generations: dict[int, int] = {}
        self._waited_s = 0.0
        self._is_waiting = False

    def run(self) -> None:
        """Run the cells, waiting at checks; then serve until the client closes the socket."""
        self._notebook.run_cells(self._on_check, self._clock)
        while True:
            self._attend()

    def _clock(self) -> float:
        return time.monotonic() - self._waited_s

    def _on_check(self, question: str) -> None:
        """Wait here until the client says to go on: the question is judged on this state."""
        number = self._questions.get(question)
        if number is None or self._is_waiting or not self._may_wait():
            return
        generation = self._generations.get(number, 0) + 1
        if generation > protocol.MAX_CHECKS_PER_QUESTION:
            return
        self._generations[number] = generation
        started = time.monotonic()
        with _cell_held():
            self._notebook.tell(CheckReached(question=number, generation=generation))
            self._attend()
            self._waited_s += time.monotonic() - started

    def _may_wait(self) -> bool:
        """Not in a process or a thread that the notebook started: the judge asks the one that waits."""
        return self._notebook.is_own_process() and threading.current_thread() is threading.main_thread()

    def _attend(self) -> None:
        """Serve whoever asks until told to go on; the end of the client is ours."""
        self._is_waiting = True
        try:
            while True:
                body, descriptors = self._notebook.next_request()
                if isinstance(msgspec.msgpack.decode(body, type=_Request), GoOn):
                    return
                self._serve_here(descriptors[0])
        except (protocol.BrokenError, OSError, msgspec.MsgspecError):
            os._exit(0)
        finally:
            self._is_waiting = False

    def _serve_here(self, descriptor: int) -> None:
        shares_state = self._notebook.job.shares_state
        before = None if shares_state else restore.keep(self._notebook.namespace)
        with socket.socket(fileno=descriptor) as sock:
            sock.sendall(protocol.HELLO_READY + bytes(4))
            with contextlib.suppress(BaseException):  # student code below; the client sees a closed socket
                self._notebook.serve(sock)
        is_as_before = before is None or restore.put_back(before, self._notebook.namespace)
        self._notebook.tell(Served(changed=not is_as_before))


@contextlib.contextmanager
def _cell_held() -> Iterator[None]:
    """Stop the cell's alarm, and what it may have set to get through, and let it run on afterwards."""
    left_s, _ = signal.setitimer(signal.ITIMER_REAL, 0.0)
    handler = signal.signal(signal.SIGALRM, signal.SIG_DFL)
    tracing = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracing)
        signal.signal(signal.SIGALRM, handler)
        if left_s:
            signal.setitimer(signal.ITIMER_REAL, left_s, REFIRE_S)
