"""The gradebook: rows of students and scores, and one sentence from `notegrad gradebook` where none can be written."""

from __future__ import annotations

import pytest

from notegrad.batch import class_run
from tests.support.evening import MOODLE, MOODLE_ROWS, Evening
from tests.support.platform_exports import answered, laid, moodle_worksheet, notebook, zipped


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
                "501-88 - Éloïse D'Arc - Oct 5, 2026 1105 PM/tp.ipynb": answered(9),
                "501-88 - Éloïse D'Arc - Sep 30, 2026 905 AM/tp.ipynb": answered(15.5),
            }
        ),
    )
    evening.put("liste.csv", "Name,OrgDefinedId\nÉloïse D'Arc,#S1\nBob Élie,#S2\n".encode())
    evening.grade("--attempt", attempts, "--roster", "liste.csv")
    table = evening.table()
    assert [(row["attempt"], row["score"]) for row in table[:-1]] == rows
    assert {row["student"] for row in table[:-1]} == {"Éloïse D'Arc"}
    assert (table[-1]["student"], table[-1]["number"], table[-1]["status"]) == ("Bob Élie", "S2", "missing")


def test_plain_files_named_by_number(evening: Evening) -> None:
    """Files called as the roster's numbers or addresses get its names; without a roster nothing changes."""
    laid(evening.root / "rendus", {"007.ipynb": answered(12), "bob@ecole.fr.ipynb": answered(13)})
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


def test_an_old_result_is_nobody_s_grade(evening: Evening, monkeypatch) -> None:
    """A run over a changed notebook that was cut off leaves its cell empty, not with the earlier score."""

    def graded() -> str:
        return evening("gradebook", "out", "--out", "x.csv")[0].splitlines()[0]

    evening.put("export.zip", zipped(MOODLE))
    evening.grade(status=3)
    assert graded() == "étudiants\xa0: 6, dont 5 avec une note"
    evening.put("export.zip", zipped(MOODLE | {next(iter(MOODLE)): answered(1)}))
    with monkeypatch.context() as cut_off:
        cut_off.setattr(class_run, "grade_all", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        evening.grade(status=130)
    assert graded() == "étudiants\xa0: 6, dont 4 avec une note"
    evening.grade(status=3)
    assert graded() == "étudiants\xa0: 6, dont 5 avec une note"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nowhere",), "give the folder that `notegrad grade` wrote"),
        (("out", "--to", "moodle", "--template", "liste.csv"), "Personne de liste.csv"),
        (("out", "--to", "moodle", "--template", "rien.csv"), "pas de colonne qui identifie les étudiants"),
        (("out", "--to", "canvas", "--template", "feuille.csv"), "n’est pas un carnet de notes de Canvas"),
        (
            ("out", "--to", "moodle", "--template", "feuille.csv", "--out", "feuille.csv"),
            "votre seul exemplaire",
        ),
        (("out", "--to", "moodle", "--template", "feuille.csv", "--scale", "100"), "note sur 20"),
        (("out", "--to", "gradescope", "--template", "feuille.csv"), "enlevez --template"),
        (("out", "--template", "feuille.csv"), "--template et --column vont ensemble"),
        (("out", "--template", "feuille.csv", "--column", "TP9"), "n’a pas de colonne 'TP9'"),
        (("out", "--to", "moodle", "--template", "deux.csv"), "Note (colonne 2), note (colonne 3)"),
        (
            ("out", "--to", "moodle", "--template", "feuille.csv", "--key", "x"),
            "--key ne sert pas avec --to moodle",
        ),
        (("out", "--keep"), "--keep ne sert qu’avec --template"),
        (("out", "--comments"), "--comments ne sert pas avec --to csv"),
        (("out", "--round", "0"), "--round est '0'"),
        (("out", "--to", "moodle", "--template", "absent.csv"), "absent.csv ne peut pas être lu"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    evening: Evening, arguments: tuple[str, ...], sentence: str
) -> None:
    """Each wrong file or option says what is wrong and what to do, and writes nothing."""
    evening.put("export.zip", zipped({"A_900110_assignsubmission_file/tp.ipynb": answered(1)}))
    evening.grade()
    evening.put("liste.csv", b"Name,Email\nAlice,a@ecole.fr\n")
    evening.put("rien.csv", b"a,b\n1,2\n")
    evening.put("deux.csv", b"Identifiant,Note,note\nParticipant 900110,,\n")
    evening.put("feuille.csv", moodle_worksheet(*MOODLE_ROWS))
    before = sorted(evening.root.rglob("*"))
    _, err = evening("gradebook", *arguments, status=2)
    assert sentence in err
    assert len(err.strip().splitlines()) == 1
    assert sorted(evening.root.rglob("*")) == before


def test_the_wrong_class_is_not_graded(evening: Evening) -> None:
    """Most of the class defines nothing of what is asked: nothing is written, unless told to go on."""
    evening.put(
        "export.zip",
        zipped(
            {
                "Alice Durand_1_assignsubmission_file/tp.ipynb": notebook("x = 1", 10),
                "Bruno Petit_2_assignsubmission_file/tp.ipynb": notebook("y = 1", 11),
                "Chloé Roy_3_assignsubmission_file/tp.ipynb": answered(12),
            }
        ),
    )
    _, err = evening.grade(status=2)
    assert "2 copies sur 3" in err and "double" in err and "--anyway" in err
    assert not (evening.root / "out").exists()
    evening.grade("--anyway")
    assert len(evening.table()) == 3
