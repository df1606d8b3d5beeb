"""Keeps warm grader processes, one for each bundle, and grades one submission after the other with them."""

from __future__ import annotations

import contextlib
import os
import time
from collections import OrderedDict
from pathlib import Path

from notegrad.batch.engines.grader_process import START_DEADLINE_S, GraderProcess
from notegrad.batch.engines.grader_protocol import (
    DEFAULT_FACTORY,
    Failed,
    Graded,
    GraderReady,
    GraderSetup,
    GradingJob,
    Message,
    failed,
)
from notegrad.errors import SandboxError
from notegrad.grading.devices import DeviceShare
from notegrad.records import GradingResult, Record, Submission
from notegrad.server.queue.loop import Control, DroppedError, FinalFaultError, NoGraderError, UnfitWorkerError

MAX_WARM = 2  # each holds torch: half a gigabyte
LOOK_S = 0.2


class GraderBundle(Record, frozen=True, kw_only=True):
    """A bundle that graders load: its bytes, their name, and what a submission may take."""

    sha256: str
    data: bytes
    slug: str
    device: str = "cpu"
    deadline_s: float


class WarmGraders:
    """The grader processes of one worker; used by its main thread, with which they end."""

    def __init__(
        self,
        folder: Path,
        *,
        hidden_paths: tuple[str, ...],
        factory: str = DEFAULT_FACTORY,
        unsafe: bool = False,
    ) -> None:
        """`folder` takes bundles and what graders print; student code sees neither it nor `hidden_paths`."""
        self._folder, self._factory, self._unsafe = folder, factory, unsafe
        self._hidden_paths = (*hidden_paths, str(folder))
        self._warm: OrderedDict[str, GraderProcess] = OrderedDict()
        self._started = 0

    def grade(
        self, bundle: GraderBundle, submission: Submission, control: Control, *, is_alone: bool = False
    ) -> GradingResult:
        """The result of one submission; alone, it has a new grader, and no other one is kept beside it.

        Raises DroppedError where the work is not wanted any more, FinalFaultError where the bundle must be
        changed first, UnfitWorkerError where this machine must, NoGraderError where none came up, and
        SandboxError for a fault of the grader while it had the submission.
        """
        if is_alone:
            self.close()
        process = self._given(bundle, GradingJob(submission=submission), control)
        deadline_s = bundle.deadline_s * submission.notebooks
        message = self._hear(bundle.sha256, process, deadline_s, control)
        if isinstance(message, Graded):
            return message.result
        self._end(bundle.sha256)
        raise _fault(message, SandboxError)

    def _given(self, bundle: GraderBundle, job: GradingJob, control: Control) -> GraderProcess:
        """The process that has the job; one that died while it was idle is replaced."""
        process = self._warm.get(bundle.sha256)
        if process is not None:
            try:
                process.send(job)
            except OSError:
                self._end(bundle.sha256)
            else:
                self._warm.move_to_end(bundle.sha256)
                return process
        process = self._start(bundle, control)
        try:
            process.send(job)
        except OSError as error:
            self._end(bundle.sha256)
            raise NoGraderError(f"the grader process is gone ({error})") from None
        return process

    def close(self) -> None:
        """End all of them; those that work are stopped."""
        for process in self._warm.values():
            process.dismiss(at_once=True)
        for name in list(self._warm):
            self._end(name)

    def _start(self, bundle: GraderBundle, control: Control) -> GraderProcess:
        while len(self._warm) >= MAX_WARM:
            self._end(next(iter(self._warm)))
        # the name is that of the assignment: a bundle of plain otter is called by its file
        path = self._folder / bundle.sha256 / f"{bundle.slug}.zip"
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.write_bytes(bundle.data)
        self._started += 1
        setup = GraderSetup(
            bundle_path=str(path),
            unsafe=self._unsafe,
            factory=self._factory,
            hidden_paths=self._hidden_paths,
            parent_pid=os.getpid(),
            device_share=None if bundle.device == "cpu" else DeviceShare(device=bundle.device),
        )
        process = GraderProcess(setup, self._folder / f"grader-{self._started}.log")
        self._warm[bundle.sha256] = process
        message = self._hear(bundle.sha256, process, START_DEADLINE_S, control)
        if not isinstance(message, GraderReady):
            self._end(bundle.sha256)
            raise _fault(message, NoGraderError)
        return process

    def _hear(self, name: str, process: GraderProcess, deadline_s: float, control: Control) -> Message:
        """The next message, while the job is still wanted and within its time."""
        end = time.monotonic() + deadline_s
        while True:
            if process.connection.poll(LOOK_S):
                return process.receive()
            if control.is_over:
                self._end(name)
                raise DroppedError
            if time.monotonic() > end:
                return failed("grader_late", limit_s=deadline_s)

    def _end(self, name: str) -> None:
        process = self._warm.pop(name, None)
        if process is not None:
            with contextlib.suppress(OSError):
                process.stop(at_once=True)


def _fault(message: Message, passing: type[Exception]) -> Exception:
    if not isinstance(message, Failed):
        return passing(f"the grader process sent an unexpected {type(message).__name__}")
    if message.final == "machine":
        return UnfitWorkerError(message.error)
    if message.final == "input":
        return FinalFaultError(message.error)
    return passing(message.error)
