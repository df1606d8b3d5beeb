"""The messages between a grader process and its parent: msgspec's binary format, strictly typed."""

from __future__ import annotations

from typing import Literal

from notegrad.grading.devices import DeviceShare
from notegrad.records import GradingResult, Record, Submission
from notegrad.settings import AssignmentSettings

DEFAULT_FACTORY = "notegrad.batch.engines.grader_main:open_grader"
MAX_LOG_CHARS = 4_000


class GraderSetup(Record, frozen=True, kw_only=True):
    """The setup of a grader process; `factory` is the `module:function` that it calls for its grader.

    `hidden_paths`: what student code must not find, besides the bundle; for the default factory.
    `settings`: instead of the bundle's, for the default factory; None: the bundle's own.
    `device_share` None: the bundle's device, and a factory that need not know of devices. `parent_pid`: the
    process whose main thread started it, and with which it is killed, however that one ends; 0: it ends
    when the pipe is closed, after the submission that it has.
    """

    bundle_path: str
    unsafe: bool = False
    factory: str = DEFAULT_FACTORY
    device_share: DeviceShare | None = None
    hidden_paths: tuple[str, ...] = ()
    parent_pid: int = 0
    settings: AssignmentSettings | None = None


class GradingJob(Record, frozen=True, kw_only=True):
    """One submission to grade; `only` names the questions to judge, None means all."""

    submission: Submission
    only: tuple[str, ...] | None = None


class GraderReady(Record, frozen=True, kw_only=True, tag=True):
    """The grader stands; `blank` is its result for a submission that cannot be read."""

    blank: GradingResult


class Graded(Record, frozen=True, kw_only=True, tag=True):
    """A submission's result."""

    result: GradingResult


class Failed(Record, frozen=True, kw_only=True, tag=True):
    """Our own failure; `final` says what has to be changed where trying again cannot help.

    `is_of_submission`: it may be the submission's doing, whose processes died in every run.
    """

    error: str
    detail: str = ""
    is_of_submission: bool = False
    final: Literal["no", "input", "machine"] = "no"


Message = GraderReady | Graded | Failed
