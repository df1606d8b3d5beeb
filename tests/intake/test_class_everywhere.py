"""One class, handed in on any platform: the same notebooks are graded, and nobody is without a row."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from notegrad.intake.defined_names import defined_names, is_blank
from notegrad.intake.exports.class_intake import ClassIntake, read_class
from notegrad.intake.wanted import Wanted, cell_digest
from tests.support.platform_class import PLATFORMS, Student, export_of, numbers_of, student_of
from tests.support.platform_exports import laid, notebook, zipped

NAMES = ("suite", "grille", "table")
STUBS = tuple(f"def {name}(x):\n    ..." for name in NAMES)
WANTED = Wanted(
    names=frozenset(NAMES),
    handout_cells=frozenset(map(cell_digest, ("import torch", *STUBS))),
    file_name="tp1.ipynb",
    others=(("TP2", frozenset({"copie", "ligne"})),),
)
OTHER = notebook("def copie(x):\n    return x.clone()", "def ligne(x, i):\n    return x[i]")
LITTER = (b"\x89PNG\r\n", b"%PDF-1.7", b"", b"<html>", b'{"cells": 3}', b"Rar!", b"du texte")


def work(answered: int, comment: str = "") -> bytes:
    """A notebook in which so many of the questions are answered."""
    own = (f"def {name}(x):\n    return 2 * x  # {comment}" for name in NAMES[:answered])
    return notebook("import torch", *own, *STUBS[answered:])


def answers(cells: tuple[str, ...]) -> int:
    """How many questions these cells answer, read as the tests of the assignment would find them."""
    found = defined_names(cells)
    return sum(any(not is_blank(cells[at], name) for at in found.get(name, [])) for name in NAMES)


ENDINGS = ("tp1.ipynb", "tp1.ipynb.txt", "rendu.json", "sans-extension", "Mon TP (final).IPYNB", "é.txt")
notebooks = st.one_of(st.builds(work, st.integers(0, 3), st.sampled_from(["", "brouillon"])), st.just(OTHER))
contents = notebooks | st.sampled_from(LITTER)
beside = st.tuples(st.sampled_from(["capture.png", "notes.pdf", "vieux.ipynb", "copie.txt"]), contents)


@st.composite
def handed_in(draw: st.DrawFn) -> tuple[tuple[str, bytes], ...]:
    """The files of one student: own names, two notebooks, screenshots, a zip around some, or nothing."""
    files = dict(draw(st.lists(st.tuples(st.sampled_from(ENDINGS), contents) | beside, max_size=3)))
    if files and draw(st.integers(0, 3)) == 0:
        return (("rendu.zip", zipped(files)),)
    return tuple(files.items())


students = st.lists(
    st.builds(
        Student,
        number=st.just(0),
        name=st.sampled_from(["Alice Durand", "Éloïse D'Arc", "Li", "Zoé Petit"]),
        files=handed_in(),
        is_late=st.booleans(),
    ),
    min_size=4,
    max_size=12,
).map(lambda found: [one._replace(number=101 + at) for at, one in enumerate(found)])


def read(platform: str, class_: list[Student], *, unpacked: bool = False) -> ClassIntake:
    """The class as it is read from a platform's export."""
    with tempfile.TemporaryDirectory() as place:
        files = export_of(platform, class_)
        path = Path(place, "export")
        if unpacked or platform == "folder":
            laid(path, files)
        else:
            path = path.with_suffix(".zip")
            path.write_bytes(zipped(files))
        return read_class([path], wanted=WANTED)


def notebooks_of(student: Student) -> dict[bytes, int]:
    """By each notebook that a student handed in, how many questions it answers."""
    files = []
    for name, data in student.files:
        if name == "rendu.zip":
            archive = zipfile.ZipFile(io.BytesIO(data))
            files += [archive.read(one) for one in archive.namelist()]
        else:
            files.append(data)
    readable = {data for data in files if data not in LITTER}
    return {
        data: next(count for count in range(4) if data in (work(count), work(count, "brouillon")))
        if data != OTHER
        else 0
        for data in readable
    }


@settings(deadline=None, max_examples=60)
@given(
    class_=students.filter(lambda found: sum(bool(one.files) for one in found) > 2), unpacked=st.booleans()
)
def test_a_class_is_the_same_on_every_platform(class_: list[Student], unpacked: bool) -> None:
    """Two notebooks, other endings, screenshots, zips, other assignments, late and absent students, namesakes."""
    for platform in PLATFORMS:
        intake = read(platform, class_, unpacked=unpacked)
        assert intake.class_list.platform == platform
        assert numbers_of(intake.class_list) == [one.number for one in class_ if one.files]
        rows = dict(zip(map(student_of, intake.class_list.handed), intake.submissions, strict=True))
        for student in (one for one in class_ if one.files):
            row, own = rows[student.number], notebooks_of(student)
            assert bool(row.cells) == bool(own), (platform, student)
            assert bool(row.unreadable) != bool(own)
            if own:
                assert answers(row.cells) == max(own.values())
                assert {notebook(*row.cells), *(notebook(*one.cells) for one in row.others)} <= set(own)
            if len(own) > 1:
                assert any("Plusieurs notebooks" in note for note in row.notes)
            if set(own) == {OTHER}:
                assert any("TP2" in note for note in row.notes)


MEMBERS = (
    "plain",
    "link",
    "locked",
    "bomb",
    "outside",
    "empty folder",
    "litter",
    "no name",
    "deep",
    "damaged",
)


@settings(deadline=None, max_examples=60)
@given(odd=st.lists(st.sampled_from(MEMBERS), min_size=1, max_size=4))
@pytest.mark.parametrize("platform", ["moodle", "brightspace", "gradescope"])
def test_each_student_of_an_export_has_a_row_whatever_the_zip_holds(platform: str, odd: list[str]) -> None:
    """A link, a locked or damaged member, a bomb, an empty folder: unreadable if it must be, never absent."""
    class_ = [Student(201 + at, "Alice", (("tp1.ipynb", work(3)),)) for at in range(len(odd) + 3)]
    intake = read_raw(export_of(platform, class_), odd)
    outside = [member for member in intake.left_out if member]
    assert len(outside) == odd.count("outside")
    assert len(intake.submissions) == len(class_) - len(outside)
    lost = [s for s in intake.submissions if not s.cells]
    assert len(lost) == sum(kind not in ("plain", "no name", "outside") for kind in odd)
    assert all(s.unreadable for s in lost)


def read_raw(files: dict[str, bytes], odd: list[str]) -> ClassIntake:
    """An export whose first members are odd in these ways."""
    buffer = io.BytesIO()
    locked = []
    names = [name for name in files if name.endswith(".ipynb")]
    kinds = {**dict.fromkeys(files, "plain"), **dict(zip(names, odd, strict=False))}
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            kind, folder = kinds[name], name.rpartition("/")[0]
            if kind == "link":
                link = zipfile.ZipInfo(name)
                link.external_attr = 0o120777 << 16
                archive.writestr(link, "/etc/passwd")
            elif kind == "bomb":
                archive.writestr(name, b" " * (9 << 20))
            elif kind == "empty folder":
                archive.writestr(f"{folder}/", b"")
            else:
                renamed = {
                    "outside": f"../{name}",
                    "litter": f"{folder}/.ipynb_checkpoints/tp1-checkpoint.ipynb",
                    "no name": f"{folder}/.ipynb",
                    "deep": f"{folder}/{'d/' * 30}tp1.ipynb",
                }.get(kind, name)
                archive.writestr(renamed, data)
                locked += [(renamed, kind)] if kind in ("locked", "damaged") else []
    data = bytearray(buffer.getvalue())
    for name, kind in locked:
        entry = data.rindex(name.encode()) - 46
        if kind == "locked":
            data[entry + 8] |= 1
        else:
            data[entry + 16 : entry + 20] = b"\xff\xff\xff\xfe"  # the checksum
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "export.zip")
        path.write_bytes(bytes(data))
        return read_class([path], wanted=WANTED)
