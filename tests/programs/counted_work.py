"""`python -m tests.programs.counted_work SLUG`: the work of grading full marks for a second time, as counts.

In a process of its own: the pages of a judge depend on what the grader's process did before, and in one that ran
half of the tests they were a quarter more (6,030 and 7,566); how busy the machine is changes them by 2 %.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from notegrad.errors import SandboxUnavailableError
from notegrad.grading import Grader
from notegrad.intake.submissions import read_submissions
from notegrad.sandbox.outside.forked_run import ForkedRun
from tests.support.compose import composed_cases
from tests.support.confined_graders import bundle_of

UNAVAILABLE = 3
"""Exit status: nothing can be confined on this machine."""


class Work(NamedTuple):
    """Forks of the notebook that were asked; waits for messages and page faults of the judge, the kernel's count."""

    forks: int
    waits: int
    pages: int


def work_of(slug: str, folder: Path) -> Work:
    """Count the work of an assignment's full marks. Raises SandboxUnavailableError, AssertionError."""
    [case] = composed_cases(slug, folder, lessons=True, limit=1)
    submission = read_submissions([case.path])[0]
    with Grader(bundle_of(slug)) as grader:
        grader.grade(submission)  # the first one makes ready what those after it find
        before = resource.getrusage(resource.RUSAGE_CHILDREN)  # a judge is waited for, a notebook is not
        with mock.patch.object(ForkedRun, "fork", autospec=True, side_effect=ForkedRun.fork) as forks:
            result = grader.grade(submission)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert result.score == result.max_score, result
    return Work(forks.call_count, after.ru_nvcsw - before.ru_nvcsw, after.ru_minflt - before.ru_minflt)


def main(arguments: Sequence[str]) -> int:
    """Print the work of each assignment as JSON; UNAVAILABLE where nothing can be confined."""
    for slug in arguments:
        with tempfile.TemporaryDirectory() as folder:
            try:
                work = work_of(slug, Path(folder))
            except SandboxUnavailableError as error:
                print(error, file=sys.stderr)
                return UNAVAILABLE
        print(json.dumps(work._asdict()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
