"""Marks of attempts on the page: the room `marks` decides, by the dates, extensions and decisions in rows.

The dates of the page hold, as those of a platform do; the bundle says what lateness takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from notegrad.marks.final_mark import Mark, completed, final_mark, marked, misfit
from notegrad.marks.lateness import DueDate, Lateness, LateRule, lateness
from notegrad.marks.overrides import WHOLE, OverrideEntry
from notegrad.messages import translate
from notegrad.records import GradingResult, Handed
from notegrad.results.gradebooks.scale import exact
from notegrad.server.models import Assignment, BundleVersion, Extension, HandIn, Override, ResultVersion
from notegrad.settings import LateSettings


def late_settings(bundle: BundleVersion | None) -> LateSettings:
    """The settings of lateness that a version of a bundle carries."""
    return msgspec.convert(bundle.late if bundle else {}, LateSettings)


def late_rule(assignment: Assignment, extension: Extension | None, late: LateSettings) -> LateRule | None:
    """The rule for one student; None where nothing is due.

    What comes within the tolerance was taken, and counts: it ends the tolerance after the cut-off too.
    """
    own = extension.due_at if extension else None
    due = own or assignment.due_at
    if due is None:
        return None
    last = (extension and extension.late_until) or assignment.late_until
    tolerance = timedelta(seconds=assignment.tolerance_s)
    date = DueDate(
        due=due.isoformat(),
        cut_off=(max(due, last) + tolerance).isoformat() if last else "",
        source="extension" if own else "platform",
        reason=extension.reason if extension and own else "",
    )
    zone = assignment.course.time_zone
    settings = msgspec.structs.replace(late, timezone=zone, grace_minutes=assignment.tolerance_s / 60)
    return LateRule(settings=settings, date=date)


class PageMarks:
    """The marks of attempts, by what was read for them; asks the database nothing.

    `extensions` are by assignment and student, `overrides` by attempt, `machines` results by their row where
    an override of a question needs the whole of one; `like` names the questions where there is no result.
    """

    def __init__(
        self,
        language: str,
        extensions: Mapping[tuple[int, int], Extension],
        overrides: Mapping[int, tuple[Override, ...]],
        machines: Mapping[int, GradingResult],
        like: GradingResult | None = None,
    ) -> None:
        self._language = language
        self._extensions = extensions
        self._overrides = overrides
        self._machines = machines
        self._like = like

    def decisions(self, hand_in: HandIn) -> tuple[Override, ...]:
        """The rows of what was decided by hand."""
        return self._overrides.get(hand_in.pk, ())

    def lateness(self, hand_in: HandIn, bundle: BundleVersion | None = None) -> Lateness | None:
        """How late an attempt is, as a version of the bundle counts it; None where it came in time."""
        rule = self._rule(hand_in, bundle or _bundle_of(hand_in))
        return None if rule is None else lateness(hand_in.received_at.isoformat(), rule)

    def mark(self, hand_in: HandIn, row: ResultVersion | None = None) -> Mark:
        """The mark of an attempt, or the one that it would have with another of its results."""
        row = row or hand_in.current
        return self._mark(hand_in, self._machine(hand_in, row), row)

    def points(self, hand_in: HandIn, row: ResultVersion | None = None) -> float | None:
        """The points of the mark; None where there is none."""
        return self.mark(hand_in, row).points

    def marked(self, hand_in: HandIn, machine: GradingResult | None = None) -> GradingResult:
        """The result with its mark, for who may read all of it; `machine`: the grader’s, where known."""
        result = machine or self._machine(hand_in, hand_in.current)
        result = completed(result, self._like) if self.decisions(hand_in) else result
        return marked(result, self._mark(hand_in, result, hand_in.current), self._language)

    def machine(self, hand_in: HandIn) -> GradingResult:
        """The result without what people decided; where it is decided on, with all its questions."""
        return self._machine(hand_in, hand_in.current)

    def misfits(self, hand_in: HandIn, row: ResultVersion | None = None) -> tuple[str, ...]:
        """Sentences on decisions that do not fit the result, and count for nothing."""
        result = self._machine(hand_in, row or hand_in.current)
        found = ((one, misfit(one, result)) for one in self._entries(hand_in))
        return tuple(
            f"{one.question}: {translate(wrong[0], self._language, **wrong[1])}"
            for one, wrong in found
            if wrong
        )

    def _mark(self, hand_in: HandIn, result: GradingResult, row: ResultVersion | None) -> Mark:
        handed = Handed(submission="", students=(), received_at=hand_in.received_at.isoformat())
        rule = self._rule(hand_in, row.bundle if row else _bundle_of(hand_in))
        return final_mark(result, handed, self._entries(hand_in), rule)

    def _rule(self, hand_in: HandIn, bundle: BundleVersion | None) -> LateRule | None:
        extension = self._extensions.get((hand_in.assignment_id, hand_in.user_id))
        return late_rule(hand_in.assignment, extension, late_settings(bundle))

    def _entries(self, hand_in: HandIn) -> tuple[OverrideEntry, ...]:
        zone = ZoneInfo(hand_in.assignment.course.time_zone)
        return tuple(_entry(row, zone) for row in self.decisions(hand_in))

    def _machine(self, hand_in: HandIn, row: ResultVersion | None) -> GradingResult:
        known = self._machines.get(row.pk) if row else None
        found = known or _thin(hand_in, row)
        return completed(found, self._like) if self.decisions(hand_in) else found


def better(marks: PageMarks, hand_in: HandIn) -> tuple[Any, int]:
    """The order of attempts where the best one counts: by mark, the later of equals, without a mark last."""
    points = marks.points(hand_in)
    return (-1 if points is None else exact(points)), hand_in.number


def questions_of(result: GradingResult) -> dict[str, float]:
    """The points that can be had, by question, and of the whole at the end."""
    return {q.question.name: q.question.points for q in result.questions} | {WHOLE: result.max_score}


def _bundle_of(hand_in: HandIn) -> BundleVersion | None:
    return hand_in.current.bundle if hand_in.current else hand_in.assignment.bundle


def _thin(hand_in: HandIn, row: ResultVersion | None) -> GradingResult:
    """The result as far as columns say it: enough for a mark without decisions on questions."""
    return GradingResult(
        submission="",
        student="",
        assignment=hand_in.assignment.slug,
        score=row.score if row else 0.0,
        max_score=row.max_score if row else 0.0,
        questions=(),
        status=row.status if row else "not_graded",
        reason=None if row else hand_in.reason or None,
    )


def _entry(row: Override, zone: ZoneInfo) -> OverrideEntry:
    when: datetime = row.created_at.astimezone(zone)
    return OverrideEntry(
        student=str(row.hand_in_id),
        question=row.question,
        points=row.points,
        why=row.reason,
        by=str(row.by) if row.by else "—",
        when=when.date().isoformat(),
        line=row.pk,
    )
