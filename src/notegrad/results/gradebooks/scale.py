"""Puts a score on the scale of a school: exact, halves up, no surprise of binary fractions.

Scores are floats because tests add thirds and tenths. Here each becomes the fraction that its author
meant (one with a small denominator, within a billionth), so that 14.125 is 14.125 also where it was added
up from tenths.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

from notegrad.errors import InputError
from notegrad.messages import Message
from notegrad.records import Record

MAX_DENOMINATOR = 10_000
_SAME = Fraction(1, 10**9)
_HALF = Fraction(1, 2)


class Scale(Record, frozen=True, kw_only=True):
    """The grade of a full score (None: the assignment's own points), and the step of rounding."""

    out_of: Decimal | None = None
    step: Decimal = Decimal("0.01")


def scale_of(out_of: str | None, step: str | None) -> Scale:
    """The scale that options name. Raises InputError where one is no number above 0."""
    return Scale(
        out_of=None if out_of is None else _positive(out_of, "--scale", "20"),
        step=Decimal("0.01") if step is None else _positive(step, "--round", "0.25"),
    )


def exact(score: float) -> Fraction:
    """The fraction that a sum of floats was meant to be."""
    meant = Fraction(score).limit_denominator(MAX_DENOMINATOR)
    return meant if abs(meant - Fraction(score)) < _SAME else Fraction(repr(score))


def scaled(score: float, max_score: float, scale: Scale) -> Decimal:
    """The score on the scale, rounded half up to the step, and never above what can be had."""
    value, top = exact(score), exact(max_score)
    if scale.out_of is not None:
        value, top = (value / top if top else Fraction(0)) * Fraction(scale.out_of), Fraction(scale.out_of)
    step = Fraction(scale.step)
    rounded = math.floor(value / step + _HALF) * step
    return _decimal(min(rounded, max(top, value)))


def written(value: Decimal, *, comma: bool = False, digits: int = 0) -> str:
    """The number in plain digits, at least `digits` of them after the point (or comma)."""
    text = f"{value.normalize():f}"
    whole, _, fraction = text.partition(".")
    fraction = fraction.ljust(digits, "0")
    return f"{whole}{',' if comma else '.'}{fraction}" if fraction else whole


def number_in(text: str) -> Decimal | None:
    """The number that a cell holds, with a decimal point or comma; None where it holds none."""
    compact = "".join(text.split()).replace(",", ".")
    try:
        value = Decimal(compact)
    except ArithmeticError:
        return None
    return value if value.is_finite() else None


def _decimal(value: Fraction) -> Decimal:
    """Exact where the fraction ends, else six digits, which no step asks for."""
    number = Decimal(value.numerator) / Decimal(value.denominator)
    return number if Fraction(number) == value else number.quantize(Decimal("0.000001"))


def _positive(text: str, option: str, example: str) -> Decimal:
    value = number_in(text)
    if value is None or value <= 0:
        facts = {"option": option, "text": text, "example": example}
        raise InputError(Message("no_number_above_zero", **facts))
    return value
