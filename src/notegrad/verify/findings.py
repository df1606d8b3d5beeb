"""Findings of a verification: what is wrong with the tests of one question, answer by answer."""

from __future__ import annotations

from notegrad.authoring.prompt_kinds import PromptProperty
from notegrad.records import Record


class Refused(Record, frozen=True, kw_only=True):
    """A right answer that a test case refuses: the worst fault an assignment can have."""

    answer: str
    failed: dict[int, str]


class Missed(Record, frozen=True, kw_only=True):
    """A wrong answer that fails other test cases than it should; none at all where `actual` is empty."""

    answer: str
    misconception: str
    actual: tuple[int, ...]
    expected: tuple[int, ...]


class Masked(Record, frozen=True, kw_only=True):
    """A wrong answer that passes once its other defects are mended: its misconception is tried by no test.

    `case` is the test case that was made for the misconception, 0 where the author does not say which.
    """

    answer: str
    misconception: str
    case: int


class Survivor(Record, frozen=True, kw_only=True):
    """A mutant that passes every test case; `reason` says why it may, None where nobody has said so."""

    change: str
    code: str
    reason: str | None = None


class QuestionVerification(Record, frozen=True, kw_only=True):
    """The findings about one question."""

    name: str
    accepted: int
    rejected: int
    mutants: int
    refused: tuple[Refused, ...] = ()
    missed: tuple[Missed, ...] = ()
    survivors: tuple[Survivor, ...] = ()
    masked: tuple[Masked, ...] = ()
    properties: tuple[PromptProperty, ...] = ()
    reasons: dict[str, str] = {}

    @property
    def caught(self) -> int:
        """The number of rejected answers that fail at least one test case."""
        return self.rejected - sum(not m.actual for m in self.missed)

    @property
    def kill_rate(self) -> float:
        """The share of rejected answers that fail at least one test case."""
        return self.caught / self.rejected if self.rejected else 1.0

    @property
    def unexplained(self) -> tuple[Survivor, ...]:
        """Survivors without a reason."""
        return tuple(s for s in self.survivors if s.reason is None)

    @property
    def one_sided(self) -> tuple[PromptProperty, ...]:
        """Kinds of properties that are announced and not tried, or the other way, without a reason."""
        return tuple(p for p in self.properties if p.announced != p.tried and p.kind not in self.reasons)

    @property
    def ok(self) -> bool:
        """Whether nothing is left to do; what a prompt announces is advice, as is a mask without `case`."""
        declared = [masked for masked in self.masked if masked.case]
        return not (self.refused or self.missed or self.unexplained or declared)
