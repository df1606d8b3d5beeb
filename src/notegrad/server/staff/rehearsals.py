"""Rehearsals as the staff reads them: what a bundle asks, which solutions fail, what is against opening."""

from __future__ import annotations

from notegrad.intake.archives import is_archive, read_archive
from notegrad.intake.unreadable import UnreadableError
from notegrad.records import GradingResult, QuestionResult, Record, TestCaseResult
from notegrad.server.models import BundleVersion, Rehearsal
from notegrad.server.result_rows import unpacked

MIN_POINTS = 1e-9
MAX_SOLUTIONS = 20


class PreviewedQuestion(Record, frozen=True, kw_only=True):
    """A question of a bundle: its points, and those that hidden test cases have, with their numbers."""

    name: str
    points: float
    visible: int
    hidden: int
    hidden_points: float
    for_nothing: float


class FailedQuestion(Record, frozen=True, kw_only=True):
    """A question in which a solution has not all points, and the test cases that do not pass."""

    name: str
    score: float
    points: float
    cases: tuple[TestCaseResult, ...]


class SeenRehearsal(Record, frozen=True, kw_only=True):
    """A solution as it went; `is_right` is None while nobody knows."""

    row: Rehearsal
    is_right: bool | None
    failed: tuple[FailedQuestion, ...] = ()


class BundlePreview(Record, frozen=True, kw_only=True):
    """A version of a bundle as far as it was tried; `questions` are None until the empty notebook is back."""

    questions: tuple[PreviewedQuestion, ...] | None
    empty: Rehearsal | None
    solutions: tuple[SeenRehearsal, ...]

    @property
    def is_waiting(self) -> bool:
        """Whether something is still in the queue."""
        rows = [one.row for one in self.solutions] + ([self.empty] if self.empty else [])
        return any(row.state == "queued" for row in rows)

    @property
    def wrong(self) -> int:
        """The number of solutions that have not all points, or could not be graded."""
        return sum(one.is_right is False for one in self.solutions)

    @property
    def for_nothing(self) -> float:
        """The points of a notebook without any answer."""
        return (self.empty.score or 0.0) if self.empty else 0.0

    @property
    def points(self) -> float:
        """The points that can be had."""
        return sum(question.points for question in self.questions or ())

    @property
    def objections(self) -> tuple[str, ...]:
        """The keys of what speaks against opening: these are confirmed first."""
        empty_fails = self.empty is not None and self.empty.state == "not_graded"
        found = {
            "open_solution_fails": self.wrong > 0,
            "open_for_nothing": self.for_nothing > MIN_POINTS,
            "open_not_gradable": empty_fails,
            "open_still_waiting": self.is_waiting,
        }
        return tuple(key for key, holds in found.items() if holds)


def preview_of(bundle: BundleVersion) -> BundlePreview:
    """The rehearsals of a version; of the same file the last one counts."""
    rows = list(bundle.rehearsals.select_related("blob", "by").order_by("pk"))
    empty = next((row for row in reversed(rows) if row.kind == "empty"), None)
    solutions = {row.blob_id: row for row in rows if row.kind == "solution"}
    asked = unpacked(empty) if empty is not None and empty.data is not None else None
    return BundlePreview(
        questions=None if asked is None else tuple(map(_asked, asked.questions)),
        empty=empty,
        solutions=tuple(map(_seen, solutions.values())),
    )


def _asked(result: QuestionResult) -> PreviewedQuestion:
    cases = result.question.test_cases
    hidden = [case for case in cases if case.hidden]
    return PreviewedQuestion(
        name=result.question.name,
        points=result.question.points,
        visible=len(cases) - len(hidden),
        hidden=len(hidden),
        hidden_points=sum(case.points for case in hidden),
        for_nothing=result.score,
    )


def _seen(row: Rehearsal) -> SeenRehearsal:
    if row.state == "queued":
        return SeenRehearsal(row=row, is_right=None)
    if row.data is None:
        return SeenRehearsal(row=row, is_right=False)
    result = unpacked(row)
    is_right = result.status == "graded" and result.max_score - result.score < MIN_POINTS
    return SeenRehearsal(row=row, is_right=is_right, failed=_failed(result))


def _failed(result: GradingResult) -> tuple[FailedQuestion, ...]:
    return tuple(
        FailedQuestion(
            name=q.question.name,
            score=q.score,
            points=q.question.points,
            cases=tuple(case for case in q.test_cases if case.outcome != "passed"),
        )
        for q in result.questions
        if q.question.points - q.score > MIN_POINTS or any(c.outcome != "passed" for c in q.test_cases)
    )


def notebooks_in(data: bytes, file_name: str) -> list[tuple[str, bytes]]:
    """The notebooks of what the staff sends: those of a zip each by itself, any other file as it is.

    Raises UnreadableError where a zip cannot be read.
    """
    if not is_archive(data):
        return [(file_name, data)]
    members = [m for m in read_archive(data) if m.path.lower().endswith(".ipynb")]
    if not members:
        raise UnreadableError("no_notebook", container=file_name)
    return [(member.path.rsplit("/", 1)[-1], member.data) for member in members[:MAX_SOLUTIONS]]
