"""Finding submissions at paths, and naming them."""

from __future__ import annotations

import io
import json
import os
import time
import unicodedata
import zipfile
from pathlib import Path

import pytest

from notegrad.errors import InputError
from notegrad.intake.submissions import read_submissions, set_aside


def notebook(*sources: str) -> bytes:
    return json.dumps({"cells": [{"cell_type": "code", "source": source} for source in sources]}).encode()


def zipped(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


def lay(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def test_each_file_and_subfolder_of_a_folder_is_a_submission(tmp_path: Path) -> None:
    """Whatever it is called and holds; litter is none, nor what a class keeps beside it, which is named."""
    lay(
        tmp_path,
        {
            "b.ipynb": notebook("b"),
            "a.zip": zipped("rendu.ipynb", notebook("a")),
            "c/deep/tp.ipynb": notebook("c"),
            "c/deep/data.csv": b"1",
            "d/rendu.zip": zipped("rendu.ipynb", notebook("d")),
            "expected.yml": b"no",
            "figures/plot.png": b"no",
            ".ipynb_checkpoints/b-checkpoint.ipynb": notebook("no"),
            "._b.ipynb": notebook("no"),
            ".~b.ipynb": notebook("no"),
            ".ipynb": notebook("nameless"),
            "__MACOSX/b.ipynb": notebook("no"),
        },
    )
    found = read_submissions([tmp_path])
    assert [(s.id, s.student, s.cells) for s in found] == [
        ("ipynb", ".ipynb", ("nameless",)),
        ("a", "a", ("a",)),
        ("b", "b", ("b",)),
        ("c", "c", ("c",)),
        ("d", "d", ("d",)),
        ("figures", "figures", ()),
    ]
    assert found[5].unreadable is not None
    assert set_aside([tmp_path]) == ("expected.yml",)
    assert found[3].files == (("data.csv", b"1"),)


def test_in_a_subfolder_the_newest_notebook_comes_first(tmp_path: Path) -> None:
    """Several notebooks of one student give one submission, which says that a choice was made."""
    lay(tmp_path, {"eva/a.ipynb": notebook("old"), "eva/b.ipynb": notebook("new")})
    os.utime(tmp_path / "eva/a.ipynb", (time.time() - 1000,) * 2)
    (submission,) = read_submissions([tmp_path])
    assert submission.cells == ("new",)
    assert [other.cells for other in submission.others] == [("old",)]
    assert "a.ipynb" in " ".join(submission.notes)


def test_files_are_told_apart_by_content(tmp_path: Path) -> None:
    """A zip that was renamed .ipynb and a notebook that was renamed .zip are read for what they are."""
    lay(tmp_path, {"a.ipynb": zipped("x.ipynb", notebook("a")), "b.zip": notebook("b")})
    assert [s.cells for s in read_submissions([tmp_path])] == [("a",), ("b",)]


def test_what_cannot_be_read_is_still_one_submission(tmp_path: Path) -> None:
    """A student whose file is no notebook is in the list, with the reason."""
    lay(tmp_path, {"a.ipynb": b"", "b.zip": b"PK\x03\x04", "c/tp.ipynb": b"<html>"})
    assert [s.unreadable is not None for s in read_submissions([tmp_path])] == [True, True, True]


def test_ids_keep_accents_and_fit_any_file_system(tmp_path: Path) -> None:
    """Spaces, colons and slashes go, accents stay and are composed, names are short and never empty."""
    names = {
        "TP2 Mémoire (Éloïse).ipynb": "TP2-Mémoire-Éloïse",
        unicodedata.normalize("NFD", "zoé.ipynb"): "zoé",
        "tp2: final?.ipynb": "tp2-final",
        "-rf.ipynb": "rf",
        "COM1.ipynb": "_COM1",
        "???.ipynb": "submission",
        "李明.ipynb": "李明",
        "x.ipynb.zip": "x",
        "\N{SNAKE}" * 40 + "n" * 80 + ".ipynb": "n" * 80,
    }
    for index, name in enumerate(names):
        lay(tmp_path, {f"{index}/{name}": notebook("x")})
        (submission,) = read_submissions([tmp_path / str(index) / name])
        assert submission.id == names[name]
    long = lay(tmp_path, {"李" * 80 + ".ipynb": notebook("x")}) / ("李" * 80 + ".ipynb")
    assert len(read_submissions([long])[0].id.encode()) <= 120


def test_ids_are_unique_where_a_file_system_could_confuse_them(tmp_path: Path) -> None:
    """The same name from two folders, or in another case, gets a number; the order of paths decides."""
    lay(
        tmp_path,
        {"g1/tp2.ipynb": notebook("1"), "g2/TP2.ipynb": notebook("2"), "g3/tp2-2.ipynb": notebook("3")},
    )
    found = read_submissions([tmp_path / "g1", tmp_path / "g2", tmp_path / "g3"])
    assert [s.id for s in found] == ["tp2", "TP2-2", "tp2-2-2"]


def test_a_path_given_twice_is_one_submission(tmp_path: Path) -> None:
    """A file named beside its folder is not graded twice."""
    lay(tmp_path, {"a.ipynb": notebook("a"), "b.ipynb": notebook("b")})
    assert [s.id for s in read_submissions([tmp_path / "b.ipynb", tmp_path])] == ["b", "a"]


def test_a_name_that_is_no_utf8_is_read(tmp_path: Path) -> None:
    """A file name in an old code page does not break the run, and nothing unencodable leaves intake."""
    raw = os.path.join(os.fsencode(tmp_path), b"ren\xe9.ipynb")
    with open(raw, "wb") as stream:
        stream.write(notebook("x"))
    (submission,) = read_submissions([tmp_path])
    assert submission.id == "ren"
    (submission.id + submission.student + submission.source).encode()


def test_links_inside_a_subfolder_are_not_followed(tmp_path: Path) -> None:
    """A link in what a student handed in brings no file of the grader's machine along."""
    lay(tmp_path, {"secret.txt": b"secret", "hand/eva/tp.ipynb": notebook("x")})
    (tmp_path / "hand/eva/data.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "hand/eva/boucle").symlink_to(tmp_path / "hand")
    (submission,) = read_submissions([tmp_path / "hand"])
    assert submission.files == ()


def test_a_wrong_path_is_the_callers_fault(tmp_path: Path) -> None:
    """A missing path, a device, and a folder with nothing in it are one clear sentence each."""
    with pytest.raises(InputError, match="does not exist"):
        read_submissions([tmp_path / "nowhere"])
    with pytest.raises(InputError, match="neither a file nor a folder"):
        read_submissions([Path("/dev/null")])
    with pytest.raises(InputError, match="No submission"):
        read_submissions([tmp_path])
    with pytest.raises(InputError, match="No submission"):
        read_submissions([])


def test_a_pipe_among_submissions_is_a_row(tmp_path: Path) -> None:
    """What is neither file nor folder is not opened, which would wait for ever, and is told."""
    lay(tmp_path, {"a.ipynb": notebook("a"), "b/tp.ipynb": notebook("b")})
    os.mkfifo(tmp_path / "c.ipynb")
    os.mkfifo(tmp_path / "b" / "d.ipynb")
    found = read_submissions([tmp_path])
    assert [s.cells for s in found] == [("a",), ("b",), ()]
    assert "ni un fichier" in (found[2].unreadable or "")


def test_a_file_that_has_only_an_ending_is_read(tmp_path: Path) -> None:
    """Saved without a name, `.ipynb` is no hidden file but somebody's work, also in a zip."""
    lay(
        tmp_path,
        {"a/.ipynb": notebook("a"), "b.zip": zipped("rendu/.ipynb", notebook("b")), ".ipynb": notebook("c")},
    )
    assert sorted(s.cells for s in read_submissions([tmp_path])) == [("a",), ("b",), ("c",)]


def test_a_link_beside_a_notebook_is_told(tmp_path: Path) -> None:
    """It is not followed, and what it may have been is named; alone it is the reason why nothing is read."""
    lay(tmp_path, {"secret.ipynb": notebook("secret"), "hand/eva/tp.ipynb": notebook("x"), "hand/leo/x": b""})
    (tmp_path / "hand/leo/x").unlink()
    for name in ("eva", "leo"):
        (tmp_path / "hand" / name / "fini.ipynb").symlink_to(tmp_path / "secret.ipynb")
    eva, leo = read_submissions([tmp_path / "hand"])
    assert (eva.cells, "fini.ipynb" in " ".join(eva.notes)) == (("x",), True)
    assert "lien symbolique" in (leo.unreadable or "")
