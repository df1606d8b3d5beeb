"""Reading zips that strangers sent."""

from __future__ import annotations

import io
import json
import stat
import struct
import zipfile

import pytest

from notegrad.intake import archives
from notegrad.intake.hand_in import MAX_DATA_FILE_BYTES, MAX_DATA_FILES, MAX_NOTEBOOKS, read_submission
from notegrad.records import Submission


def notebook(*sources: str) -> bytes:
    return json.dumps({"cells": [{"cell_type": "code", "source": source} for source in sources]}).encode()


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data, compress_type=method)
    return buffer.getvalue()


def read(data: bytes) -> Submission:
    return read_submission(data, id="a", source="rendu.zip")


def reason_of(data: bytes) -> str:
    reason = read(data).unreadable
    assert reason is not None
    assert "\n" not in reason
    return reason


def test_a_zip_gives_its_notebook_and_the_data_beside_it() -> None:
    """Data files are named as the notebook would open them, from its own folder."""
    data = zipped(
        ("rendu/tp2.ipynb", notebook("x = 1")),
        ("rendu/data/points.csv", b"1,2"),
        ("rendu/outils.py", b"y = 2"),
        ("ailleurs.txt", b"no"),
    )
    submission = read(data)
    assert submission.cells == ("x = 1",)
    assert submission.files == (("data/points.csv", b"1,2"), ("outils.py", b"y = 2"))
    assert submission.source == "rendu.zip > rendu/tp2.ipynb"


def test_litter_is_ignored() -> None:
    """Checkpoints, what macOS leaves, hidden folders and their links neither count nor make trouble."""
    link = zipfile.ZipInfo(".venv/bin/python")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    data = zipped(
        ("tp2.ipynb", notebook("x = 1")),
        (".ipynb_checkpoints/tp2-checkpoint.ipynb", notebook("a", "b", "c")),
        ("__MACOSX/._tp2.ipynb", b"\x00\x05"),
        ("._tp2.ipynb", b"\x00\x05"),
        (".DS_Store", b"x"),
        (link, b"/usr/bin/python3"),
    )
    submission = read(data)
    assert submission.cells == ("x = 1",)
    assert submission.files == ()


def test_several_notebooks_that_nothing_tells_apart_are_all_taken() -> None:
    """Neither size nor date says which was meant: the newest comes first, the others are graded too, and it is said."""
    old, new = (
        zipfile.ZipInfo("b.ipynb", (2026, 1, 1, 0, 0, 0)),
        zipfile.ZipInfo("a.ipynb", (2026, 2, 1, 0, 0, 0)),
    )
    submission = read(zipped((old, notebook("old", "1")), (new, notebook("new", "1")), ("c.ipynb", b"no")))
    assert submission.cells == ("new", "1")
    assert submission.path == "a.ipynb"
    assert [(other.path, other.cells) for other in submission.others] == [("b.ipynb", ("old", "1"))]
    assert "la meilleure note compte" in " ".join(submission.notes)
    assert read(zipped((old, notebook("old", "1", "2")), (new, notebook("new", "1")))).cells[0] == "new"


def test_a_zip_in_a_zip_is_opened_once() -> None:
    """One level of nesting, as some platforms make, is read; more is refused."""
    inner = zipped(("tp2.ipynb", notebook("x")), ("d.csv", b"1"))
    submission = read(zipped(("rendu.zip", inner)))
    assert submission.cells == ("x",)
    assert submission.files == (("d.csv", b"1"),)
    assert "archives dans des archives" in reason_of(zipped(("a.zip", zipped(("b.zip", inner)))))


def test_names_of_windows_and_macos_are_understood() -> None:
    """Backslashes separate folders, and accents written in two characters become one."""
    info = zipfile.ZipInfo("x")
    info.filename = "rendu\\mémoire.ipynb"
    assert read(zipped((info, notebook("x")))).source == "rendu.zip > rendu/mémoire.ipynb"
    assert read(zipped(("me\u0301moire.IPYNB", notebook("x")))).source == "rendu.zip > mémoire.IPYNB"


@pytest.mark.parametrize(
    "name", ["../evil.py", "a/../../evil.py", "/etc/passwd", "C:\\evil.py", "..\\evil.py"]
)
def test_names_that_reach_outside_are_refused(name: str) -> None:
    """No absolute path and no `..` gets past intake."""
    assert "hors d’elle-même" in reason_of(zipped(("tp2.ipynb", notebook("x")), (name, b"x")))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_special_files_are_refused(kind: int) -> None:
    """A symbolic link or a device in an archive makes it unreadable."""
    info = zipfile.ZipInfo("lien")
    info.external_attr = (kind | 0o777) << 16
    assert "lien" in reason_of(zipped(("tp2.ipynb", notebook("x")), (info, b"/etc/passwd")))


def test_a_zip_without_notebook_says_so() -> None:
    """No notebook, or nothing at all, is a sentence."""
    assert "aucun notebook" in reason_of(zipped(("a.py", b"x")))
    assert "aucun notebook" in reason_of(zipped())


def test_an_archive_of_a_whole_class_is_not_one_submission() -> None:
    """More notebooks than one student hands in are refused rather than one of them graded for all."""
    many = [(f"{i}/tp2.ipynb", notebook("x")) for i in range(MAX_NOTEBOOKS + 1)]
    assert "classe" in reason_of(zipped(*many))


def test_damaged_and_encrypted_archives_say_so() -> None:
    """A cut archive and one with a password each have their sentence."""
    data = zipped(("tp2.ipynb", notebook("x")))
    assert "abîmée ou coupée" in reason_of(data[:-10])
    assert "abîmée ou coupée" in reason_of(data[:30])
    locked = bytearray(data)
    locked[6] |= 1
    locked[data.index(b"PK\x01\x02") + 8] |= 1
    assert "mot de passe" in reason_of(bytes(locked))
    assert "compression" in reason_of(zipped(("tp2.ipynb", notebook("x")), method=zipfile.ZIP_LZMA))


def test_bombs_are_refused_before_they_open() -> None:
    """A member that declares or holds too much, a high ratio, and too many members are each refused."""
    assert "Mo" in reason_of(zipped(("bombe", b"\x00" * (archives.MAX_MEMBER_BYTES + 1))))
    assert "démesurément" in reason_of(zipped(("bombe", b"\x00" * (archives.RATIO_FREE_BYTES + 1))))
    assert "fichiers" in reason_of(zipped(*[(str(i), b"") for i in range(archives.MAX_MEMBERS + 1)]))


def test_a_declared_size_is_not_believed() -> None:
    """An archive that understates a member's size is still held to the limits."""
    size = archives.MAX_MEMBER_BYTES + 1
    data = zipped(("bombe", b"\x00" * size)).replace(struct.pack("<I", size), struct.pack("<I", 10))
    assert read(data).unreadable is not None


def test_total_size_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many members that are small enough each are refused together, nested archives included."""
    monkeypatch.setattr(archives, "MAX_TOTAL_BYTES", 5_000)
    member = bytes(range(256)) * 8
    assert "une fois ouverte" in reason_of(zipped(("a", member), ("b", member), ("c", member)))
    inner = zipped(("a", member), ("b", member))
    assert "une fois ouverte" in reason_of(
        zipped(("a", member), ("b.zip", inner), ("t.ipynb", notebook("x")))
    )


def test_data_files_are_bounded_and_the_loss_is_said() -> None:
    """Too many or too large data files are left out, the notebook is graded, and the source says so."""
    files = [(f"{i:04}.csv", b"1") for i in range(MAX_DATA_FILES + 5)]
    submission = read(zipped(("tp2.ipynb", notebook("x")), *files))
    assert submission.cells == ("x",)
    assert len(submission.files) == MAX_DATA_FILES
    assert "(5 fichiers de données laissés de côté" in submission.source
    assert MAX_DATA_FILE_BYTES < archives.MAX_MEMBER_BYTES
