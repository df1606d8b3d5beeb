"""A process tree is held from outside: its supervisor, its notebook process, the forks of that.

Nothing that comes from the tree is believed: every read has a deadline and a size limit, pids come from the
kernel, times are taken here. A tree that breaks the protocol is ended, and that is the submission's doing.
"""

from __future__ import annotations

import socket

from notegrad.sandbox import protocol
from notegrad.sandbox.outside.cgroups import ControlGroup
from notegrad.sandbox.outside.notebook_follower import NotebookFollower
from notegrad.sandbox.outside.notebook_forks import NotebookForks
from notegrad.sandbox.outside.notebook_process import HELLO_TIMEOUT_S, NotebookProcess
from notegrad.sandbox.outside.notebook_progress import NotebookProgress
from notegrad.sandbox.outside.supervisor_handle import SupervisorHandle
from notegrad.sandbox.protocol import BrokenError, NotebookJob


class ProcessTree:
    """One process tree, run once; `own_uid` is the uid that only its processes have, None without one."""

    def __init__(
        self,
        pidfd: int,
        own_uid: int | None,
        job: socket.socket,
        report: socket.socket,
        group: ControlGroup | None = None,
        hello_timeout_s: float = HELLO_TIMEOUT_S,
    ) -> None:
        """`job` is our end to the notebook process, `report` and `pidfd` lead to the supervisor."""
        self.group = group
        self.progress = NotebookProgress()
        self._supervisor = SupervisorHandle(pidfd, report)
        self.notebook = NotebookProcess(job, self._supervisor, own_uid, hello_timeout_s)
        self.forks = NotebookForks(self.notebook, self._supervisor, self.progress)

    def run(self, job: NotebookJob) -> NotebookProgress:
        """Send the notebook and follow it to its end, or to the end of its process or of its time.

        Raises SandboxError if there is no notebook process to run it.
        """
        follower = self.follower(job)
        far_ends = self.forks.expect_snapshots(job.questions[: protocol.MAX_DESCRIPTORS])
        try:
            follower.start(tuple(far.fileno() for far in far_ends))
            follower.follow()
        except BrokenError as broken:
            follower.note_broken(broken)
        finally:
            for far in far_ends:
                far.close()
        follower.note_end()
        return self.progress

    def follower(self, job: NotebookJob) -> NotebookFollower:
        """A follower of the notebook, which is to be started."""
        return NotebookFollower(self.notebook, self.group, self.progress, job)

    def can_be_forked(self) -> bool:
        """Whether the executed notebook is still there to be forked."""
        return self.progress.finished and not self.notebook.is_dead(wait_s=0.0)

    @property
    def deaths(self) -> int:
        """How many processes of the tree were found dead, before or while they were asked."""
        return self.forks.deaths + self.notebook.deaths_while_asked

    def usage(self) -> tuple[float, float]:
        """CPU seconds of the notebook process; the peak memory in MB of the group, or of it without one."""
        death = self.progress.death
        cpu_s, peak_mb = self.notebook.usage() if death is None else (death.cpu_s, death.memory_peak_mb)
        return cpu_s, (self.group.peak_mb() if self.group else 0.0) or peak_mb

    def close(self, *, sweeps: bool = False) -> None:
        """Kill everything of this tree and close every descriptor. `sweeps`: the supervisor has to do it."""
        if not sweeps:
            self._supervisor.kill()
        self.notebook.socket.close()
        self._supervisor.socket.close()
        self.forks.close()
        if sweeps:  # the supervisor ends when it is done
            self._supervisor.wait_for_sweep()
        self._supervisor.close()
        self.notebook.close()
