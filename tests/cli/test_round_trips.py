"""A teaching assistant's evening: an export in, grades out, compared with the platform's own file cell by cell.

Grading is a fake that reads the score in the notebook's last cell, in real worker processes; once it is real.
"""

from __future__ import annotations

import csv
import functools
import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from notegrad.authoring.build import build, write
from notegrad.batch import class_run as batch_run
from notegrad.cli.classes import refresh_gradebook
from notegrad.cli.main import run
from notegrad.course.config import load_config
from tests.support.course import cell
from tests.support.platform_exports import (
    CANVAS_GRADEBOOK,
    FAKE_GRADER,
    GRADESCOPE_METADATA,
    MOODLE_ENGLISH_HEADS,
    MOODLE_TEAM_HEADS,
    laid,
    moodle_row,
    moodle_worksheet,
    notebook,
    zipped,
)


class Evening:
    """A course whose grader is fake, and the commands of the evening."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self._capsys = root, capsys

    def __call__(self, *arguments: object, status: int = 0) -> tuple[str, str]:
        """Run one command in the course; gives stdout and stderr."""
        got = run([str(argument) for argument in arguments])
        out, err = self._capsys.readouterr()
        assert got == status, err
        return out, err

    def grade(self, *options: object, status: int = 0) -> tuple[str, str]:
        return self("grade", "tp0", "export.zip", "--out", "out", "--workers", 2, *options, status=status)

    def put(self, name: str, data: bytes) -> None:
        (self.root / name).write_bytes(data)

    def table(self, name: str = "out/gradebook.csv") -> list[dict[str, str]]:
        text = (self.root / name).read_text("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def evening(course, tmp_path, monkeypatch, capsys) -> Evening:
    """A built course, and the fake in place of the grader."""
    write(build(load_config(course.config), "tp0", check=False), course.root)
    laid(tmp_path / "fakes", {"fake_platform_grader.py": FAKE_GRADER.encode()})
    monkeypatch.syspath_prepend(tmp_path / "fakes")
    fake = functools.partial(batch_run.grade_all, factory="fake_platform_grader:make")
    monkeypatch.setattr(batch_run, "grade_all", fake)
    monkeypatch.chdir(course.root)
    return Evening(course.root, capsys)


def changed(before: bytes, after: bytes, separator: str = ",") -> dict[tuple[str, str], str]:
    """The cells that differ, by the row's first cell (with its place) and the column's head."""
    old, new = (
        list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=separator))
        for data in (before, after)
    )
    assert [len(row) for row in old] == [len(row) for row in new]
    return {
        (f"{row}:{cells[0]}", old[0][column]): text
        for row, cells in enumerate(new)
        for column, text in enumerate(cells)
        if text != old[row][column]
    }


MOODLE = {
    "Éloïse DArc_900110_assignsubmission_file/tp.ipynb": notebook(14.125),
    "Benoît Martin_900111_assignsubmission_file/tp.ipynb": notebook(9.99),
    "Benoît Martin_900112_assignsubmission_file/tp.ipynb": notebook(20),
    "محمد علي_900113_assignsubmission_file/tp.ipynb": notebook("panne"),
    "Zoé OHara_900114_assignsubmission_file/tp.ipynb": notebook(11),
    "Pdf Seul_900115_assignsubmission_file/r.pdf": b"%PDF",
}
MOODLE_ROWS = (
    moodle_row(900113, "محمد علي"),
    moodle_row(900110, "Éloïse D'Arc", status="Remis pour évaluation - En retard de 2 jours"),
    moodle_row(900112, "Benoît Martin", grade='"3,00"'),
    moodle_row(900111, "Benoît Martin"),
    moodle_row(900199, '=cmd|""/c calc""!A1'),
    moodle_row(900114, "Zoé O'Hara", lock="Non"),
    moodle_row(900115, "Pdf Seul"),
)


def test_moodle_there_and_back(evening: Evening) -> None:
    """Only grades change in the worksheet, in its own way of writing; locked, absent and ungraded rows stay."""
    evening.put("export.zip", zipped(MOODLE))
    sheet = moodle_worksheet(*MOODLE_ROWS)
    evening.put("feuille.csv", sheet)
    out, err = evening.grade("--roster", "feuille.csv", status=3)
    assert "export Moodle reconnu : 6 rendus" in err
    assert "n'ont rien rendu : 1" in err
    assert "export" not in out
    gradebook = (evening.root / "out/gradebook.csv").read_bytes()
    (evening.root / "out/gradebook.csv").unlink()
    refresh_gradebook(evening.root / "out")
    assert (evening.root / "out/gradebook.csv").read_bytes() == gradebook

    out, err = evening(
        "gradebook",
        "out",
        "--to",
        "moodle",
        "--template",
        "feuille.csv",
        "--out",
        "notes.csv",
        "--round",
        0.25,
    )
    after = (evening.root / "notes.csv").read_bytes()
    assert changed(sheet, after) == {
        ("2:Participant900110", "Note"): "14,25",
        ("3:Participant900112", "Note"): "20,00",
        ("4:Participant900111", "Note"): "10,00",
        ("7:Participant900115", "Note"): "0,00",
    }
    # On bytes: the file that a hand would have typed into.
    expected = sheet
    for key, grade in (("900110", '"14,25"'), ("900111", '"10,00"'), ("900115", '"0,00"')):
        at = expected.index(b',,"20,00"', expected.index(f"Participant{key}".encode())) + 1
        expected = expected[:at] + grade.encode() + expected[at:]
    assert after == expected.replace(b'"3,00"', b'"20,00"', 1)
    assert "Locked in Moodle, left alone: Zoé O'Hara." in err
    assert "Graded 0 because nothing could be read: Pdf Seul." in err
    assert "notes écrites : 4, cellules laissées vides : 3" in out

    rows = {row["key"]: row for row in evening.table()}
    assert [row["key"] for row in evening.table()][:2] == ["900113", "900110"]
    assert (rows["900113"]["status"], rows["900113"]["score"]) == ("not_graded", "")
    assert (rows["900199"]["status"], rows["900199"]["score"], rows["900199"]["id"]) == ("missing", "", "")
    assert rows["900199"]["student"].startswith("'=")
    assert (rows["900110"]["late"], rows["900111"]["late"]) == ("late", "")
    assert rows["900110"]["received_at"] == "lundi 2 mars 2026, 23:10"
    assert rows["900110"]["student"] == "Éloïse D'Arc"


def test_moodle_english_with_comments_and_again(evening: Evening) -> None:
    """English heads and decimal points; comments are escaped, and a second run changes nothing more."""
    evening.put("export.zip", zipped({k: v for k, v in MOODLE.items() if "900113" not in k}))
    rows = [row.replace("Oui", "Yes").replace("Participant", "Participant ") for row in MOODLE_ROWS]
    sheet = moodle_worksheet(
        *(row.replace("Non", "No").replace('"20,00"', "20.00").replace('"3,00"', "3.00") for row in rows),
        heads=MOODLE_ENGLISH_HEADS,
    )
    evening.put("sheet.csv", sheet)
    evening.grade()
    evening("gradebook", "out", "--to", "moodle", "--template", "sheet.csv", "--out", "1.csv", "--comments")
    first = (evening.root / "1.csv").read_bytes()
    differences = changed(sheet, first)
    assert differences["2:Participant 900110", "Grade"] == "14.13"
    assert differences["2:Participant 900110", "Feedback comments"] == "q1 : 14.13/20"
    assert "PDF" in differences["7:Participant 900115", "Feedback comments"]
    assert {column for _, column in differences} == {"Grade", "Feedback comments"}
    evening("gradebook", "out", "--to", "moodle", "--template", "1.csv", "--out", "2.csv", "--comments")
    assert (evening.root / "2.csv").read_bytes() == first


@pytest.mark.parametrize("listed", [True, False])
def test_moodle_groups_give_each_member_the_grade(evening: Evening, listed: bool) -> None:
    """Where groups hand in, the worksheet says who is in them, and a group's number is nobody's."""
    evening.put(
        "export.zip",
        zipped(
            {
                "Équipe 1_7_assignsubmission_file/tp.ipynb": notebook(12),
                "Équipe 2_8_assignsubmission_file/tp.ipynb": notebook(17),
            }
        ),
    )
    rows = [
        moodle_row(key, name).replace('évaluation",', f'évaluation",{team},')
        for key, name, team in ((7, "Alice", "Équipe 2"), (8, "Bob", "Équipe 1"), (9, "Chloé", "Équipe 1"))
    ]
    sheet = moodle_worksheet(*rows, heads=MOODLE_TEAM_HEADS)
    evening.put("feuille.csv", sheet)
    evening.grade(*(("--roster", "feuille.csv") if listed else ()))
    evening("gradebook", "out", "--to", "moodle", "--template", "feuille.csv", "--out", "notes.csv")
    assert changed(sheet, (evening.root / "notes.csv").read_bytes()) == {
        ("1:Participant7", "Note"): "17,00",
        ("2:Participant8", "Note"): "12,00",
        ("3:Participant9", "Note"): "12,00",
    }


def test_canvas_there_and_back(evening: Evening) -> None:
    """One column changes, scaled to its points possible; excused students and every other cell stay."""
    evening.put(
        "export.zip",
        zipped(
            {
                "darcéloïse_LATE_501_9001_tp.ipynb": notebook(14.125),
                "martinbenoît_502_9002_tp.ipynb": notebook(3),
                "martinbenoît_502_9007_tp-1.ipynb": notebook(15),
                "martinbenoît_503_9003_tp.ipynb": notebook(20),
                "عليمحمد_504_9004_tp.ipynb": notebook("panne"),
            }
        ),
    )
    evening.put("canvas.csv", CANVAS_GRADEBOOK)
    _, err = evening.grade("--roster", "canvas.csv", status=3)
    assert "export Canvas reconnu : 4 rendus" in err
    _, err = evening("gradebook", "out", "--to", "canvas", "--template", "canvas.csv", status=2)
    assert "--column is needed; there are: TP1 (11), TP2 mémoire (12)" in err
    _, err = evening(
        "gradebook", "out", "--to", "canvas", "--template", "canvas.csv", "--column", "tp1", "--out", "1.csv"
    )
    assert changed(CANVAS_GRADEBOOK, (evening.root / "1.csv").read_bytes()) == {
        ("3:D'Arc, Éloïse", "TP1 (11)"): "7.06",
        ("4:Martin, Benoît", "TP1 (11)"): "7.50",
        ("5:Martin, Benoît", "TP1 (11)"): "10.00",
    }
    _, err = evening(
        "gradebook", "out", "--to", "canvas", "--template", "canvas.csv", "--column", "12", "--out", "2.csv"
    )
    assert changed(CANVAS_GRADEBOOK, (evening.root / "2.csv").read_bytes()) == {
        ("3:D'Arc, Éloïse", "TP2 mémoire (12)"): "14.13",
        ("4:Martin, Benoît", "TP2 mémoire (12)"): "15.00",
    }
    assert "left alone: Martin, Benoît (EX)" in err
    rows = {row["key"]: row for row in evening.table()}
    assert (rows["501"]["late"], rows["502"]["attempt"], rows["505"]["status"]) == ("late", "2", "missing")
    _, err = evening(
        "gradebook",
        "out",
        "--to",
        "canvas",
        "--template",
        "canvas.csv",
        "--column",
        "12",
        "--scale",
        10,
        status=2,
    )
    assert "graded out of 20, and --scale says 10" in err


def test_gradescope_there_and_back(evening: Evening) -> None:
    """Each submitter of a group has the row, who has no folder has an empty one, and numbers keep zeros."""
    evening.put(
        "export.zip",
        zipped(
            {
                "assignment_1_export/submission_metadata.yml": GRADESCOPE_METADATA.encode(),
                "assignment_1_export/submission_101/tp.ipynb": notebook(14.125),
                "assignment_1_export/submission_102/tp.ipynb": notebook(8),
                "assignment_1_export/submission_103/tp.ipynb": notebook("panne"),
            }
        ),
    )
    evening.grade(status=3)
    assert [(row["number"], row["status"], row["score"]) for row in evening.table()] == [
        ("007", "graded", "14.125"),
        ("0042", "graded", "8"),
        ("43", "graded", "8"),
        ("44", "not_graded", ""),
        ("45", "missing", ""),
    ]
    out, _ = evening("gradebook", "out", "--to", "gradescope", "--scale", 100, "--out", "gradescope.csv")
    assert "étudiants : 5, dont 3 avec une note" in out
    rows = evening.table("gradescope.csv")
    assert [(row["SID"], row["Total Score"], row["Max Points"], row["Status"]) for row in rows] == [
        ("007", "70.63", "100", "Graded"),
        ("0042", "40", "100", "Graded"),
        ("43", "40", "100", "Graded"),
        ("44", "", "", "Ungraded"),
        ("45", "", "", "Missing"),
    ]
    assert rows[0]["1: q1 (20 pts)"] == "14.125"
    evening.put("liste.csv", "Nom;Prénom;N° étudiant\nD'Arc;Éloïse;007\nNeuf;Nadia;99\n".encode("cp1252"))
    _, err = evening.grade("--roster", "liste.csv", status=3)
    assert "3 students of the export not found in liste.csv" in err
    assert "n'ont rien rendu : 2 (Nadia Neuf, Absente Alix)" in err


BRIGHTSPACE_GRADES = (
    "OrgDefinedId,Last Name,First Name,TP2 Points Grade <Numeric MaxPoints:10>,End-of-Line Indicator\r\n"
    "#S1,D'Arc,Éloïse,,#\r\n#S2,Élie,Bob,4,#\r\n"
).encode()


def test_brightspace_there_and_back(evening: Evening) -> None:
    """Its own file of grades is filled in, out of what the head says; names find students, where they are one's."""
    evening.put(
        "export.zip",
        zipped({"501-88 - Éloïse D'Arc - Oct 5, 2026 1105 PM/tp.ipynb": notebook(9)}),
    )
    evening.put("grades.csv", BRIGHTSPACE_GRADES)
    evening.grade()
    evening("gradebook", "out", "--template", "grades.csv", "--column", "TP2", "--out", "back.csv")
    assert changed(BRIGHTSPACE_GRADES, (evening.root / "back.csv").read_bytes()) == {
        ("1:#S1", "TP2 Points Grade <Numeric MaxPoints:10>"): "4.50"
    }


def test_any_list_there_and_back(evening: Evening) -> None:
    """A school's own sheet, from Excel in its code page: its number finds students, its commas stay commas."""
    evening.put(
        "export.zip",
        zipped(
            {
                "export/submission_metadata.yml": GRADESCOPE_METADATA.encode(),
                "export/submission_102/tp.ipynb": notebook(8.5),
            }
        ),
    )
    sheet = "N° étudiant;Nom;Note TP2\n0042;Martin;\n43;Ali;\n42;Autre;\n".encode("cp1252")
    evening.put("apogee.csv", sheet)
    evening.grade()
    evening("gradebook", "out", "--template", "apogee.csv", "--column", "note tp2", "--out", "back.csv")
    assert (evening.root / "back.csv").read_bytes() == sheet.replace(b"Martin;", b"Martin;8,50").replace(
        b"Ali;", b"Ali;8,50"
    )


@pytest.mark.parametrize(
    ("attempts", "rows"),
    [
        ("latest", [("2", "9")]),
        ("best", [("1", "15.5")]),
        ("all", [("1", "15.5"), ("2", "9")]),
    ],
)
def test_attempts(evening: Evening, attempts: str, rows: list[tuple[str, str]]) -> None:
    """The newest is graded, or the best counts, or each has its row; absent students are there in any case."""
    evening.put(
        "export.zip",
        zipped(
            {
                "501-88 - Éloïse D'Arc - Oct 5, 2026 1105 PM/tp.ipynb": notebook(9),
                "501-88 - Éloïse D'Arc - Sep 30, 2026 905 AM/tp.ipynb": notebook(15.5),
            }
        ),
    )
    evening.put("liste.csv", "Name,OrgDefinedId\nÉloïse D'Arc,#S1\nBob Élie,#S2\n".encode())
    evening.grade("--attempt", attempts, "--roster", "liste.csv")
    table = evening.table()
    assert [(row["attempt"], row["score"]) for row in table[:-1]] == rows
    assert {row["student"] for row in table[:-1]} == {"Éloïse D'Arc"}
    assert (table[-1]["student"], table[-1]["number"], table[-1]["status"]) == ("Bob Élie", "S2", "missing")


def test_blackboard_there_and_back(evening: Evening) -> None:
    """User names are the logins of a roster, dates of attempts are kept, its gradebook is filled in."""
    evening.put(
        "export.zip",
        zipped({"TP2_edarc_attempt_2026-03-01-10-00-00_tp.ipynb": notebook(12)}),
    )
    evening.put("liste.csv", "Last Name,First Name,Username\nD'Arc,Éloïse,edarc\n".encode())
    evening.grade("--roster", "liste.csv")
    (row,) = evening.table()
    assert (row["student"], row["login"], row["score"], row["received_at"]) == (
        "Éloïse D'Arc",
        "edarc",
        "12",
        "2026-03-01 10:00:00",
    )
    grades = (
        '"Last Name","First Name","Username","TP2 [Total Pts: 40 Score] |77"\n"D\'Arc","Éloïse","edarc",""\n'
    )
    evening.put("bb.csv", grades.encode())
    evening("gradebook", "out", "--template", "bb.csv", "--column", "TP2", "--out", "back.csv")
    assert (evening.root / "back.csv").read_text("utf-8") == grades.replace('""', '"24.00"')


def test_plain_files_named_by_number(evening: Evening) -> None:
    """Files called as the roster's numbers or addresses get its names; without a roster nothing changes."""
    laid(evening.root / "rendus", {"007.ipynb": notebook(12), "bob@ecole.fr.ipynb": notebook(13)})
    _, err = evening("grade", "tp0", "rendus", "--out", "plain")
    assert err == ""
    assert list(evening.table("plain/gradebook.csv")[0])[-1] == "reason"
    evening.put(
        "liste.csv", b"Name,SID,Email\nAlice,007,a@ecole.fr\nBob,008,bob@ecole.fr\nChlo,009,c@ecole.fr\n"
    )
    evening("grade", "tp0", "rendus", "--out", "out", "--roster", "liste.csv")
    assert [(row["student"], row["score"]) for row in evening.table()] == [
        ("Alice", "12"),
        ("Bob", "13"),
        ("Chlo", ""),
    ]


def test_feedback_goes_back_under_the_names_of_the_export(evening: Evening) -> None:
    """Each page lies where Moodle looks for that participant's, and the same pages make the same zip."""
    evening.put("export.zip", zipped({k: v for k, v in MOODLE.items() if "900113" not in k}))
    evening.grade()
    for place in (evening.root / "out/results").iterdir():
        (place / "feedback.html").write_text(place.name, "utf-8")
    for name in ("1.zip", "2.zip"):
        evening("gradebook", "out", "--feedback", name)
    assert (evening.root / "1.zip").read_bytes() == (evening.root / "2.zip").read_bytes()
    with zipfile.ZipFile(evening.root / "1.zip") as archive:
        pages = {name: archive.read(name).decode() for name in archive.namelist()}
    assert pages["Éloïse DArc_900110_assignsubmission_file/retour.html"] == "Éloïse-DArc-900110"
    assert len(pages) == 5
    _, err = evening("gradebook", "out", "--to", "moodle", status=2)
    assert "give its grading worksheet" in err


def test_an_old_result_is_nobody_s_grade(evening: Evening, monkeypatch) -> None:
    """A run over a changed notebook that was cut off leaves its cell empty, not with the earlier score."""

    def graded() -> str:
        return evening("gradebook", "out", "--out", "x.csv")[0].splitlines()[0]

    evening.put("export.zip", zipped(MOODLE))
    evening.grade(status=3)
    assert graded() == "étudiants : 6, dont 5 avec une note"
    evening.put("export.zip", zipped(MOODLE | {next(iter(MOODLE)): notebook(1)}))
    with monkeypatch.context() as cut_off:
        cut_off.setattr(batch_run, "grade_all", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        evening.grade(status=130)
    assert graded() == "étudiants : 6, dont 4 avec une note"
    evening.grade(status=3)
    assert graded() == "étudiants : 6, dont 5 avec une note"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nowhere",), "give the folder that `notegrad grade` wrote"),
        (("out", "--to", "moodle", "--template", "liste.csv"), "Nobody in liste.csv"),
        (("out", "--to", "moodle", "--template", "rien.csv"), "no column that identifies students"),
        (("out", "--to", "canvas", "--template", "feuille.csv"), "is no gradebook of Canvas"),
        (("out", "--to", "moodle", "--template", "feuille.csv", "--out", "feuille.csv"), "your only copy"),
        (("out", "--to", "moodle", "--template", "feuille.csv", "--scale", "100"), "graded out of 20"),
        (("out", "--to", "gradescope", "--template", "feuille.csv"), "leave --template out"),
        (("out", "--template", "feuille.csv"), "--template and --column go together"),
        (("out", "--template", "feuille.csv", "--column", "TP9"), "no column called 'TP9'"),
        (("out", "--comments"), "--comments is for --to moodle"),
        (("out", "--round", "0"), "--round is '0'"),
        (("out", "--to", "moodle", "--template", "absent.csv"), "absent.csv cannot be read"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    evening: Evening, arguments: tuple[str, ...], sentence: str
) -> None:
    """Each wrong file or option says what is wrong and what to do, and writes nothing."""
    evening.put("export.zip", zipped({"A_900110_assignsubmission_file/tp.ipynb": notebook(1)}))
    evening.grade()
    evening.put("liste.csv", b"Name,Email\nAlice,a@ecole.fr\n")
    evening.put("rien.csv", b"a,b\n1,2\n")
    evening.put("feuille.csv", moodle_worksheet(*MOODLE_ROWS))
    before = sorted(evening.root.rglob("*"))
    _, err = evening("gradebook", *arguments, status=2)
    assert sentence in err
    assert len(err.strip().splitlines()) == 1
    assert sorted(evening.root.rglob("*")) == before


@pytest.mark.slow
def test_a_real_run(course, monkeypatch, capsys) -> None:
    """With the real grader: a Moodle export of the small course, and its worksheet filled in."""
    write(build(load_config(course.config), "tp0", check=False), course.root)
    monkeypatch.chdir(course.root)
    evening = Evening(course.root, capsys)
    right = json.dumps(
        {"cells": [cell("code", "def double(x): return x + x"), cell("code", "def triple(x): return 3 * x")]}
    ).encode()
    half = json.dumps({"cells": [cell("code", "def double(x): return x + x")]}).encode()
    evening.put(
        "export.zip",
        zipped(
            {
                "Éloïse DArc_900110_assignsubmission_file/tp.ipynb": right,
                "Benoît Martin_900111_assignsubmission_file/tp.ipynb": half,
            }
        ),
    )
    sheet = moodle_worksheet(*MOODLE_ROWS)
    evening.put("feuille.csv", sheet)
    unsafe = ("--unsafe",) if os.geteuid() else ()
    evening.grade("--roster", "feuille.csv", *unsafe)
    evening("gradebook", "out", "--to", "moodle", "--template", "feuille.csv", "--out", "notes.csv")
    assert changed(sheet, (course.root / "notes.csv").read_bytes()) == {
        ("2:Participant900110", "Note"): "20,00",
        ("4:Participant900111", "Note"): "13,33",
    }
