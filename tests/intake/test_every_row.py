"""Rows of a class: whatever was handed in is one, although it cannot be read, and the rest is not spoilt."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from notegrad.intake.exports.class_intake import read_class
from notegrad.intake.hand_in import read_submission
from notegrad.intake.wanted import Wanted, cell_digest
from tests.support.platform_exports import laid, notebook, zipped

ALICE = "Alice_1_assignsubmission_file/"
BOB = "Bob_2_assignsubmission_file/"
ODD_NAMES = ("tp.ipynb", ".ipynb", ".DS_Store", "Thumbs.db", "a/.git/config", "__MACOSX/._tp.ipynb", "tp.pdf")


@given(st.sets(st.sampled_from(ODD_NAMES), min_size=1), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
def test_a_student_of_whom_only_litter_came_is_a_row(
    tmp_path_factory: object, names: set[str], as_zip: bool
) -> None:
    """Two students handed in, so there are two rows, whatever the platform or a computer left in a folder."""
    place: Path = tmp_path_factory.mktemp("class")  # type: ignore[attr-defined]
    files = {ALICE + "tp.ipynb": notebook("a")} | {BOB + name: notebook("b") for name in names}
    if as_zip:
        (place / "export.zip").write_bytes(zipped(files))
    else:
        laid(place / "export.zip", files)
    intake = read_class([place / "export.zip"])
    assert sorted(s.student for s in intake.submissions) == ["Alice", "Bob"]
    for submission in intake.submissions:
        assert bool(submission.cells) != bool(submission.unreadable)


def test_a_damaged_file_beside_a_notebook_spoils_nothing(tmp_path: Path) -> None:
    """A picture that the export holds damaged is told, and the notebook beside it is graded."""
    data = bytearray(zipped({ALICE + "tp.ipynb": notebook("a"), ALICE + "image.png": b"p" * 1000, BOB: b""}))
    entry = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data[entry + 16 : entry + 20] = struct.pack("<I", 1)  # its check sum
    (tmp_path / "export.zip").write_bytes(bytes(data))
    assert zipfile.ZipFile(tmp_path / "export.zip").testzip() == ALICE + "image.png"
    alice = read_class([tmp_path / "export.zip"]).submissions[0]
    assert alice.cells == ("a",)
    assert any("image.png" in note for note in alice.notes)


def test_an_export_among_submissions_is_told(tmp_path: Path) -> None:
    """A folder of zips in which one is a whole class's export: two students must not become one in silence."""
    (tmp_path / "alice.zip").write_bytes(zipped({"tp.ipynb": notebook("a")}))
    (tmp_path / "groupe2.zip").write_bytes(
        zipped({ALICE + "tp.ipynb": notebook("a"), BOB + "tp.ipynb": notebook("b")})
    )
    intake = read_class([tmp_path])
    assert [s.student for s in intake.submissions] == ["alice", "groupe2"]
    assert (
        len(intake.warnings) == 1 and "groupe2.zip" in intake.warnings[0] and "Moodle" in intake.warnings[0]
    )


def test_the_untouched_handout_is_told() -> None:
    """Who hands in the handout as it was is told so; who wrote one line is not."""
    handout = ("import torch", "def f(x):\n    ...")
    wanted = Wanted(names=frozenset({"f"}), handout_cells=frozenset(map(cell_digest, handout)))
    untouched = read_submission(notebook(*handout), id="u", wanted=wanted)
    written = read_submission(notebook(handout[0], "def f(x):\n    return x"), id="w", wanted=wanted)
    assert "sujet tel quel" in "".join(untouched.notes)
    assert written.notes == ()
