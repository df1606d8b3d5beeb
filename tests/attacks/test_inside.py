"""Judging inside gives an attacker what otter gives, of the cases that run there, and nothing of the others."""

from __future__ import annotations

import pytest

from tests.attacks.inside import BOTH, Mode, cases, faults, grade


@pytest.fixture(scope="module")
def hunted():
    return grade("notebook.py", "auto")


def test_a_hidden_case_outside_stays_out_of_reach_of_one_inside(hunted) -> None:
    """What runs inside finds no line of the other case, no comment and no expected value, in all its memory."""
    outside, inside = cases(hunted)
    assert (outside.judged, inside.judged) == ("outside", "inside")
    assert hunted.score == 0
    assert "ATTACK RAN: found []" in inside.detail


def test_the_control_finds_the_expected_value_where_both_run_inside() -> None:
    """The hunter is real: with `inside` it reads the expected value of a case that ran in its process."""
    outside, _ = cases(grade("notebook.py", "inside", more=BOTH))
    assert "EXPECTED = 271828" in outside.detail


def test_a_forged_verdict_inside_is_worth_no_point_outside() -> None:
    """Who rewrites what runs inside earns those points, as with otter; the case outside stays failed."""
    outside, inside = cases(grade("forger.py", "auto"))
    assert (outside.outcome, outside.judged) == ("failed", "outside")
    assert (inside.outcome, inside.judged) == ("passed", "inside")


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["fork", "stepped"])
def test_the_table_of_attacks_holds_it(mode: Mode) -> None:
    """The row of `make attacks`, also where nothing is forked: hunter, forger and their control."""
    assert faults("userns", mode) == []
