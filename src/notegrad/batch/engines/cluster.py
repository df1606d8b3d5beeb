"""Grades submissions on other machines, through whatever is like a `concurrent.futures.Executor`.

Tasks carry bytes, never paths: the bundle, one submission, and what the versions must be. What comes back is
data of ours, strictly typed. The executor runs the tasks of a worker that is lost elsewhere, a bounded number
of times; a grader that failed is tried again here, as on one machine.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from pathlib import Path
from typing import Any, Protocol

import msgspec

from notegrad.batch.engines.grader_protocol import Failed, Graded, GraderSetup, failed
from notegrad.batch.engines.ledger import Ledger, Try
from notegrad.batch.engines.remote import Answer, RemoteSetup, grade_remotely
from notegrad.batch.versions import versions
from notegrad.errors import SandboxError
from notegrad.messages import Message

CHECK_S = 1.0  # between two looks at who is there
SCHEDULER_GONE = Message("cluster_scheduler_gone")
QUEUED_PER_GRADER = 2  # one that is graded, and one that waits beside it


class Crew(Protocol):
    """The workers of a cluster, from here."""

    executor: Executor

    def share(self, bundle: bytes) -> Any:
        """A stand-in for the bundle's bytes in the arguments of a task, so that they travel once."""

    def capacity(self) -> int:
        """The number of graders that can run at once, now. Raises SandboxError where the cluster is gone."""

    def lost(self) -> Iterator[str]:
        """Workers that left since the last call. Raises SandboxError where none will come back."""

    def is_suspect(self, error: BaseException) -> bool:
        """Whether a task that ended so may be what its workers died of."""

    def close(self, *, finished: bool) -> None:
        """Let the workers go; `finished` is false where some are still grading."""


class ClusterEngine:
    """Grades all jobs of one ledger on a crew; used once, and closes the crew."""

    def __init__(
        self, setup: GraderSetup, ledger: Ledger, crew: Crew, *, graders: int, deadline_s: float
    ) -> None:
        """`deadline_s` is the hard limit for one submission, `graders` the most graders at once."""
        self._ledger, self._crew, self._graders = ledger, crew, graders
        bundle = Path(setup.bundle_path).read_bytes()
        self._bundle = crew.share(bundle)
        self._setup = msgspec.msgpack.encode(
            RemoteSetup(
                bundle_sha256=hashlib.sha256(bundle).hexdigest(),
                unsafe=setup.unsafe,
                factory=setup.factory,
                device_share=setup.device_share,
                settings=setup.settings,
                deadline_s=deadline_s,
                versions=versions(),
            )
        )
        self._pending = deque(ledger.first_tries())
        # A worker that dies takes along the innocent that wait on it: suspects are tried again one by one.
        self._suspects: deque[Try] = deque()
        self._alone: Try | None = None
        self._running: dict[Future[bytes], Try] = {}

    def run(self) -> None:
        """Fill the ledger; raises InputError or SandboxError where no grader starts or no worker is left."""
        finished = False
        try:
            while self._pending or self._running or self._suspects:
                self._submit()
                done, _ = wait(self._running, timeout=CHECK_S, return_when=FIRST_COMPLETED)
                for future in done:
                    self._hear(self._running.pop(future), future)
                for name in self._crew.lost():
                    self._ledger.cluster_worker_left(failed("cluster_worker_left", worker=name))
            finished = True
        finally:
            self._crew.close(finished=finished)

    def _submit(self) -> None:
        room = QUEUED_PER_GRADER * min(self._graders, self._crew.capacity())
        while self._pending and len(self._running) < room:
            self._start(self._pending.popleft())
        if self._suspects and not self._running:
            self._alone = self._suspects.popleft()
            self._start(self._alone)

    def _start(self, current: Try) -> None:
        job = msgspec.msgpack.encode(self._ledger.jobs[current.index])
        future = self._crew.executor.submit(grade_remotely, self._setup, self._bundle, job)
        self._running[future] = current
        self._ledger.started(current)

    def _hear(self, current: Try, future: Future[bytes]) -> None:
        try:
            answer = msgspec.msgpack.decode(future.result(), type=Answer)
        except CancelledError:  # not by us: what was asked for is unknown to whoever was asked
            raise SandboxError(SCHEDULER_GONE) from None
        except Exception as error:  # noqa: BLE001 (whatever the executor raises is a fault of the cluster)
            self._crew.capacity()  # raises where the cluster itself is gone, for which no task is to blame
            why = f"{type(error).__name__}: {' '.join(str(error).split())}"
            lost = failed("cluster_lost_task", why=why)
            suspect = self._crew.is_suspect(error)
            again = self._ledger.failed(current, lost, last=suspect and current is self._alone)
            if again is not None:
                (self._suspects if suspect else self._pending).append(again)
            return
        if answer.blank is not None:  # before a failure is booked: its result lists the questions
            self._ledger.grader_started(answer.blank)
        match answer.message:
            case Graded(result=result):
                self._ledger.graded(current, result)
            case Failed() as failure if not answer.started:
                self._pending.appendleft(current)
                self._ledger.grader_failed(failure)
            case Failed() as failure:
                self._try_again(current, failure)
            case message:
                self._try_again(current, failed("grader_unexpected", kind=type(message).__name__))

    def _try_again(self, current: Try, failure: Failed) -> None:
        if (again := self._ledger.failed(current, failure)) is not None:
            self._pending.appendleft(again)
