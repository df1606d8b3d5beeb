"""A grader for tests of batches, without torch or sandbox: a question is passed by a cell that says its word.

A test file of its bundles is `name = "q1"` and `word = "alpha"`. Each grading leaves a line in the file that the
environment variable FAKE_MARKS names. Cells may order more: see `_obey`.
"""

from __future__ import annotations

import os
import re
import signal
import time
import zipfile
from collections.abc import Collection
from pathlib import Path

from notegrad.errors import InputError, SandboxError
from notegrad.records import GradingResult, Question, QuestionResult, Submission, TestCase, TestCaseResult

FACTORY = "tests.support.fake_questions:make"


class Fake:
    """What `make` makes."""

    def __init__(self, words: dict[str, str]) -> None:
        self._words = words

    def grade(self, submission: Submission, *, only: Collection[str] | None = None) -> GradingResult:
        unreadable = submission.unreadable is not None
        if not unreadable:
            chosen = "all" if only is None else ",".join(only)
            with Path(os.environ["FAKE_MARKS"]).open("a") as marks:
                marks.write(f"{submission.id} {chosen} {os.getpid()}\n")
            _obey(submission)
        names = [name for name in self._words if only is None or name in only]
        questions = tuple(self._judge(name, submission) for name in names)
        return GradingResult(
            submission=submission.id,
            student=submission.student,
            assignment="tp",
            score=sum(q.score for q in questions),
            max_score=2.0 * len(self._words),
            questions=questions,
            status="unreadable" if unreadable else "timeout" if "late" in submission.cells else "graded",
            reason=submission.unreadable,
        )

    def _judge(self, name: str, submission: Submission) -> QuestionResult:
        case = TestCase(name=f"{name} - 1", number=1, points=2.0, hidden=True)
        passed = self._words[name] in submission.cells
        outcome = "skipped" if submission.unreadable is not None else "passed" if passed else "failed"
        result = TestCaseResult(test_case=case, outcome=outcome, score=2.0 if passed else 0.0)
        question = Question(name=name, points=2.0, test_cases=(case,))
        return QuestionResult(question=question, score=result.score, test_cases=(result,))

    def close(self) -> None:
        pass


def _obey(submission: Submission) -> None:
    attempts = sum(line.split()[0] == submission.id for line in read_marks(Path(os.environ["FAKE_MARKS"])))
    for cell in submission.cells:
        if cell.startswith("sleep "):
            time.sleep(float(cell.split()[1]))
        if cell == "kill parent once" and attempts == 1:
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(60)
        if cell == "kill parent":
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(60)
        if cell == "fault once" and attempts == 1:
            raise SandboxError("the zygote is gone")
        if cell == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if cell == "fault":
            raise SandboxError("the zygote is gone")


def make(path: Path, *, unsafe: bool, device_share: object = None) -> Fake:
    with zipfile.ZipFile(path) as archive:
        sources = [archive.read(n).decode() for n in sorted(archive.namelist()) if n.startswith("tests/")]
    if any("broken" in source for source in sources):
        raise InputError("The bundle has no tests.")
    return Fake({_said("name", source): _said("word", source) for source in sources})


def _said(key: str, source: str) -> str:
    found = re.search(rf'^{key} = "(.*)"$', source, re.MULTILINE)
    assert found is not None
    return found[1]


def write_bundle(path: Path, words: dict[str, str], settings: str = '{"slug": "tp", "title": "TP"}') -> Path:
    """A bundle of these questions; the files are named by their order, so that the order is theirs."""
    with zipfile.ZipFile(path, "w") as archive:
        for number, (name, word) in enumerate(words.items()):
            archive.writestr(f"tests/{number}.py", f'name = "{name}"\nword = "{word}"\n')
        archive.writestr("notegrad.json", settings)
    return path


def read_marks(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []
