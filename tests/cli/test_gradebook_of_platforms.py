"""From other platforms and back: an export in, grades out, compared with the platform's own file cell by cell."""

from __future__ import annotations

from tests.support.evening import Evening, changed
from tests.support.platform_exports import CANVAS_GRADEBOOK, GRADESCOPE_METADATA, answered, zipped


def test_canvas_there_and_back(evening: Evening) -> None:
    """One column changes, scaled to its points possible; excused students and every other cell stay."""
    evening.put(
        "export.zip",
        zipped(
            {
                "darcéloïse_LATE_501_9001_tp.ipynb": answered(14.125),
                "martinbenoît_502_9002_tp.ipynb": answered(3),
                "martinbenoît_502_9007_tp-1.ipynb": answered(15),
                "martinbenoît_503_9003_tp.ipynb": answered(20),
                "عليمحمد_504_9004_tp.ipynb": answered("panne"),
            }
        ),
    )
    evening.put("canvas.csv", CANVAS_GRADEBOOK)
    _, err = evening.grade("--roster", "canvas.csv", status=3)
    assert "export Canvas reconnu\xa0: 4 rendus" in err
    _, err = evening("gradebook", "out", "--to", "canvas", "--template", "canvas.csv", status=2)
    assert "--column est nécessaire\u202f; ses devoirs\xa0: TP1 (11), TP2 mémoire (12)" in err
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
    assert "laissés tels quels\xa0: Martin, Benoît (EX)" in err
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
    assert "note sur 20, et --scale dit 10" in err


def test_gradescope_there_and_back(evening: Evening) -> None:
    """Each submitter of a group has the row, who has no folder has an empty one, and numbers keep zeros."""
    evening.put(
        "export.zip",
        zipped(
            {
                "assignment_1_export/submission_metadata.yml": GRADESCOPE_METADATA.encode(),
                "assignment_1_export/submission_101/tp.ipynb": answered(14.125),
                "assignment_1_export/submission_102/tp.ipynb": answered(8),
                "assignment_1_export/submission_103/tp.ipynb": answered("panne"),
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
    assert "étudiants\xa0: 5, dont 3 avec une note" in out
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
    assert "introuvables dans liste.csv\xa0: 3" in err
    assert "n’ont rien rendu\xa0: 2 (Nadia Neuf, Absente Alix)" in err


BRIGHTSPACE_GRADES = (
    "OrgDefinedId,Last Name,First Name,TP2 Points Grade <Numeric MaxPoints:10>,End-of-Line Indicator\r\n"
    "#S1,D'Arc,Éloïse,,#\r\n#S2,Élie,Bob,4,#\r\n"
).encode()


def test_brightspace_there_and_back(evening: Evening) -> None:
    """Its own file of grades is filled in, out of what the head says; names find students, where they are one's."""
    evening.put(
        "export.zip",
        zipped({"501-88 - Éloïse D'Arc - Oct 5, 2026 1105 PM/tp.ipynb": answered(9)}),
    )
    evening.put("grades.csv", BRIGHTSPACE_GRADES)
    evening.grade()
    evening("gradebook", "out", "--template", "grades.csv", "--column", "TP2", "--out", "back.csv")
    assert changed(BRIGHTSPACE_GRADES, (evening.root / "back.csv").read_bytes()) == {
        ("1:#S1", "TP2 Points Grade <Numeric MaxPoints:10>"): "4.50"
    }


def test_blackboard_there_and_back(evening: Evening) -> None:
    """User names are the logins of a roster, dates of attempts are kept, its gradebook is filled in."""
    evening.put(
        "export.zip",
        zipped({"TP2_edarc_attempt_2026-03-01-10-00-00_tp.ipynb": answered(12)}),
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


def test_any_list_there_and_back(evening: Evening) -> None:
    """A school's own sheet, from Excel in its code page: its number finds students, its commas stay commas."""
    evening.put(
        "export.zip",
        zipped(
            {
                "export/submission_metadata.yml": GRADESCOPE_METADATA.encode(),
                "export/submission_102/tp.ipynb": answered(8.5),
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
