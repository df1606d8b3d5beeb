"""The trusted side of one process tree: start it, follow the notebook, connect to forks, kill it.

Nothing that comes from the tree is believed: every read has a deadline and a size limit, pids come from the
kernel (SCM_CREDENTIALS), times are taken here. What breaks the protocol ends the attempt, and is the
submission's doing.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import time
from pathlib import Path

import msgspec

from notegrad.errors import SandboxError
from notegrad.sandbox import protocol
from notegrad.sandbox.outside import cgroups
from notegrad.sandbox.outside.handshake import (
    credential_socketpair,
    kill_process,
    pid_namespace,
    receive_hello,
)
from notegrad.sandbox.outside.notebook_progress import Progress
from notegrad.sandbox.protocol import (
    BrokenError,
    Death,
    Event,
    Fork,
    NotebookJob,
    SetUpFailed,
)  # fmt: skip

HELLO_TIMEOUT_S = 5.0
GRACE_S = 2.0  # for a cell that got its timeout inside, before it is killed from outside
DEATH_NOTICE_TIMEOUT_S = 5.0
SWEEP_TIMEOUT_S = 30.0  # to remove the most files that a submission may leave
MAX_FORK_TRIES = (
    4  # where the kernel refuses; what earlier forks left running is ended before each but the first
)
ORPHANS_END_S = 0.05  # for pid 1 to do so
DYING_S = 1.0  # from the moment at which a process that ends has closed its sockets until the kernel says so


class ProcessTree:
    """One process tree, run once; `own_uid` is the uid that only its processes have, None without one."""

    def __init__(
        self,
        pidfd: int,
        own_uid: int | None,
        job: socket.socket,
        report: socket.socket,
        group: cgroups.ControlGroup | None = None,
    ) -> None:
        self.group = group
        self._pidfd = pidfd
        self._own_uid = own_uid
        self._job = job
        self._report = report
        self._worker_pidfd: int | None = None
        self._worker_pid = 0
        self._pid_namespace = 0
        self._forks: dict[socket.socket, int] = {}
        self._questions: tuple[str, ...] = ()
        self._snapshot_sockets: dict[str, socket.socket] = {}
        self.progress = Progress()
        self.hello_timeout_s = HELLO_TIMEOUT_S
        self._is_silent = False
        self._started = 0.0
        self._events_left = 0
        self.deaths = 0  # of forks, before or while they were asked

    def run(self, job: NotebookJob) -> Progress:
        """Send the notebook and follow it to its end, or to the end of its worker or of its time."""
        self._questions = job.questions[: protocol.MAX_DESCRIPTORS]
        far_ends = []
        for question in self._questions:
            near, far = credential_socketpair()
            self._snapshot_sockets[question] = near
            far_ends.append(far)
        try:
            self.start(job, tuple(far.fileno() for far in far_ends))
            while not self.progress.finished and not self.progress.stuck:
                self.note(self.next_event(job), job)
        except BrokenError as broken:
            self.broken(broken)
        finally:
            for far in far_ends:
                far.close()
        self.look_at_the_end()
        return self.progress

    def start(self, job: NotebookJob, descriptors: tuple[int, ...] = ()) -> None:
        """Meet the worker and send the notebook. Raises SandboxError, BrokenError."""
        self._started = time.monotonic()
        self._meet_worker()
        self._events_left = most_events(job)
        protocol.send(self._job, job, descriptors)

    def broken(self, broken: BrokenError) -> None:
        """The worker ended, or broke the protocol and is killed."""
        if not self.is_worker_dead(wait_s=DYING_S if has_hung_up(self._job) else 0.2):
            self.progress.lied = str(broken)
            self.kill_worker()

    def look_at_the_end(self) -> None:
        """How the worker ended, if the notebook did not come to its end."""
        if not self.progress.finished:
            self.progress.death = self._read_death()
            self.progress.out_of_memory = self.group is not None and self.group.was_out_of_memory()

    def _meet_worker(self) -> None:
        """Wait for the worker's greeting; the kernel says who it is. Raises SandboxError if none comes."""
        try:
            kind, _, pid = receive_hello(self._job, time.monotonic() + self.hello_timeout_s)
        except BrokenError as broken:
            raise SandboxError(self._why_no_worker(str(broken))) from broken
        if kind != protocol.HELLO_READY:
            raise SandboxError(self._why_no_worker("refused"))
        self._worker_pid = pid
        try:
            self._worker_pidfd = os.pidfd_open(pid)
            if (
                self._own_uid is None
            ):  # the link of another uid's process takes CAP_SYS_PTRACE, which containers lack
                self._pid_namespace = pid_namespace(pid)
        except OSError as error:
            raise SandboxError(f"A submission's process ended before it began: {error}.") from error
        if has_hung_up(self._job) or (self._own_uid is not None and not self._is_ours(pid)):
            raise SandboxError("A submission's process ended before it began.")  # its pid may be a stranger's

    def _why_no_worker(self, otherwise: str) -> str:
        for sock in (self._job, self._report):
            with contextlib.suppress(BrokenError, msgspec.MsgspecError):
                body = protocol.receive(sock, time.monotonic() + 0.2, 65_536)
                reason = msgspec.msgpack.decode(body, type=SetUpFailed).reason
                return f"A submission's process could not be set up: {reason}."
        return f"A submission's process did not start: {otherwise}."

    def next_event(self, job: NotebookJob) -> Event | None:
        """The worker's next event; None if its time was over, and it was killed. Raises BrokenError."""
        progress = self.progress
        deadline = self._started + job.limits.wall_s + GRACE_S
        if progress.running is not None:
            deadline = min(deadline, progress.running_since + job.limits.cell_wall_s + GRACE_S)
        try:
            body = protocol.receive(self._job, deadline, protocol.MAX_EVENT_BYTES)
        except BrokenError:
            # Dead, while a process that it started holds its socket open, is no silence
            if time.monotonic() < deadline or self.is_worker_dead(wait_s=0.0):
                raise
            progress.stuck = True
            self.kill_worker()
            return None
        self._events_left -= 1
        if self._events_left < 0:
            raise BrokenError("more events than a notebook has")
        return protocol.decode_event(body)

    def note(self, event: Event | None, job: NotebookJob) -> None:
        """Take note of an event. Raises BrokenError if it cannot be true."""
        if event is not None:
            self.progress.note(event, len(job.cells), len(job.questions))

    def pause(self, seconds: float) -> None:
        """Take a time in which the notebook stood out of its limits."""
        self._started += seconds
        self.progress.running_since += seconds

    @property
    def job_socket(self) -> socket.socket:
        """The worker's."""
        return self._job

    def has_worker(self) -> bool:
        """Whether the executed notebook is still there to be forked."""
        return self.progress.finished and not self.is_worker_dead(wait_s=0.0)

    def claim_snapshot(self, question: str) -> socket.socket | None:
        """The socket of the snapshot of `question` if there is one alive that was not given out yet."""
        sock = self._snapshot_sockets.get(question)
        generation = self.progress.snapshots.get(self._questions.index(question), 0) if sock else 0
        if sock is None or generation == 0:
            return None
        del self._snapshot_sockets[question]
        return self._adopt(sock, generation)

    def fork_final(self) -> socket.socket | None:
        """A fork of the notebook's final state; None if the worker is gone or cannot fork.

        One that does not answer (it stopped itself) is asked once: it is killed, and gone from then on. Where
        processes that a question's code left running use up the limit, they are ended.
        """
        for tried in range(MAX_FORK_TRIES):
            if tried:
                with contextlib.suppress(OSError):
                    self._report.send(b"\0")  # pid 1, which ends orphans
                time.sleep(ORPHANS_END_S * tried)
            fork = self._fork_once()
            if fork is not None or self._is_silent:
                return fork
        return None

    def _fork_once(self) -> socket.socket | None:
        near, far = credential_socketpair()
        with far:
            try:
                protocol.send(self._job, Fork(), (far.fileno(),))
            except BrokenError:
                near.close()
                return None
        self._is_silent = True
        fork = self._adopt(near, 1)
        if fork is None and self._is_silent:
            self.kill_worker()
        return fork

    @property
    def was_silenced(self) -> bool:
        """Whether we killed the worker because it did not answer."""
        return self._is_silent

    def _adopt(self, sock: socket.socket, generation: int) -> socket.socket | None:
        """Wait for the greeting of the fork of that generation; keep its pidfd. None if it is not there."""
        deadline = time.monotonic() + HELLO_TIMEOUT_S
        try:
            kind, number, pid = receive_hello(sock, deadline)
            self._is_silent = False
            while kind == protocol.HELLO_READY and number != generation:  # of a snapshot since replaced
                kind, number, pid = receive_hello(sock, deadline)
            pidfd = os.pidfd_open(pid)
        except (BrokenError, OSError) as error:
            if isinstance(error, ProcessLookupError) or has_hung_up(sock):  # killed before it could be asked
                self.deaths += 1
                self._is_silent = False
            sock.close()
            return None
        if kind != protocol.HELLO_READY or not self._is_ours(pid):  # the kernel refused to fork, or a forgery
            self.deaths += kind == protocol.HELLO_READY and has_hung_up(sock)
            os.close(pidfd)
            sock.close()
            return None
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        self._forks[sock] = pidfd
        return sock

    def adopt_worker(self, sock: socket.socket) -> socket.socket | None:
        """Wait until the worker itself serves the other end of `sock`; None if it does not."""
        try:
            kind, _, pid = receive_hello(sock, time.monotonic() + HELLO_TIMEOUT_S)
        except BrokenError:
            kind, pid = protocol.HELLO_REFUSED, 0
        if kind != protocol.HELLO_READY or pid != self._worker_pid:
            sock.close()
            return None
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        return sock

    def count_death(self, sock: socket.socket) -> None:
        """The worker, if it is found dead while it was asked on `sock`, counts as a fork would."""
        self.deaths += has_hung_up(sock) or self.is_worker_dead(wait_s=0.0)

    def _is_ours(self, pid: int) -> bool:
        """That the pid, named by the kernel, was not given to another process since."""
        try:
            if self._own_uid is not None:
                return Path(f"/proc/{pid}").stat().st_uid == self._own_uid
            return pid_namespace(pid) == self._pid_namespace
        except OSError:
            return False

    def discard(self, sock: socket.socket) -> None:
        """Kill the fork behind `sock` and close it; one that is dead or hung up counts as a death."""
        pidfd = self._forks.pop(sock, None)
        if pidfd is not None:
            self.deaths += has_hung_up(sock) or bool(select.select([pidfd], [], [], 0)[0])
        sock.close()
        if pidfd is not None:
            kill_process(pidfd)
            os.close(pidfd)

    def usage(self) -> tuple[float, float]:
        """CPU seconds of the worker; peak memory in MB, of the group if there is one, else of the worker."""
        cpu_s, peak_mb = self._worker_usage()
        return cpu_s, (self.group.peak_mb() if self.group else 0.0) or peak_mb

    def _worker_usage(self) -> tuple[float, float]:
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

    def kill_worker(self) -> None:
        """SIGKILL to the worker."""
        if self._worker_pidfd is not None:
            kill_process(self._worker_pidfd)

    def is_worker_dead(self, wait_s: float) -> bool:
        """Whether the worker ended, at the latest `wait_s` from now."""
        if self._worker_pidfd is None:
            return True
        return bool(select.select([self._worker_pidfd], [], [], wait_s)[0])

    def _read_death(self) -> Death | None:
        """Pid 1's word on how the worker ended; None if pid 1 died too."""
        if not self.is_worker_dead(wait_s=0.2):
            self.kill_worker()
        try:
            body = protocol.receive(self._report, time.monotonic() + DEATH_NOTICE_TIMEOUT_S, 65_536)
            return msgspec.msgpack.decode(body, type=Death)
        except (BrokenError, msgspec.MsgspecError):
            return None

    def close(self, *, sweeps: bool = False) -> None:
        """Kill everything of this tree and close every descriptor. `sweeps`: pid 1 has to do it."""
        if not sweeps:
            kill_process(self._pidfd)
        for sock in (self._job, self._report, *self._snapshot_sockets.values()):
            sock.close()
        for sock in list(self._forks):
            self.discard(sock)
        self._snapshot_sockets.clear()
        if sweeps:  # pid 1 ends when it is done
            select.select([self._pidfd], [], [], SWEEP_TIMEOUT_S)
            kill_process(self._pidfd)
        for descriptor in (self._pidfd, self._worker_pidfd):
            if descriptor is not None:
                os.close(descriptor)
        self._worker_pidfd = None


def has_hung_up(sock: socket.socket) -> bool:
    """Whether the other end is closed: a process that dies does so before the kernel reports its end.

    Whoever only asked the pidfd took one kill in ten for the student's own doing, which cost points. A
    process that closes its socket and lives on does so again when it is run again.
    """
    poll = select.poll()
    poll.register(sock, 0)  # errors and hang-ups are always reported
    return bool(poll.poll(0))


def most_events(job: NotebookJob) -> int:
    """How many events an honest worker can have for a notebook."""
    return 2 * len(job.cells) + 50 * len(job.questions) + 10
