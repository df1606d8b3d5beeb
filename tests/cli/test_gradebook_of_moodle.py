"""From Moodle and back to Moodle: an export in, grades out, compared with its own worksheet cell by cell."""

from __future__ import annotations

import json
import os
import zipfile

import pytest

from notegrad.authoring.build import build, write
from notegrad.cli.classes import refresh_gradebook
from notegrad.course.config import load_config
from tests.support.course import cell
from tests.support.evening import MOODLE, MOODLE_ROWS, Evening, changed
from tests.support.platform_exports import (
    MOODLE_ENGLISH_HEADS,
    MOODLE_TEAM_HEADS,
    answered,
    moodle_row,
    moodle_worksheet,
    zipped,
)


def test_moodle_there_and_back(evening: Evening) -> None:
    """Only grades change in the worksheet, in its own way of writing; locked, absent and ungraded rows stay."""
    evening.put("export.zip", zipped(MOODLE))
    sheet = moodle_worksheet(*MOODLE_ROWS)
    evening.put("feuille.csv", sheet)
    out, err = evening.grade("--roster", "feuille.csv", status=3)
    assert "export Moodle reconnu\xa0: 6 rendus" in err
    assert "n’ont rien rendu\xa0: 1" in err
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
    assert "Verrouillés dans Moodle, laissés tels quels\xa0: Zoé O'Hara." in err
    assert "0, parce que rien n’a pu être lu\xa0: Pdf Seul." in err
    assert "notes écrites\xa0: 4, cellules laissées vides\xa0: 3" in out

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
                "Équipe 1_7_assignsubmission_file/tp.ipynb": answered(12),
                "Équipe 2_8_assignsubmission_file/tp.ipynb": answered(17),
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
    assert "donnez sa feuille d’évaluation" in err


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
