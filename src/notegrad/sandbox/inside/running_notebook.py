"""A running notebook is one submission in its notebook process: the shell, the job, the client's socket.

It reads code and inputs from its own socket, after the fork, so that the zygote never sees them. Everything
here shares a process with student code: the client believes nothing of what it says. The judge asks it in one
of two ways, forked_notebook.py and stepped_notebook.py.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable

from notegrad.sandbox import protocol
from notegrad.sandbox.inside import otter_stub, run_cells
from notegrad.sandbox.inside.shell import NotebookShell
from notegrad.sandbox.protocol import Event, NotebookJob

Server = Callable[..., None]

_FOREVER_S = 1e9
_MAX_JOB_BYTES = 1 << 31


class RunningNotebook:
    """One submission's notebook: runs its cells, tells the client of them, and serves the judge."""

    def __init__(self, sock: socket.socket, shell: NotebookShell, server: Server, job: NotebookJob) -> None:
        self.job = job
        self._sock = sock
        self._shell = shell
        self._server = server
        self._pid = os.getpid()

    def run_cells(self, on_check: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        """Write the files and run the cells; `on_check` is called with the question's name at each check.

        `clock` gives the seconds that count towards the notebook's time.
        """
        job = self.job
        _write_files(job.files)
        run_cells.seed_everything(job.seed)
        otter_stub.on_check(on_check)
        self._shell.builtin_trap.activate()  # `display` and `get_ipython` also outside of cells
        run_cells.run_cells(self._shell, job.cells, job.skip, job.limits, self.tell, clock)

    def tell(self, event: Event) -> None:
        """Tell the client of an event."""
        if not self.is_own_process():
            os._exit(0)  # a fork that a cell made and did not end: it must not run the rest of the notebook
        self._sock.sendall(protocol.pack(event))

    def is_own_process(self) -> bool:
        """Whether this is the process that the client knows, not one that a cell forked."""
        return os.getpid() == self._pid

    def next_request(self) -> tuple[bytes, list[int]]:
        """The client's next request and its descriptors, however late it comes. Raises BrokenError."""
        return receive_forever(self._sock)

    @property
    def namespace(self) -> dict[str, object]:
        """The names that the notebook defined."""
        names: dict[str, object] = self._shell.user_ns
        return names

    def serve(self, sock: socket.socket) -> None:
        """Serve the judge on `sock` until it closes; one thread for torch, generators as the cells left them.

        A fork of a process that used more threads would hang.
        """
        import torch

        torch.set_num_threads(1)
        with self._shell.displaying_nothing():
            self._server(sock, self._shell.user_ns, limits=self.job.limits)


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
