"""A grader for tests of grading workers, without torch or sandbox: the last cell says its score, or what it does.

Its result names the process that it is in, under `versions`.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from notegrad.records import GradingResult, Submission

FACTORY = "tests.support.server_graders:make"


class Grader:
    def grade(self, submission: Submission) -> GradingResult:
        order = submission.cells[-1] if submission.cells else "0"
        if order == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if order.startswith("mark "):  # leave a sign, then take long
            Path(order.removeprefix("mark ")).write_text(str(os.getpid()))
            time.sleep(600)
        return GradingResult(
            submission=submission.id,
            student=submission.student,
            assignment="tp0",
            score=0.0 if order in ("0", "die") else float(order),
            max_score=20.0,
            questions=(),
            status="graded",
            versions={"pid": str(os.getpid())},
        )

    def close(self) -> None:
        pass


def make(path: Path, *, unsafe: bool) -> Grader:
    return Grader()
