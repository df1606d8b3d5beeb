"""The vocabulary of `notegrad try`: what is asked, and what came of one question's test cases."""

from __future__ import annotations

from notegrad.probes.seen_values import FailingLine
from notegrad.records import Outcome, Record, Submission

NO_CASE = 0


class GivenAnswer(Record, frozen=True, kw_only=True):
    """What is tried: one answer's code, a whole submission, a file, or the reference solution.

    `label` names it. `file` holds the bytes of a notebook or zip, whose name is `path`. Where nothing is
    set, the reference solution is tried.
    """

    label: str = ""
    code: str | None = None
    submission: Submission | None = None
    file: bytes | None = None
    path: str = ""


class TryRequest(Record, frozen=True, kw_only=True):
    """One question of one assignment, and the answer; `case` is the number of one test case, or `NO_CASE`.

    `config` is the path of the course's file, empty where there is none; the course is the folder `root`.
    `language` is that of the person who asks.
    """

    root: str
    config: str
    slug: str
    question: str
    language: str = "en"
    case: int = NO_CASE
    answer: GivenAnswer = GivenAnswer()


class TriedCase(Record, frozen=True, kw_only=True):
    """One test case; the messages are what the student reads now, and after publication: None for nothing.

    `failing` is the line on which the test failed, `source` its text as the author wrote it, `place` where
    that stands in the master.
    """

    number: int
    name: str
    hidden: bool
    points: float
    outcome: Outcome
    duration_s: float
    message_now: str | None
    message_published: str | None
    detail: str = ""
    failing: FailingLine | None = None
    source: str = ""
    place: str = ""


class TriedQuestion(Record, frozen=True, kw_only=True):
    """What came of a try; `reason` says why the answer could not be run as it stands."""

    slug: str
    question: str
    label: str
    language: str
    cases: tuple[TriedCase, ...]
    reason: str = ""
    duration_s: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether every test case that was tried passed."""
        return all(case.outcome == "passed" for case in self.cases)


class TryReply(Record, frozen=True, kw_only=True):
    """What came of a request: a result, or the sentence of a refusal (`is_input`) or of a fault of ours."""

    tried: TriedQuestion | None = None
    refusal: str = ""
    is_input: bool = True
