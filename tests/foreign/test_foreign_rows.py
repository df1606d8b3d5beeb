"""Other people's assignments are graded as by plain otter, or not judged (`make foreign` asks otter itself)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.programs.foreign import grade_row, what_differs, write_row
from tests.support.foreign_rows import ForeignRow, foreign_rows

DONE = [row for row in foreign_rows() if row.done]


@pytest.mark.slow
@pytest.mark.parametrize("row", DONE, ids=[row.kind for row in DONE])
def test_a_kind_of_test_has_otters_scores(row: ForeignRow, tmp_path: Path) -> None:
    """A right answer has its points and a wrong one has not, or the case is not judged and says why."""
    assert what_differs(row, grade_row(*write_row(row, tmp_path))) == []
