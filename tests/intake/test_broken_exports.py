"""Exports that are broken or hostile: each fault is one sentence, and everybody else is graded."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from notegrad.errors import InputError
from notegrad.intake.exports import source
from notegrad.intake.exports.class_intake import read_class
from tests.support.platform_exports import laid, notebook, zipped, zipped_raw

GOOD = {"Alice_1_assignsubmission_file/tp.ipynb": notebook("good")}


def export(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "export.zip"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("page", ["utf-8", "cp850", "cp1252", "mac_roman"])
def test_names_in_old_code_pages(tmp_path: Path, page: str) -> None:
    """Names whose encoding the zip does not tell are read as what gives French names, whoever wrote them."""
    names = ("Éloïse DArc", "Benoît Lefèvre", "Zoé Müller", "François Ça")
    raw = {
        f"{name}_{key}_assignsubmission_file/tp.ipynb".encode(page): notebook(key)
        for key, name in enumerate(names)
    }
    intake = read_class([export(tmp_path, zipped_raw(raw))])
    assert {h.students[0].key: h.students[0].name for h in intake.class_list.handed} == {
        str(key): name for key, name in enumerate(names)
    }


@pytest.mark.parametrize(
    "name", ["../Bob_2_assignsubmission_file/tp.ipynb", "/Bob_2_assignsubmission_file/tp.ipynb"]
)
def test_members_that_reach_outside(tmp_path: Path, name: str) -> None:
    """A path that leaves the export is nobody's row, and named; nothing is written anywhere."""
    before = sorted(tmp_path.rglob("*"))
    path = export(tmp_path, zipped(GOOD | {name: notebook("evil")}))
    intake = read_class([path])
    assert [s.cells for s in intake.submissions] == [("good",)]
    assert "hors de l’export" in intake.warnings[0]
    assert intake.left_out == (name,)
    assert sorted(tmp_path.rglob("*")) == [*before, path]


def test_links_and_passwords(tmp_path: Path) -> None:
    """A link in the zip or in the folder brings nothing of this machine along; a locked member is told."""
    (tmp_path / "secret.txt").write_text("secret")
    folder = laid(tmp_path / "folder", GOOD)
    (folder / "Alice_1_assignsubmission_file/secret.txt").symlink_to(tmp_path / "secret.txt")
    assert read_class([folder]).submissions[0].files == ()

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("Bob_2_assignsubmission_file/tp.ipynb")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        for name, data in GOOD.items():
            archive.writestr(name, data)
    intake = read_class([export(tmp_path, buffer.getvalue())])
    assert [(s.student, s.cells) for s in intake.submissions] == [("Alice", ("good",)), ("Bob", ())]
    assert "un lien ou un fichier spécial" in str(intake.submissions[1].unreadable)
    assert "un lien ou un fichier spécial" in intake.warnings[0]

    locked = bytearray(zipped(GOOD | {"Bob_2_assignsubmission_file/tp.ipynb": notebook("b")}))
    entry = locked.rindex(b"PK\x01\x02")
    locked[entry + 8 : entry + 10] = struct.pack("<H", 1)
    intake = read_class([export(tmp_path, bytes(locked))])
    assert "protégé par un mot de passe" in intake.warnings[0]
    assert [(s.student, s.cells) for s in intake.submissions] == [("Alice", ("good",)), ("Bob", ())]
    assert "protégé par un mot de passe" in str(intake.submissions[1].unreadable)


def test_a_bomb_and_a_damaged_member_cost_one_student(tmp_path: Path) -> None:
    """What swells beyond measure, or is cut in the middle, is that student's sentence."""
    files = GOOD | {
        "Bombe_2_assignsubmission_file/tp.ipynb": b" " * (20 << 20),
        "Abîmée_3_assignsubmission_file/tp.ipynb": notebook("x" * 5000),
    }
    data = bytearray(zipped(files))
    at = data.index("Abîmée".encode())
    data[at + 60 : at + 70] = b"\xff" * 10
    intake = read_class([export(tmp_path, bytes(data))])
    by_key = {h.students[0].key: s for h, s in zip(intake.class_list.handed, intake.submissions, strict=True)}
    assert by_key["1"].cells == ("good",)
    for key in ("2", "3"):
        assert "tp.ipynb est abîmé ou se gonfle" in (by_key[key].unreadable or "")


def test_limits_of_the_outer_zip_have_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too many files, too many bytes, and too large a zip are refused, each with what to do."""
    path = export(tmp_path, zipped({f"N_{n}_assignsubmission_file/tp.ipynb": notebook(n) for n in range(4)}))
    for limit, value, sentence in (
        ("MAX_EXPORT_FILES", 3, "more than 3 files"),
        ("MAX_EXPORT_READ_BYTES", 300, "once opened"),
        ("MAX_EXPORT_BYTES", 300, "is larger than"),
    ):
        with monkeypatch.context() as context:
            context.setattr(source, limit, value)
            with pytest.raises(InputError, match=sentence):
                read_class([path], platform="moodle")


def test_a_class_larger_than_a_student_may_hand_in(tmp_path: Path) -> None:
    """An outer zip with more members than one student's may have is read."""
    files = {f"N_{n}_assignsubmission_file/tp.ipynb": notebook(n) for n in range(600)}
    files |= {f"N_{n}_assignsubmission_file/d{k}.csv": b"1" for n in range(600) for k in range(3)}
    assert len(files) > 2_000
    assert len(read_class([export(tmp_path, zipped(files))]).submissions) == 600


def test_too_much_in_one_folder_is_that_student_s_sentence(tmp_path: Path) -> None:
    """A student's own limits hold inside an export as they do outside."""
    files = GOOD | {f"Bob_2_assignsubmission_file/d{k}.csv": b"1" for k in range(2_001)}
    intake = read_class([export(tmp_path, zipped(files))])
    assert [bool(s.unreadable) for s in intake.submissions] == [False, True]


def test_names_of_any_length_give_ids_that_keep_the_number(tmp_path: Path) -> None:
    """The number survives where the name is cut, so that two long names stay two submissions."""
    long = "É" * 90
    files = {f"{long}_{n}_assignsubmission_file/tp.ipynb": notebook(n) for n in (900110, 900111)}
    ids = [s.id for s in read_class([laid(tmp_path / "e", files)]).submissions]
    assert [name.rsplit("-", 1)[1] for name in ids] == ["900110", "900111"]
    assert all(len(name.encode()) <= 120 for name in ids)
