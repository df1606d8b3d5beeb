"""Everybody who handed in has a row, and who cannot have one is named: the command says so, with its exit status."""

from __future__ import annotations

from tests.support.evening import Evening
from tests.support.platform_exports import answered, zipped


def test_what_leaves_the_export_is_named_with_status_3(evening: Evening) -> None:
    """A name that reaches outside is nobody's row: all others are graded, and the exit status is no success."""
    files = {f"Nom_{n}_assignsubmission_file/tp.ipynb": answered(n) for n in (1, 2, 3)}
    evening.put("export.zip", zipped({**files, "../Bob_4_assignsubmission_file/tp.ipynb": answered(4)}))
    _, err = evening.grade(status=3)
    assert "sans ligne\xa0: ../Bob_4_assignsubmission_file/tp.ipynb" in err
    assert [row["score"] for row in evening.table()] == ["1", "2", "3"]


def test_an_export_and_a_notebook_beside_it_are_one_class(evening: Evening) -> None:
    """What came by mail is given in the same command, and has its row in the same gradebook."""
    files = {f"Nom_{n}_assignsubmission_file/tp.ipynb": answered(n) for n in (1, 2)}
    evening.put("export.zip", zipped(files))
    evening.put("reçu.ipynb", answered(7))
    _, err = evening.grade("reçu.ipynb")
    assert "propre nom\xa0: reçu" in err
    assert sorted(row["score"] for row in evening.table()) == ["1", "2", "7"]
