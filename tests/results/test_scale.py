"""Grades on a school's scale: exact, halves up, never above what can be had."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notegrad.errors import InputError
from notegrad.results.gradebooks.scale import Scale, exact, number_in, scale_of, scaled, written


@pytest.mark.parametrize(
    ("score", "max_score", "out_of", "step", "grade"),
    [
        (2.675, 10, None, "0.01", "2.68"),  # binary: 2.67499999...
        (sum([0.1] * 10) + 13.125, 20, "20", "0.01", "14.13"),  # added up: 14.124999999999998
        (1 / 3, 2.5, "20", "1", "3"),  # 2.6666
        (1 / 3 + 1 / 6, 1, "15", "1", "8"),  # exactly 7.5
        (14.125, 20, "20", "0.25", "14.25"),
        (14.1249, 20, "20", "0.25", "14"),
        (0.25, 1, None, "0.5", "0.5"),
        (7.4, 7.4, None, "0.25", "7.4"),  # 7.5 could not be had
        (0, 20, "20", "0.5", "0"),
        (0, 0, "20", "0.5", "0"),
        (2, 3, "20", "0.01", "13.33"),
        (83, 83, "20", "0.01", "20"),
    ],
)
def test_grades_that_binary_fractions_get_wrong(score, max_score, out_of, step, grade) -> None:
    """Halves go up, also where the sum of floats lies a hair below them."""
    scale = Scale(out_of=None if out_of is None else Decimal(out_of), step=Decimal(step))
    assert written(scaled(score, max_score, scale)) == grade


@given(
    st.lists(st.fractions(0, 3, max_denominator=12), min_size=1, max_size=30),
    st.sampled_from(["0.25", "0.5", "0.01", "1"]),
)
def test_a_sum_of_floats_is_graded_as_the_sum_of_fractions(points: list[Fraction], step: str) -> None:
    """Adding points as floats, as tests do, gives the grade that exact points give."""
    true = sum(points, Fraction(0))
    if true.denominator > 10_000:
        return
    score = 0.0
    for point in points:
        score += float(point)
    assert exact(score) == true
    grade = scaled(score, 100.0, Scale(out_of=Decimal(20), step=Decimal(step)))
    below = (true / 5) / Fraction(step)
    assert Fraction(grade) in (below.__floor__() * Fraction(step), below.__ceil__() * Fraction(step))
    assert abs(Fraction(grade) - true / 5) <= Fraction(step) / 2


def test_numbers_are_written_as_the_file_writes_them() -> None:
    """Commas, at least the digits asked for, never an exponent."""
    assert written(Decimal("14.5"), comma=True, digits=2) == "14,50"
    assert written(Decimal(100), digits=2) == "100.00"
    assert written(Decimal("1E+2")) == "100"
    assert [number_in(text) for text in ("14,5", " 20.00 ", "1 000", "", "-", "NaN", "EX")] == [
        Decimal("14.5"), Decimal("20.00"), Decimal(1000), None, None, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["0", "-1", "vingt", "inf", ""])
def test_a_scale_is_a_number_above_zero(text: str) -> None:
    """Anything else is told with an example."""
    with pytest.raises(InputError, match="--scale"):
        scale_of(text, None)
    with pytest.raises(InputError, match=r"--round.*0\.25"):
        scale_of(None, text)
