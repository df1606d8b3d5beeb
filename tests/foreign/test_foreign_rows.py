"""Other people's assignments are graded as by plain otter (`make foreign` asks otter itself)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from notegrad.records import Limits
from notegrad.sandbox.outside.sandbox import Sandbox
from tests.programs.foreign import grade_row, what_differs, what_is_refused, write_row
from tests.support.foreign_rows import ForeignRow, foreign_rows

DONE = [row for row in foreign_rows() if row.done]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(Limits()) as made:
        yield made


@pytest.mark.slow
@pytest.mark.parametrize("row", DONE, ids=[row.kind for row in DONE])
def test_a_kind_of_test_has_otters_scores(row: ForeignRow, tmp_path: Path, sandbox: Sandbox) -> None:
    """A right answer has its points and a wrong one has not, outside where it can be, and else inside."""
    assert what_differs(row, grade_row(*write_row(row, tmp_path), None, sandbox)) == []


@pytest.mark.slow
@pytest.mark.parametrize("row", DONE, ids=[row.kind for row in DONE])
def test_outside_refuses_no_right_answer(row: ForeignRow, tmp_path: Path, sandbox: Sandbox) -> None:
    """With `outside` a right answer passes, or has no verdict where the mirror, or a state, is not otter's."""
    ours = grade_row(*write_row(row, tmp_path), "outside", sandbox)
    assert what_is_refused(ours) == []
    if not row.judged:
        assert what_differs(row, ours, "outside") == []
