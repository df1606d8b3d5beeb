"""Points of questions and test cases: numbers that count, and sums that agree."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from notegrad.authoring.master_cells import MasterCell
from notegrad.authoring.slips import Slip, slip
from notegrad.records import Record

TOLERANCE = 1e-6


class PointedCase(Record, frozen=True, kw_only=True):
    """The points that a test case declares, None where it leaves them to otter, and whether it is hidden."""

    points: Any
    hidden: bool


def is_number(value: object) -> bool:
    """Whether a value can be points: a number that is not negative, nor infinite."""
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and math.isfinite(value)
        and value >= 0
    )


def find_wrong_number(value: object, cell: MasterCell, question: str) -> Iterator[Slip]:
    """Yield the slip of a value that cannot be points; None can, it leaves them to otter."""
    if value is None or is_number(value):
        return
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield slip("slip_points_negative", cell, question, value=value)
        return
    meant = str(value).strip().replace(",", ".").replace(" ", "")
    key = "slip_points_comma" if _is_numeral(meant) else "slip_points_no_number"
    yield slip(key, cell, question, value=value, meant=meant)


def find_wrong_sum(
    declared: Any, cases: Sequence[PointedCase], cell: MasterCell, question: str
) -> Iterator[Slip]:
    """Yield where a question and its test cases do not agree on points, or where nothing can be had.

    All values are numbers or None; `declared` may be a list or `{each: number}` too.
    """
    own = [case.points for case in cases]
    if isinstance(declared, list):
        if len(declared) != len(cases):
            yield slip("slip_points_list", cell, question, count=len(declared), cases=len(cases))
            return
        own, declared = declared, None
    elif isinstance(declared, dict):
        declared = declared.get("each", 1) * len(cases)
    given, left = sum(p for p in own if p is not None), own.count(None)
    if (declared is not None and given > declared + TOLERANCE) or (
        declared is not None and not left and given < declared - TOLERANCE
    ):
        yield slip("slip_points_sum", cell, question, actual=f"{given:g}", expected=f"{declared:g}")
    elif total_points(declared, own) == 0 and (declared is None or any(case.hidden for case in cases)):
        yield slip("slip_points_all_zero", cell, question)


def share_points(declared: Any, own: Sequence[float | None]) -> list[float]:
    """Return what each test case is worth: those that declare nothing share what is left."""
    if isinstance(declared, list):
        return [float(p or 0) for p in declared]
    left = own.count(None)
    rest = total_points(declared, own) - sum(p for p in own if p is not None)
    return [rest / left if p is None else float(p) for p in own]


def total_points(declared: Any, own: Sequence[float | None]) -> float:
    """Return what a question is worth, as otter shares points among test cases that declare none."""
    if isinstance(declared, list):
        own, declared = declared, None
    elif isinstance(declared, dict):
        declared = declared.get("each", 1) * len(own)
    given, left = sum(p for p in own if p is not None), list(own).count(None)
    if declared is not None:
        return float(declared)
    return 1.0 if given == 0 and left else float(given)


def _is_numeral(word: str) -> bool:
    try:
        return math.isfinite(float(word))
    except ValueError:
        return False
