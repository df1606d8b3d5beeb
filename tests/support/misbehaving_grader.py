"""A grader that misbehaves on demand, without torch or sandbox: the submission's first cell says what it does.

Instead of a bundle it is given a folder, into which it writes what it did: a letter in `<id>.tries` each time it
is asked for a submission, its pid in `<id>.pid`, a letter in `closed` when it is closed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from notegrad.errors import InputError, ProcessesDiedError, SandboxError, SandboxUnavailableError
from notegrad.records import GradingResult, Question, QuestionResult, Submission, TestCase, TestCaseResult

MODULE = "tests.support.misbehaving_grader"
CASE = TestCase(name="q01 - 1", number=1, points=2.0, hidden=False)


class Version(str):
    """A string of a type of its own, as torch's version is."""

    __slots__ = ()


class Misbehaving:
    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)

    def grade(self, submission: Submission) -> Any:
        if submission.unreadable is not None:
            return unreadable(submission)
        order = submission.cells[0]
        tries = self.folder / f"{submission.id}.tries"
        with tries.open("a") as stream:
            stream.write("x")
        (self.folder / f"{submission.id}.pid").write_text(str(os.getpid()))
        self.obey(order, first=len(tries.read_text()) == 1)
        if order == "nonsense":
            return "not a result"
        if order == "wrong type":
            return graded(submission, score="12")
        if order == "surrogate":
            return graded(submission, reason="a\ud800b", versions={"torch": Version("2")})
        return graded(submission)

    def obey(self, order: str, *, first: bool) -> None:
        """Break, die, hang or take that many seconds."""
        if order == "dies at random":
            raise ProcessesDiedError("its processes were killed")
        if order == "sandbox error" or (order == "sandbox error once" and first):
            raise SandboxError("the zygote is gone")
        if order == "bug":
            raise ZeroDivisionError
        if order == "die" or (order == "die once" and first):
            print("about to die", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        if order == "leave":
            child = subprocess.Popen(["sleep", "600"])
            (self.folder / "child.pid").write_text(str(child.pid))
            os.kill(os.getpid(), signal.SIGKILL)
        if order == "hang":
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        if order in ("hang", "slow"):
            time.sleep(600)
        if order.startswith("0."):
            time.sleep(float(order))

    def close(self) -> None:
        with (self.folder / "closed").open("a") as stream:
            stream.write("x")


def graded(submission: Submission, **changes: Any) -> GradingResult:
    fields = {"score": 1.0, "max_score": 2.0, "questions": (), "status": "graded", **changes}
    return GradingResult(submission=submission.id, student=submission.student, assignment="tp", **fields)


def unreadable(submission: Submission) -> GradingResult:
    case = TestCaseResult(test_case=CASE, outcome="skipped", score=0.0, message=submission.unreadable)
    question = Question(name="q01", points=2.0, test_cases=(CASE,))
    judged = QuestionResult(question=question, score=0.0, test_cases=(case,))
    return graded(
        submission, score=0.0, questions=(judged,), status="unreadable", reason=submission.unreadable
    )


def make(path: Path, *, unsafe: bool) -> Misbehaving:
    return Misbehaving(path)


def make_beside(path: Path, *, unsafe: bool) -> Misbehaving:
    """For a real bundle: the folder `marks` beside it is written into."""
    return Misbehaving(path.parent / "marks")


def make_refused(path: Path, *, unsafe: bool) -> Misbehaving:
    raise SandboxUnavailableError("No namespaces here: run notegrad doctor.")


def make_wrong(path: Path, *, unsafe: bool) -> Misbehaving:
    raise InputError("The bundle has no tests.")


def make_broken(path: Path, *, unsafe: bool) -> Misbehaving:
    raise SandboxError("the zygote does not start")


def make_flaky(path: Path, *, unsafe: bool) -> Misbehaving:
    """The first start of all fails."""
    mark = Path(path) / "flaky"
    if not mark.exists():
        mark.write_text("")
        raise SandboxError("not yet")
    return Misbehaving(path)
