"""Grades in Gradescope's container, for `run_autograder`: one submission in, one `results.json` out.

Theory of operation: `results.json` lies there already and says, without a score, that nothing was graded. We
close the places of tests and results to everybody but ourselves, read what was handed in, grade it in this
very process with limits that fit into the container (one zygote beside us, nothing made ahead of need), and
replace the file whole. A failure of ours is tried once more where there is time, and then leaves a file
without a score: Gradescope documents `score` as "optional, but required if not on each test case", so that
such a file is an error of the autograder for it, which costs no attempt ("autograder_error"), and never a
zero.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

import msgspec

from notegrad.course import container_limits
from notegrad.course.bundle import Bundle, read_unpacked
from notegrad.course.wanted_of_bundle import wanted_of
from notegrad.errors import NotegradError, ProcessesDiedError, SandboxUnavailableError
from notegrad.gradescope.metadata import read_attempt
from notegrad.gradescope.results_json import to_document, with_lateness
from notegrad.grading.retries import MAX_CONTAINER_TRIES
from notegrad.intake.submissions import read_folder
from notegrad.messages import translate
from notegrad.probes import garbage
from notegrad.records import GradingResult, Record, Submission
from notegrad.results.gradescope_json import to_json
from notegrad.results.writer import write_atomically
from notegrad.sandbox.inside import optional_libraries
from notegrad.sandbox.outside.launch import StartedZygote
from notegrad.ungraded import not_graded_result

DEFAULT_ROOT = Path("/autograder")


class ContainerPaths(Record, frozen=True, kw_only=True):
    """The platform's folder, as "Autograder Specifications" describes it."""

    root: Path

    @property
    def source(self) -> Path:
        """The folder of the unpacked bundle."""
        return self.root / "source"

    @property
    def submission(self) -> Path:
        """The folder of what was handed in."""
        return self.root / "submission"

    @property
    def metadata(self) -> Path:
        """The file that says who handed it in, and when."""
        return self.root / "submission_metadata.json"

    @property
    def results(self) -> Path:
        """The file that the platform reads in the end."""
        return self.root / "results" / "results.json"


def grade_here(root: Path = DEFAULT_ROOT, forked: StartedZygote | None = None) -> GradingResult:
    """Grade the submission that lies below `root` and write its results.json.

    `forked`: the zygote that shares this process's imports, where there is one.

    The result's status is `not_graded` for a failure of ours; only a bundle that cannot be read raises, an
    InputError, and leaves the file that was there.
    """
    started = time.monotonic()
    paths = ContainerPaths(root=root)
    _close(paths)
    bundle = _fitting_bundle(paths.source)
    settings = bundle.settings
    attempt = read_attempt(paths.metadata)
    deadline = started + container_limits.soft_limit_s(settings.gradescope.timeout_minutes)
    submission = read_folder(
        paths.submission, id=attempt.id, student=", ".join(attempt.students), wanted=wanted_of(bundle)
    )
    hidden = (paths.source, paths.submission, paths.results.parent)
    result = _grade(bundle, submission, deadline, hidden, forked)
    result = with_lateness(result, attempt, settings)
    document = to_document(
        result,
        attempt,
        settings.gradescope,
        language=settings.language,
        grader_s=time.monotonic() - started,
    )
    write_atomically(paths.results, to_json(document))
    return result


def _close(paths: ContainerPaths) -> None:
    """Tests, results and what was handed in are for this user alone; Landlock says so to student code too."""
    for folder in (paths.source, paths.submission, paths.results.parent):
        if folder.is_dir():
            folder.chmod(0o700)
    if paths.metadata.is_file():
        paths.metadata.chmod(0o600)


def _fitting_bundle(source: Path) -> Bundle:
    bundle = read_unpacked(source)
    limits = container_limits.fitting(
        bundle.settings.limits,
        timeout_minutes=bundle.settings.gradescope.timeout_minutes,
        memory_mb=container_limits.memory_mb(),
        cores=container_limits.cores(),
    )
    settings = msgspec.structs.replace(bundle.settings, limits=limits)
    return msgspec.structs.replace(bundle, settings=settings)


def _grade(
    bundle: Bundle,
    submission: Submission,
    deadline: float,
    hidden: Sequence[Path],
    forked: StartedZygote | None,
) -> GradingResult:
    """The result, `not_graded` after failures of ours; what failed is printed, for the teacher to read."""
    with garbage.sparing():
        from notegrad.grading import Grader
        from notegrad.sandbox.outside.sandbox import Sandbox

    settings, sandbox_settings = bundle.settings, bundle.settings.sandbox
    files = (*bundle.files, *submission.files)
    modules = (content.decode("utf-8", "replace") for name, content in files if name.endswith(".py"))
    leave_out = optional_libraries.not_in(submission.cells, modules, (source for _, source in bundle.tests))
    error: Exception | None = None
    for _ in range(MAX_CONTAINER_TRIES):
        if error is not None and time.monotonic() > deadline:
            break
        first, forked = forked, None  # another try gets a zygote that was never used
        try:
            with (
                Sandbox.start(
                    settings.limits,
                    sandbox_settings.tier,
                    require=sandbox_settings.require,
                    ahead=False,
                    leave_out=leave_out,
                    hidden_paths=[str(path) for path in hidden],
                    forked=first,
                ) as sandbox,
                Grader(bundle, sandbox=sandbox) as grader,
            ):
                return grader.grade(submission, deadline=deadline)
        except Exception as failure:  # noqa: BLE001 (whatever it is, the platform has to hear of it)
            traceback.print_exception(failure, file=sys.stdout)
            error = failure
            if isinstance(failure, SandboxUnavailableError):
                break
    said = error if isinstance(error, NotegradError) else type(error).__name__
    told = translate("not_graded_warning", settings.language, submission="notegrad", error=said)
    sys.stdout.write(f"{told}\n")  # the platform keeps it for the teacher
    if isinstance(error, ProcessesDiedError):
        reason = translate("died_at_random", settings.language)
    else:
        stopped = translate("grader_stopped", settings.language)
        reason = translate("not_graded", settings.language, reason=stopped)
    result = not_graded_result(submission, settings.slug, reason, None)
    return msgspec.structs.replace(result, died_at_random=isinstance(error, ProcessesDiedError))
