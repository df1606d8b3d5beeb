"""The trusted side of one process tree: start it, follow the notebook, connect to forks, kill it.

Nothing that comes from the tree is believed: every read has a deadline and a size limit, pids come from the kernel
(SCM_CREDENTIALS), times are taken here. What breaks the protocol ends the attempt, and is the submission's doing.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from notegrad.errors import SandboxError
from notegrad.records import CellRun, Limits
from notegrad.sandbox import protocol
from notegrad.sandbox.protocol import (
    BrokenError,
    CellFinished,
    CellStarted,
    Death,
    Failure,
    Fork,
    Job,
    NotebookFinished,
    SnapshotTaken,
)  # fmt: skip

HELLO_TIMEOUT_S = 5.0
GRACE_S = 2.0  # for a cell that got its timeout inside, before it is killed from outside
DEATH_NOTICE_TIMEOUT_S = 5.0
MAX_ERROR_CHARS = 4_000
_CREDENTIALS = struct.Struct("3i")


@dataclass
class Progress:
    """What is known about the notebook's run so far; filled by `Attempt.follow`."""

    cells: list[CellRun] = field(default_factory=list)
    running: int | None = None
    running_since: float = 0.0
    snapshots: dict[int, int] = field(default_factory=dict)  # question -> latest generation
    finished: bool = False
    out_of_time: bool = False
    stuck: bool = False  # killed by us because a cell did not end
    lied: str = ""  # how the worker broke the protocol
    death: Death | None = None


class Attempt:
    """One process tree, run once. `own_uid`: the kernel's uid of its processes, or None if it has none of its own."""

    def __init__(self, pidfd: int, own_uid: int | None, job: socket.socket, report: socket.socket) -> None:
        self._pidfd = pidfd
        self._own_uid = own_uid
        self._job = job
        self._report = report
        self._worker_pidfd: int | None = None
        self._worker_pid = 0
        self._forks: dict[socket.socket, int] = {}
        self._questions: tuple[str, ...] = ()
        self._snapshot_sockets: dict[str, socket.socket] = {}
        self.progress = Progress()

    def run(self, job: Job) -> Progress:
        """Send the notebook and follow it to its end, or to the end of its worker or of its time."""
        started = time.monotonic()
        self._meet_worker()
        self._questions = job.questions[: protocol.MAX_DESCRIPTORS]
        far_ends = []
        for question in self._questions:
            near, far = credential_socketpair()
            self._snapshot_sockets[question] = near
            far_ends.append(far)
        try:
            protocol.send(self._job, job, tuple(far.fileno() for far in far_ends))
            self._follow(job, started)
        except BrokenError as broken:
            if not self._is_worker_dead(wait_s=0.2):
                self.progress.lied = str(broken)
                self._kill_worker()
        finally:
            for far in far_ends:
                far.close()
        if not self.progress.finished:
            self.progress.death = self._read_death()
        return self.progress

    def _meet_worker(self) -> None:
        """Wait for the worker's greeting; the kernel says who it is. SandboxError if it could not be set up."""
        try:
            kind, _, pid = _receive_hello(self._job, time.monotonic() + HELLO_TIMEOUT_S)
        except BrokenError as broken:
            raise SandboxError(self._why_no_worker(str(broken))) from broken
        if kind != protocol.HELLO_READY:
            raise SandboxError(self._why_no_worker("refused"))
        self._worker_pid = pid
        self._worker_pidfd = os.pidfd_open(pid)

    def _why_no_worker(self, otherwise: str) -> str:
        for sock in (self._job, self._report):
            with contextlib.suppress(BrokenError, msgspec.MsgspecError):
                body = protocol.receive(sock, time.monotonic() + 0.2, 65_536)
                reason = msgspec.msgpack.decode(body, type=Failure).reason
                return f"A submission's process could not be set up: {reason}."
        return f"A submission's process did not start: {otherwise}."

    def _follow(self, job: Job, started: float) -> None:
        progress = self.progress
        events_left = 2 * len(job.cells) + 50 * len(self._questions) + 10
        total_deadline = started + job.limits.wall_s + GRACE_S
        while not progress.finished:
            deadline = total_deadline
            if progress.running is not None:
                deadline = min(deadline, progress.running_since + job.limits.cell_wall_s + GRACE_S)
            try:
                body = protocol.receive(self._job, deadline, protocol.MAX_EVENT_BYTES)
            except BrokenError:
                if time.monotonic() < deadline:
                    raise
                progress.stuck = True
                self._kill_worker()
                return
            events_left -= 1
            if events_left < 0:
                raise BrokenError("more events than a notebook has")
            self._note(protocol.decode_event(body), len(job.cells))

    def _note(self, event: protocol.Event, cells: int) -> None:
        """Add one event to the progress; BrokenError if it cannot be true."""
        progress = self.progress
        match event:
            case CellStarted(index=index):
                if progress.running is not None or index != len(progress.cells) or index >= cells:
                    raise BrokenError("a cell started out of order")
                progress.running, progress.running_since = index, time.monotonic()
            case CellFinished():
                if event.index != progress.running:
                    raise BrokenError("a cell ended that was not running")
                progress.running = None
                progress.cells.append(
                    CellRun(
                        index=event.index,
                        status=event.status,
                        error=None if event.error is None else event.error[:MAX_ERROR_CHARS],
                        stdout_tail=event.stdout_tail,
                        duration_s=round(time.monotonic() - progress.running_since, 6),
                    )
                )
            case SnapshotTaken(question=question, generation=generation):
                taken = progress.snapshots.get(question, 0)
                if not 0 <= question < len(self._questions) or generation != taken + 1:
                    raise BrokenError("a snapshot of a question that is not there")
                progress.snapshots[question] = generation
            case NotebookFinished(out_of_time=out_of_time):
                if progress.running is not None or len(progress.cells) != cells:
                    raise BrokenError("finished before its end")
                progress.finished, progress.out_of_time = True, out_of_time

    def has_worker(self) -> bool:
        """Whether the executed notebook is still there to be forked."""
        return self.progress.finished and not self._is_worker_dead(wait_s=0.0)

    def claim_snapshot(self, question: str) -> socket.socket | None:
        """The socket of the snapshot of `question` if there is one alive that was not given out yet."""
        sock = self._snapshot_sockets.get(question)
        generation = self.progress.snapshots.get(self._questions.index(question), 0) if sock else 0
        if sock is None or generation == 0:
            return None
        del self._snapshot_sockets[question]
        return self._adopt(sock, generation)

    def fork_final(self) -> socket.socket | None:
        """A fork of the notebook's final state; None if the worker is gone or cannot fork."""
        near, far = credential_socketpair()
        with far:
            try:
                protocol.send(self._job, Fork(), (far.fileno(),))
            except BrokenError:
                near.close()
                return None
        return self._adopt(near, 1)

    def _adopt(self, sock: socket.socket, generation: int) -> socket.socket | None:
        """Wait for the greeting of the fork of that generation; keep its pidfd. None if it is not there."""
        deadline = time.monotonic() + HELLO_TIMEOUT_S
        try:
            while True:
                kind, number, pid = _receive_hello(sock, deadline)
                if kind != protocol.HELLO_READY:
                    raise BrokenError("the fork was refused")
                if number == generation:
                    break
            pidfd = os.pidfd_open(pid)
            if not self._is_ours(pid):
                os.close(pidfd)
                raise BrokenError("not a process of this submission")
        except (BrokenError, OSError):
            sock.close()
            return None
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        self._forks[sock] = pidfd
        return sock

    def _is_ours(self, pid: int) -> bool:
        """That the pid, named by the kernel, was not given to another process since."""
        try:
            if self._own_uid is not None:
                return os.stat(f"/proc/{pid}").st_uid == self._own_uid
            return os.stat(f"/proc/{pid}/ns/pid").st_ino == os.stat(f"/proc/{self._worker_pid}/ns/pid").st_ino
        except OSError:
            return False

    def discard(self, sock: socket.socket) -> None:
        """Kill the fork behind `sock` and close it."""
        pidfd = self._forks.pop(sock, None)
        sock.close()
        if pidfd is not None:
            _kill(pidfd)
            os.close(pidfd)

    def usage(self) -> tuple[float, float]:
        """CPU seconds and peak memory in MB of the worker, as the kernel says, alive or dead."""
        death = self.progress.death
        if death is not None:
            return death.cpu_s, death.memory_peak_mb
        try:
            with open(f"/proc/{self._worker_pid}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
            with open(f"/proc/{self._worker_pid}/status", encoding="utf-8", errors="replace") as file:
                peaks = [line.split()[1] for line in file if line.startswith("VmHWM:")]
        except OSError:
            return 0.0, 0.0
        ticks = sum(int(number) for number in fields[11:15])  # of it and of its children that were waited for
        return ticks / os.sysconf("SC_CLK_TCK"), int(peaks[0]) / 1024 if peaks else 0.0

    def _kill_worker(self) -> None:
        if self._worker_pidfd is not None:
            _kill(self._worker_pidfd)

    def _is_worker_dead(self, wait_s: float) -> bool:
        if self._worker_pidfd is None:
            return True
        return bool(select.select([self._worker_pidfd], [], [], wait_s)[0])

    def _read_death(self) -> Death | None:
        """Pid 1's word on how the worker ended; None if pid 1 died too, or the worker closed its socket and lives."""
        if not self._is_worker_dead(wait_s=0.2):
            self._kill_worker()
        try:
            body = protocol.receive(self._report, time.monotonic() + DEATH_NOTICE_TIMEOUT_S, 65_536)
            return msgspec.msgpack.decode(body, type=Death)
        except (BrokenError, msgspec.MsgspecError):
            return None

    def close(self, *, kill: bool = True) -> None:
        """Kill everything of this tree and close every descriptor. `kill` False: pid 1 sweeps by itself."""
        if kill:
            _kill(self._pidfd)
        for sock in (self._job, self._report, *self._snapshot_sockets.values()):
            sock.close()
        for sock in list(self._forks):
            self.discard(sock)
        self._snapshot_sockets.clear()
        if not kill:  # the sweep ends with pid 1
            select.select([self._pidfd], [], [], DEATH_NOTICE_TIMEOUT_S)
            _kill(self._pidfd)
        for descriptor in (self._pidfd, self._worker_pidfd):
            if descriptor is not None:
                os.close(descriptor)
        self._worker_pidfd = None


def _kill(pidfd: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        signal.pidfd_send_signal(pidfd, signal.SIGKILL)


def credential_socketpair() -> tuple[socket.socket, socket.socket]:
    """A pair whose first end is told by the kernel which process wrote into the second."""
    near, far = socket.socketpair()
    near.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    return near, far


def _receive_hello(sock: socket.socket, deadline: float) -> tuple[bytes, int, int]:
    """Kind, generation and the sender's pid. Raises BrokenError."""
    remaining = deadline - time.monotonic()
    try:
        sock.settimeout(max(remaining, 0.001))
        data, ancillary, _, _ = sock.recvmsg(protocol.HELLO_BYTES, socket.CMSG_LEN(_CREDENTIALS.size))
    except OSError as error:
        raise BrokenError(f"no greeting: {error}") from error
    finally:
        sock.settimeout(None)
    pid = 0
    for level, kind, content in ancillary:
        if (
            level == socket.SOL_SOCKET
            and kind == socket.SCM_CREDENTIALS
            and len(content) >= _CREDENTIALS.size
        ):
            pid = _CREDENTIALS.unpack(content[: _CREDENTIALS.size])[0]
    if len(data) != protocol.HELLO_BYTES or pid <= 0:
        raise BrokenError("not a greeting")
    return data[:1], int.from_bytes(data[1:], "little"), pid


def start(control: socket.socket, limits: Limits, deadline_s: float) -> Attempt:
    """Ask the zygote for a process tree. Raises SandboxError."""
    job, far_job = credential_socketpair()
    report, far_report = socket.socketpair()
    descriptors: Sequence[int] = ()
    try:
        with far_job, far_report:
            protocol.send(control, protocol.Spawn(limits=limits), (far_job.fileno(), far_report.fileno()))
        deadline = time.monotonic() + deadline_s
        body, descriptors = protocol.receive_with_descriptors(control, deadline, 65_536)
        reply = msgspec.msgpack.decode(body, type=protocol.Spawned | protocol.Refused)
    except (BrokenError, msgspec.MsgspecError) as error:
        job.close()
        report.close()
        raise SandboxError(
            f"The sandbox's zygote does not answer ({error}); it will be started anew."
        ) from error
    if isinstance(reply, protocol.Refused) or not descriptors:
        job.close()
        report.close()
        reason = reply.reason if isinstance(reply, protocol.Refused) else "no descriptor came with the reply"
        raise SandboxError(f"The sandbox could not start a submission: {reason}.")
    own_uid = None if reply.uid < 0 else reply.uid
    return Attempt(descriptors[0], own_uid, job, report)
