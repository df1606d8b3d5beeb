"""Options of `otter_config.json`: those that change scores, and those that change nothing here."""

from __future__ import annotations

from typing import Any

import pytest

from notegrad.course.otter_options import as_otter_scores, changes_scores, not_honoured


@pytest.mark.parametrize(
    ("config", "score", "expected"),
    [
        ({}, 3.0, (3.0, 4.0)),
        ({"points_possible": 10}, 3.0, (7.5, 10.0)),
        ({"score_threshold": 0.75}, 3.0, (4.0, 4.0)),
        ({"score_threshold": 0.8}, 3.0, (0.0, 4.0)),
        ({"score_threshold": 0.5, "points_possible": 1}, 2.0, (1.0, 1.0)),
        ({"points_possible": None, "score_threshold": None}, 1.0, (1.0, 4.0)),
    ],
)
def test_scores_are_scaled_and_cut_as_otter_does(
    config: dict[str, Any], score: float, expected: tuple[float, float]
) -> None:
    """The whole score is what otter writes for Gradescope, out of what it writes."""
    assert as_otter_scores(score, 4.0, config) == expected


def test_no_points_at_all_are_no_division_by_zero() -> None:
    """An assignment without points has 0, or with a threshold of 0 all of `points_possible`."""
    assert as_otter_scores(0.0, 0.0, {"points_possible": 5}) == (0.0, 5.0)
    assert as_otter_scores(0.0, 0.0, {"points_possible": 5, "score_threshold": 0}) == (5.0, 5.0)


def test_options_that_change_nothing_are_told() -> None:
    """Those that are on and unknown to the grader are named; those that are off, or honoured, are not."""
    config = {"seed": 3, "pdf": True, "plugins": [], "token": None, "show_hidden": True, "points_possible": 5}
    assert not_honoured(config) == ("pdf",)
    assert changes_scores(config)
    assert not changes_scores({"points_possible": None})
