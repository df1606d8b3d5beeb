"""Computes the mark of one submission: its score, what was given by hand, what lateness takes. Pure.

The machine's own result stays as it is, and stays inside what is made of it here.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from notegrad.marks.lateness import Lateness, LateRule, lateness
from notegrad.marks.overrides import WHOLE, OverrideEntry
from notegrad.messages import translate
from notegrad.records import GradingResult, Handed, QuestionResult, Record
from notegrad.ungraded import skipped

SCORE_DIGITS = 6


class Mark(Record, frozen=True, kw_only=True):
    """The mark of one submission, in points; None where there is none.

    `automatic` is the machine's score. Of several overrides those of questions come before the one of the
    whole, which is the mark: no lateness reduces it.
    """

    points: float | None
    automatic: float | None
    overrides: tuple[OverrideEntry, ...] = ()
    lateness: Lateness | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the whole mark was given by hand."""
        return any(override.question == WHOLE for override in self.overrides)

    @property
    def reduces(self) -> bool:
        """Whether lateness takes anything."""
        return self.lateness is not None and self.lateness.percent > 0 and not self.is_whole


class MarkedResult(GradingResult, frozen=True, kw_only=True):
    """A result with the mark as its score; `machine` is the result that the grader found.

    Scores of questions are those given by hand, where there are any; of test cases always the machine's.
    """

    mark: Mark
    machine: GradingResult


def final_mark(
    result: GradingResult, handed: Handed | None, overrides: Sequence[OverrideEntry], late: LateRule | None
) -> Mark:
    """The mark of a result that was handed in so; overrides that cannot be of this result do not count."""
    automatic = None if result.status == "not_graded" else result.score
    used = tuple(o for o in overrides if not misfit(o, result))
    by_question = {o.question: o.points for o in used}
    found = lateness(handed.received_at if handed else "", late) if late else None
    if WHOLE in by_question:
        return Mark(points=by_question[WHOLE], automatic=automatic, overrides=used, lateness=found)
    names = {q.question.name for q in result.questions}
    if automatic is None and not (names and names <= by_question.keys()):
        return Mark(points=None, automatic=None, lateness=found)
    moved = [
        by_question[q.question.name] - q.score for q in result.questions if q.question.name in by_question
    ]
    points = (automatic or 0.0) + sum(moved)
    if found is not None:
        points *= (100.0 - found.percent) / 100.0
    # Without a change the score stays as it is, to the last bit
    changed = bool(moved) or (found is not None and found.percent > 0)
    points = round(min(max(points, 0.0), result.max_score), SCORE_DIGITS) if changed else points
    return Mark(points=points, automatic=automatic, overrides=used, lateness=found)


def misfit(override: OverrideEntry, result: GradingResult) -> tuple[str, dict[str, object]] | None:
    """The key and facts of the sentence on an override that cannot be of this result; None if it can."""
    points = {q.question.name: q.question.points for q in result.questions} | {WHOLE: result.max_score}
    if override.question not in points:
        return "marks_question_unknown", {
            "question": override.question,
            "names": ", ".join(list(points)[:-1]),
        }
    if override.points > points[override.question]:
        return "marks_beyond", {
            "points": number(override.points),
            "max_points": number(points[override.question]),
        }
    return None


def marked(result: GradingResult, mark: Mark, language: str) -> GradingResult:
    """The result with its mark, and sentences on it; the result itself where the mark adds nothing."""
    if not mark.overrides and mark.lateness is None:
        return result
    points = {o.question: o.points for o in mark.overrides}
    facts = msgspec.structs.asdict(result)
    facts |= {
        "score": mark.points or 0.0,
        "questions": tuple(_by_hand(question, points) for question in result.questions),
        "notes": (*result.notes, *_told(mark, result, language)),
    }
    return MarkedResult(**facts, mark=mark, machine=result)


def completed(result: GradingResult, like: GradingResult | None) -> GradingResult:
    """The result with the questions and points of another of the same assignment, where it has none."""
    if like is None or result.questions:
        return result
    questions = tuple(skipped(q.question, result.reason or "") for q in like.questions)
    return msgspec.structs.replace(result, questions=questions, max_score=like.max_score)


def _by_hand(question: QuestionResult, points: dict[str, float]) -> QuestionResult:
    name = question.question.name
    return msgspec.structs.replace(question, score=points[name]) if name in points else question


def mark_of(result: GradingResult) -> Mark | None:
    """The mark, where anything but the machine had a say in it."""
    return result.mark if isinstance(result, MarkedResult) else None


def machine_result(result: GradingResult) -> GradingResult:
    """The result as the grader found it."""
    return result.machine if isinstance(result, MarkedResult) else result


def is_scored(result: GradingResult) -> bool:
    """Whether there is a score: the machine's, or one given by hand where the machine has failed."""
    mark = mark_of(result)
    return result.status != "not_graded" if mark is None else mark.points is not None


def came_late(result: GradingResult | None, *, flagged: bool) -> bool:
    """Whether a submission came late: by the course's dates, or because its platform has `flagged` it."""
    mark = mark_of(result) if result is not None else None
    late = mark.lateness if mark is not None else None
    return flagged or (late is not None and not late.is_unknown)


def number(value: float) -> str:
    """The shortest decimal form of points."""
    return f"{round(value, SCORE_DIGITS):.{SCORE_DIGITS}f}".rstrip("0").rstrip(".")


def _told(mark: Mark, result: GradingResult, language: str) -> list[str]:
    """Sentences that a student may read at any time: none tells the automatic score."""
    points = {q.question.name: q.question.points for q in result.questions} | {WHOLE: result.max_score}
    told = [
        translate(
            "mark_whole" if o.question == WHOLE else "mark_question",
            language,
            question=o.question,
            points=number(o.points),
            max_points=number(points[o.question]),
            by=o.by,
            when=o.when,
            why=o.why,
        )
        for o in mark.overrides
    ]
    late = mark.lateness
    if late is None or late.is_unknown or mark.is_whole:
        return told
    key = "mark_cut_off" if late.is_cut_off else "mark_late" if late.percent else "mark_late_free"
    facts = {
        "received": late.received_at,
        "due": late.due_at,
        "days": late.days,
        "percent": number(late.percent),
    }
    return [*told, translate(key, language, **facts)]


def said_of_automatic(result: GradingResult, language: str) -> str:
    """A sentence on the automatic score, where the mark is another; else the empty string.

    Only for who may know the whole score.
    """
    mark = mark_of(result)
    if mark is None or mark.points == mark.automatic:
        return ""
    if mark.automatic is None:
        return translate("mark_no_automatic", language)
    facts = {"points": number(mark.automatic), "max_points": number(result.max_score)}
    return translate("mark_automatic", language, **facts)


def for_staff(result: GradingResult, language: str) -> tuple[str, ...]:
    """Sentences on the mark for staff alone: the automatic score, an unknown time, reasons of extensions."""
    mark = mark_of(result)
    if mark is None:
        return ()
    said = [said_of_automatic(result, language)]
    if mark.lateness is not None and mark.lateness.is_unknown:
        said.append(translate("mark_time_unknown", language))
    if mark.lateness is not None and mark.lateness.reason:
        said.append(translate("mark_extension", language, reason=mark.lateness.reason))
    return tuple(filter(None, said))
