"""Results between the database and the records; the part of one that its student may read now."""

from __future__ import annotations

import zlib

import msgspec

from notegrad.records import GradingResult, Record
from notegrad.results.pages.visibility import Moment, shown_question
from notegrad.server.models import HandIn, ResultVersion

_WITHOUT_CASES = ("unreadable", "not_graded")


class ShownScore(Record, frozen=True, kw_only=True):
    """The score that a student may read; `is_final` where no test case is withheld any more."""

    score: float
    points: float
    is_final: bool
    withheld: int
    is_decided: bool = False


def packed(result: GradingResult) -> bytes:
    """A result as the database keeps it."""
    return zlib.compress(msgspec.msgpack.encode(result), 6)


def unpacked(row: ResultVersion) -> GradingResult:
    """The result that a row holds; raises msgspec's error where it holds none."""
    return msgspec.msgpack.decode(zlib.decompress(bytes(row.data)), type=GradingResult)


def shown_result(result: GradingResult, moment: Moment, hidden_visibility: str) -> GradingResult:
    """The result without what its student may not read yet, and with the score that tells nothing of it."""
    shown = [shown_question(question, moment, hidden_visibility) for question in result.questions]  # type: ignore[arg-type]
    questions = tuple(
        msgspec.structs.replace(
            whole,
            score=part.score,
            test_cases=part.test_cases,
            question=msgspec.structs.replace(
                whole.question,
                points=part.points,
                test_cases=tuple(case.test_case for case in part.test_cases),
            ),
        )
        for whole, part in zip(result.questions, shown, strict=True)
    )
    score = shown_score(result, moment, hidden_visibility)
    return msgspec.structs.replace(result, questions=questions, score=score.score, max_score=score.points)


def visibility_of(hand_in: HandIn) -> str:
    """What the course says of hidden test cases: the assignment's setting, else the bundle's."""
    said: str = hand_in.assignment.hidden_visibility
    return said or hand_in.current.bundle.hidden_visibility


def whole_score(hand_in: HandIn) -> float | None:
    """The score that counts: what a person has decided, else the result's; None where nothing is graded."""
    override = getattr(hand_in, "override", None)
    if override is not None:
        return float(override.score)
    return None if hand_in.current is None else float(hand_in.current.score)


def decided(score: ShownScore, hand_in: HandIn) -> ShownScore:
    """The score with what a person has decided; that is only said where nothing is withheld any more."""
    override = getattr(hand_in, "override", None)
    if override is None or not score.is_final:
        return score
    return msgspec.structs.replace(score, score=override.score, is_decided=True)


def shown_score(result: GradingResult, moment: Moment, hidden_visibility: str) -> ShownScore:
    """The score that tells nothing of what is withheld, as the feedback page shows it."""
    shown = [shown_question(question, moment, hidden_visibility) for question in result.questions]  # type: ignore[arg-type]
    is_final = result.status in _WITHOUT_CASES or all(question.is_final for question in shown)
    return ShownScore(
        score=result.score if is_final else sum(question.score for question in shown),
        points=result.max_score if is_final else sum(question.points for question in shown),
        is_final=is_final,
        withheld=sum(question.withheld for question in shown),
    )
