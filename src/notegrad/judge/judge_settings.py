"""The settings that questions are judged with: those of the assignment, and what is of one run."""

from __future__ import annotations

from notegrad.judge.repeatable_errors import Code
from notegrad.records import Record
from notegrad.settings import AssignmentSettings

JUDGE_MARGIN_S = 2.0
"""Seconds that a test case's own code may take beyond the limit of the student's."""

KILL_MARGIN_S = 1.0
"""Seconds that the judge's process may take beyond that before it is killed from outside."""


class JudgeSettings(Record, frozen=True, kw_only=True):
    """The settings that questions are judged with.

    code: the student's, which messages on hidden test cases may repeat. device: what a test gets that asks
    for `device`, unless the notebook means something else by that name. first_failure: only whether all test
    cases of a question pass is asked; those after the first that does not are left out.
    """

    assignment: AssignmentSettings
    device: str = "cpu"
    code: Code = Code()
    first_failure: bool = False

    @property
    def is_written_for_otter(self) -> bool:
        """Whether tests count on otter's one process: in bundles of plain otter, or as an author says."""
        return self.assignment.handout is None or self.assignment.shares_state

    def keeps_state(self, question: str) -> bool:
        """Whether global state is as in that process; not where all is to be judged outside.

        There no state that a notebook was left in decides what a test draws.
        """
        is_outside = self.assignment.judge_of(question) == "outside"
        return self.assignment.shares_state or (self.is_written_for_otter and not is_outside)

    def misses_state(self, question: str) -> bool:
        """Whether tests count on the state of one process where none is kept."""
        return self.is_written_for_otter and not self.keeps_state(question)

    def doubts_failures(self, question: str) -> bool:
        """Whether a failure that may be the mirror's is no verdict.

        So it is wherever nobody saw, as a build does, that right answers pass outside.
        """
        return self.is_written_for_otter or self.assignment.judge_of(question) == "auto"

    @property
    def kill_s(self) -> float:
        """Seconds after which a judge that still runs a test case is killed from outside."""
        return self.assignment.limits.test_case_wall_s + JUDGE_MARGIN_S + KILL_MARGIN_S
