"""The trusted side of the sandbox: a warm `Sandbox`, and an `Execution` per submission.

    with Sandbox.start(limits, "auto") as sandbox, sandbox.open(cells, files, seed, questions) as execution:
        report = execution.run_notebook()
        sock = execution.fork("q01")        # serves the mirror over the executed notebook
        execution.discard(sock)

A failure of ours raises SandboxError; whatever the submission does ends in the RunReport, or in NotebookGoneError.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

import notegrad
from notegrad.errors import SandboxError, SandboxUnavailableError
from notegrad.records import Limits, Protection, RunReport
from notegrad.sandbox import attempt, confine, protocol, reports
from notegrad.sandbox.attempt import Attempt
from notegrad.sandbox.protocol import Job, Ready, Refused

START_TIMEOUT_S = 180.0  # importing torch from a cold disk
SPAWN_TIMEOUT_S = 30.0
SERVER = "notegrad.mirror:serve"
# Our own copy of notegrad, whichever is installed; after everything else on sys.path once it is found.
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); import notegrad; sys.path.append(sys.path.pop(0));"
    "from notegrad.sandbox.zygote import main; main()"
)


class NotebookGoneError(Exception):
    """The executed notebook is no longer there to be asked; the submission's doing, not a failure of ours."""


class Sandbox:
    """A warm zygote; make one with `start`, use it for many submissions, from one thread at a time."""

    tier: str
    protections: tuple[Protection, ...]

    def __init__(
        self, process: subprocess.Popen[bytes], control: socket.socket, scratch: Path, ready: Ready
    ) -> None:
        self.tier = ready.tier
        self.protections = ready.protections
        self._process = process
        self._control = control
        self._scratch = scratch
        self._lock = threading.Lock()
        self._limits = Limits()

    @classmethod
    def start(
        cls,
        limits: Limits,
        tier: str = "auto",
        unsafe: bool = False,
        *,
        server: str = SERVER,
        server_path: str | None = None,
    ) -> Self:
        """Start the zygote and wait until it is warm (some 5 s).

        `tier` is the weakest accepted one; SandboxUnavailableError if the machine cannot give it. `limits` hold
        where `open` names none. `server` ("module:function") serves the forks; `server_path` is added to sys.path
        while it is imported.
        """
        scratch = Path(tempfile.mkdtemp(prefix="notegrad-"))
        (scratch / "root").mkdir()
        control, far = socket.socketpair()
        package_parent = str(Path(notegrad.__file__).resolve().parent.parent)
        settings = {
            "control": far.fileno(),
            "tier": tier,
            "unsafe": unsafe,
            "scratch": str(scratch),
            "package_parent": package_parent,
            "server": server,
            "server_path": server_path,
        }
        command = [sys.executable, "-I", "-c", _BOOT, package_parent, msgspec.json.encode(settings).decode()]
        try:
            with far, open(scratch / "log", "wb") as log:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=log,
                    pass_fds=(far.fileno(),),
                    env=_zygote_environment(scratch),
                    cwd=scratch,
                )
            try:
                ready = _wait_until_ready(control, scratch / "log")
            except BaseException:
                process.kill()
                process.wait()
                raise
        except BaseException:
            control.close()
            shutil.rmtree(scratch, ignore_errors=True)
            raise
        sandbox = cls(process, control, scratch, ready)
        sandbox._limits = limits
        return sandbox

    def open(
        self,
        cells: Sequence[str],
        files: Sequence[tuple[str, bytes]] = (),
        seed: int = 0,
        questions: Sequence[str] = (),
        limits: Limits | None = None,
    ) -> Execution:
        """Fork a confined process for one submission; nothing of it runs before `run_notebook`."""
        job = Job(
            cells=tuple(cells),
            files=tuple(files),
            questions=tuple(dict.fromkeys(questions)),
            seed=seed,
            limits=self._limits if limits is None else limits,
        )
        return Execution(self, job)

    def _spawn(self, limits: Limits) -> Attempt:
        with self._lock:
            return attempt.start(self._control, limits, SPAWN_TIMEOUT_S)

    def close(self) -> None:
        """End the zygote, and with it everything that it started. May be called twice."""
        self._control.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Execution:
    """One submission: its notebook is run once, then forked as often as there are questions."""

    def __init__(self, sandbox: Sandbox, job: Job) -> None:
        self._sandbox = sandbox
        self._job = job
        self._attempts = [sandbox._spawn(job.limits)]  # the last one is the one that counts
        self._owners: dict[socket.socket, Attempt] = {}

    def run_notebook(self) -> RunReport:
        """Run all cells; call it once.

        A cell that takes the process with it (a crash, the memory, a loop in C) is skipped in a second run in a
        fresh process, so that the other questions can be judged; its CellRun says so. Raises SandboxError only
        for a failure of ours.
        """
        started = time.monotonic()
        progress = self._attempts[0].run(self._job)
        culprit = None if progress.finished or progress.lied else progress.running
        if culprit is not None:
            left_s = max(1.0, self._job.limits.wall_s - (time.monotonic() - started))
            limits = msgspec.structs.replace(self._job.limits, wall_s=left_s)
            verdict = reports.verdict_on_cell(progress, limits)
            second = self._sandbox._spawn(limits)
            self._attempts.append(second)
            skipping = msgspec.structs.replace(self._job, limits=limits, skip={culprit: verdict})
            progress = second.run(skipping)
        cells = reports.all_cells(progress, len(self._job.cells), self._job.limits)
        return RunReport(
            status=reports.run_status(progress, self._job.limits),
            cells=cells,
            usage=reports.usage([each.usage() for each in self._attempts], time.monotonic() - started),
            tier=self._sandbox.tier,
            protections=self._sandbox.protections,
        )

    def fork(self, question: str | None = None) -> socket.socket:
        """A socket to a fresh fork of the executed notebook, which serves the mirror.

        The snapshot taken at `grader.check(question)` if there is an unused one, else the final state. Raises
        NotebookGoneError if neither is there (the notebook's process died, or cannot fork).
        """
        sock, owner = self._connect(question)
        self._owners[sock] = owner
        return sock

    def _connect(self, question: str | None) -> tuple[socket.socket, Attempt]:
        if question is not None:
            for each in reversed(self._attempts):
                sock = each.claim_snapshot(question)
                if sock is not None:
                    return sock, each
        last = self._attempts[-1]
        sock = last.fork_final() if last.has_worker() else None
        if sock is None:
            raise NotebookGoneError(
                "Le processus du notebook n'existe plus (the notebook's process is gone)."
            )
        return sock, last

    def discard(self, sock: socket.socket) -> None:
        """Kill the fork behind `sock`, and close it."""
        owner = self._owners.pop(sock, None)
        if owner is None:
            sock.close()
        else:
            owner.discard(sock)

    def close(self) -> None:
        """Kill every process of this submission. May be called twice."""
        for each in self._attempts:
            each.close(kill=self._sandbox.tier in ("full", "userns"))
        self._attempts.clear()
        self._owners.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _zygote_environment(scratch: Path) -> dict[str, str]:
    """Nothing of ours but where the font cache may be kept; no proxy, no token, no path."""
    environment = confine.environment(str(scratch))
    environment["IPYTHONDIR"] = str(scratch / "ipython")
    environment["MPLCONFIGDIR"] = str(_font_cache() or scratch)
    return environment


def _font_cache() -> Path | None:
    """A directory that outlives us, so that the font cache is built once (2 s); only trusted code writes it."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    directory = Path(base) / "notegrad" / "matplotlib"
    with contextlib.suppress(OSError):
        directory.mkdir(parents=True, exist_ok=True)
        if os.access(directory, os.W_OK):
            return directory
    return None


def _wait_until_ready(control: socket.socket, log: Path) -> Ready:
    try:
        body = protocol.receive(control, time.monotonic() + START_TIMEOUT_S, protocol.MAX_EVENT_BYTES)
        reply = msgspec.msgpack.decode(body, type=Ready | Refused)
    except (protocol.BrokenError, msgspec.MsgspecError) as error:
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise SandboxError(f"The sandbox did not start: {lines[-1] if lines else error}.") from error
    if isinstance(reply, Refused):
        raise SandboxUnavailableError(reply.reason) if reply.unavailable else SandboxError(reply.reason)
    return reply
