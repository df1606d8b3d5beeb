"""Lists of a school and back: what identifies students, what is replaced or kept, and how the file is written."""

from __future__ import annotations

import codecs
import shutil

import pytest

from notegrad.cli.classes import refresh_gradebook
from tests.support.evening import Evening
from tests.support.platform_exports import CANVAS_GRADEBOOK, answered, moodle_row, moodle_worksheet, zipped

METADATA = "---\n" + "".join(
    f"submission_{n}:\n  :submitters:\n  - :name: {name}\n    :sid: '{number}'\n    :email: {email}\n"
    for n, name, number, email in (
        (101, "Éloïse Darc", "2200101", "eloise@ecole.fr"),
        (102, "Benoît Martin", "2200102", "benoit@ecole.fr"),
        (103, "Zoé Roux", "2200103", "zoe@ecole.fr"),
    )
)
GRADES = {"101": 14.5, "102": 8, "103": 20}


@pytest.fixture
def graded(evening: Evening, tmp_path_factory: pytest.TempPathFactory) -> Evening:
    """Three students with numbers and addresses, and their grades: graded once, then copied."""
    files = {f"e/submission_{n}/tp.ipynb": answered(grade) for n, grade in GRADES.items()}
    evening.put("export.zip", zipped({"e/submission_metadata.yml": METADATA.encode(), **files}))
    once, out = tmp_path_factory.getbasetemp() / "graded-for-lists", evening.root / "out"
    if once.is_dir():
        shutil.copytree(once, out)
    else:
        evening.grade()
        shutil.copytree(out, once)
    return evening


def filled(evening: Evening, sheet: bytes, *options: object) -> tuple[bytes, str]:
    """The list filled in, and what was told of it."""
    evening.put("liste.csv", sheet)
    options = ("--column", "Note", *options)
    _, err = evening("gradebook", "out", "--template", "liste.csv", "--out", "retour.csv", *options)
    return (evening.root / "retour.csv").read_bytes(), err


LINES = ("2200101{by}Darc{by}", "2200103{by}Roux{by}", "2200102{by}Martin{by}")


@pytest.mark.parametrize(
    ("above", "by", "page", "end", "grades"),
    [
        ("sep=;\n", ";", "utf-8", "\n", ("14,50", "20,00", "8,00")),
        ("sep=,\r\n", ",", "utf-8-sig", "\r\n", ("14.50", "20.00", "8.00")),
        ('"sep=\t"\r\n', "\t", "cp1252", "\r\n", ("14,50", "20,00", "8,00")),
        ("sep=|\n", "|", "utf-8", "\n", ("14.50", "20.00", "8.00")),
        ("", "\t", "utf-16-le", "\r\n", ("14,50", "20,00", "8,00")),
        ("", ";", "mac_roman", "\r", ("14,50", "20,00", "8,00")),
        ("Université ; Année 2026, L2\n;\nÉpreuve;TP2;\n\n", ";", "cp1252", "\n", ("14,50", "20,00", "8,00")),
        ("Extraction Apogée\r\n", ";", "utf-8-sig", "\r\n", ("14,50", "20,00", "8,00")),
    ],
)
def test_bytes_outside_the_column_stay(
    graded: Evening, above: str, by: str, page: str, end: str, grades: tuple[str, ...]
) -> None:
    """Told separators, lines above the heads, code pages and line ends: the file is the one that a hand fills in."""
    before = above + end.join([f"N° étudiant{by}Prénom{by}Note", *(line.format(by=by) for line in LINES), ""])
    after = above + end.join(
        [
            f"N° étudiant{by}Prénom{by}Note",
            *(line.format(by=by) + grade for line, grade in zip(LINES, grades, strict=True)),
            "",
        ]
    )
    mark = codecs.BOM_UTF16_LE if page.startswith("utf-16") else b""
    data, err = filled(graded, mark + before.encode(page))
    assert (data, err) == (mark + after.encode(page), "")


@pytest.mark.parametrize(
    "heads",
    ["ne;nom;note", "NUMÉRO ÉTUDIANT;NOM;NOTE", "Nume\u0301ro e\u0301tudiant;Nom;Note", "cod_etu;nom;Note "],
)
def test_heads_with_and_without_accents(graded: Evening, heads: str) -> None:
    """Heads mean what they mean in any case and Unicode form, and stay as they are; quotes and spaces too."""
    sheet = f'{heads}\n"2200101"; Darc ;""\n 2200102;"Mar;tin";\n'
    options = ("--key", "ne") if heads.startswith("ne;") else ()
    data, err = filled(graded, sheet.encode(), *options)
    assert data.decode() == sheet.replace(';""', ';"14,50"').replace('tin";', 'tin";8,00')
    assert "introuvables dans liste.csv\xa0: 1 (Zoé Roux)" in err


def test_numbers_are_written_as_the_others_are(graded: Evening) -> None:
    """A column of points beside the empty one says how the file writes numbers, whatever separates its cells."""
    data, _ = filled(graded, b"SID;TP1;Note\n2200101;12.5;\n2200102;7.25;\n")
    assert data == b"SID;TP1;Note\n2200101;12.5;14.50\n2200102;7.25;8.00\n"
    data, _ = filled(graded, b'SID,TP1,Note\n2200101,"12,5",\n')
    assert data == b'SID,TP1,Note\n2200101,"12,5","14,50"\n'


def test_rows_that_end_early_are_continued(graded: Evening) -> None:
    """Excel leaves out the last empty cells of a row: the grade is written all the same."""
    data, _ = filled(graded, b"SID;Nom;TP1;Note;Fin\r\n2200101;Darc\r\n2200102;Martin;;;x\r\n")
    assert data == b"SID;Nom;TP1;Note;Fin\r\n2200101;Darc;;14,50\r\n2200102;Martin;;8,00;x\r\n"


def test_what_is_replaced_is_told_and_kept_on_demand(graded: Evening) -> None:
    """An absence or an old grade is told with what replaces it; with --keep it stays, told as well."""
    sheet = b"SID;Nom;Note\n2200101;Darc;ABI\n2200102;Martin;11\n2200103;Roux;20\n"
    data, err = filled(graded, sheet)
    assert data == sheet.replace(b"ABI", b"14,50").replace(b"11\n", b"8,00\n")
    assert "Remplacé\xa0: 2 (Darc\xa0: ABI → 14,50, Martin\xa0: 11 → 8,00)" in err
    data, err = filled(graded, sheet, "--keep")
    assert data == sheet
    assert "Gardé (--keep)\xa0: 2 (Darc\xa0: ABI, Martin\xa0: 11)" in err


def test_key_names_the_column(graded: Evening) -> None:
    """A head that nobody knows identifies when it is named; other columns then say nothing."""
    sheet = b"Badge;SID;Note\n2200102;2200101;\n2200101;9;\n"
    data, _ = filled(graded, sheet, "--key", "badge")
    assert data == b"Badge;SID;Note\n2200102;2200101;8,00\n2200101;9;14,50\n"
    data, _ = filled(graded, b"Contact;Note\nZOE@ecole.fr;\n", "--key", "Contact")
    assert data == b"Contact;Note\nZOE@ecole.fr;20,00\n"


def test_key_names_the_column_of_a_roster(graded: Evening) -> None:
    """`grade --roster --key` finds students by that column; without it the list is refused with a sentence."""
    graded.put("liste.csv", "Contact;Nom\nzoe@ecole.fr;Zoé R.\nneuf@ecole.fr;Nadia Neuf\n".encode())
    _, err = graded.grade("--roster", "liste.csv", status=2)
    assert "nommez-la avec --key" in err
    graded.grade("--roster", "liste.csv", "--key", "CONTACT")
    names = {row["student"]: row["status"] for row in graded.table()}
    assert (names["Zoé R."], names["Nadia Neuf"]) == ("graded", "missing")


@pytest.mark.parametrize(
    ("sheet", "options", "sentence"),
    [
        ("SID;Note\n2200101;\n", ("--key", "Badge"), "n’a pas de colonne 'Badge' (--key)"),
        ("Badge;x;Badge;Note\n1;;2;\n", ("--key", "badge"), "Badge (colonne 1), Badge (colonne 3)"),
        ("SID;Badge;Note\n2200101;;\n", ("--key", "Badge"), "'Badge' de liste.csv (--key) est vide"),
        ("SID;Note;Nom;note\n2200101;;;\n", (), "Note (colonne 2), note (colonne 4)"),
        ("SID;Nom;SID;Note\n2200101;A;2200102;\n", (), "SID (colonne 1), SID (colonne 3)"),
        ("SID;Note\n2200101;\n", ("--csv", "fr"), "--csv ne sert pas avec --template"),
    ],
)
def test_what_cannot_be_told_apart_is_refused(
    graded: Evening, sheet: str, options: tuple[str, ...], sentence: str
) -> None:
    """No such column, two of one title, an empty one: one sentence that says where, and no file."""
    graded.put("liste.csv", sheet.encode())
    _, err = graded(
        "gradebook",
        "out",
        "--template",
        "liste.csv",
        "--column",
        "Note",
        "--out",
        "retour.csv",
        *options,
        status=2,
    )
    assert sentence in err and len(err.strip().splitlines()) == 1
    assert not (graded.root / "retour.csv").exists()


def test_a_student_on_two_lines_is_filled_in_twice(graded: Evening) -> None:
    """Both lines have the grade and are told; in a roster the student has one row, and is not missing."""
    sheet = b"SID;Groupe;Email;Note\n2200101;A;;\n2200102;A;;\n2200101;B;eloise@ecole.fr;\n"
    data, err = filled(graded, sheet)
    assert (
        data == b"SID;Groupe;Email;Note\n2200101;A;;14,50\n2200102;A;;8,00\n2200101;B;eloise@ecole.fr;14,50\n"
    )
    assert "Sur plusieurs lignes de liste.csv, chacune remplie\xa0: Éloïse Darc." in err
    graded.grade("--roster", "liste.csv")
    assert [row["status"] for row in graded.table()] == ["graded"] * 3


def test_lines_that_contradict_each_other_are_told_to_be_double(graded: Evening) -> None:
    """One address on the lines of two people: the line that contradicts is refused; nobody is told to be absent."""
    sheet = b"SID;Email;Note\n2200101;eloise@ecole.fr;\n2200102;eloise@ecole.fr;\n2200103;;\n"
    data, err = filled(graded, sheet)
    assert data == sheet.replace(b"fr;", b"fr;14,50", 1)[:-1] + b"20,00\n"
    assert "se contredisent dans liste.csv\xa0: 2 (Benoît Martin, Éloïse Darc)" in err
    assert "ceux de personnes différentes\xa0: eloise@ecole.fr" in err and "introuvables" not in err


@pytest.mark.parametrize("form", ["fr", "en"])
def test_our_own_gradebook_is_read_in_both_forms(graded: Evening, form: str) -> None:
    """As a template and as a roster: the same students, and not a byte elsewhere changes."""
    graded.grade("--csv", form)
    own = (graded.root / "out/gradebook.csv").read_bytes()
    first = own.decode("utf-8-sig").splitlines()[1]
    assert ("graded;14,5;20" if form == "fr" else "graded,14.5,20") in first
    out, err = graded(
        "gradebook", "out", "--template", "out/gradebook.csv", "--column", "reason", "--out", "retour.csv"
    )
    assert "notes écrites\xa0: 3, cellules laissées vides\xa0: 0" in out and err == ""
    mark = "," if form == "fr" else "."
    lines = own.decode().splitlines(keepends=True)
    by = ";" if form == "fr" else ","
    at = lines[0].split(by).index("reason")
    hand = [line.split(by) for line in lines]
    for line, grade in zip(hand[1:], ("14.50", "8.00", "20.00"), strict=True):
        line[at] = f"{grade}".replace(".", mark)
    assert (graded.root / "retour.csv").read_text("utf-8") == "".join(by.join(line) for line in hand)
    (graded.root / "liste.csv").write_bytes(own)
    graded.grade("--csv", form, "--roster", "liste.csv")
    assert (graded.root / "out/gradebook.csv").read_bytes() == own


def test_the_form_that_was_asked_for_stays(evening: Evening) -> None:
    """Plain files too, also after a regrade; and `gradebook --csv` overrules what the grading was asked for."""
    evening.put("export.zip", zipped({"a.ipynb": answered(14.5)}))
    evening.grade("--from", "folder", "--csv", "en")
    own = evening.root / "out/gradebook.csv"
    before = own.read_bytes()
    assert b",graded,14.5,20," in before
    own.write_bytes(b"as a regrade leaves it")
    refresh_gradebook(evening.root / "out")
    assert own.read_bytes() == before
    evening("gradebook", "out", "--out", "en.csv")
    evening("gradebook", "out", "--out", "fr.csv", "--csv", "fr", "--scale", 10)
    assert b",graded,14.5,20," in (evening.root / "en.csv").read_bytes()
    assert b";graded;14,5;20;7,25;" in (evening.root / "fr.csv").read_bytes()


def test_keep_in_files_of_platforms(evening: Evening) -> None:
    """Moodle's and Canvas's grades that are there stay with --keep, to the byte."""
    evening.put("export.zip", zipped({"Zoé Roux_7_assignsubmission_file/tp.ipynb": answered(9)}))
    evening.grade()
    sheet = moodle_worksheet(moodle_row(7, "Zoé Roux", grade='"3,00"'))
    evening.put("feuille.csv", sheet)
    arguments = ("gradebook", "out", "--to", "moodle", "--template", "feuille.csv", "--out", "retour.csv")
    _, err = evening(*arguments, "--keep")
    assert (evening.root / "retour.csv").read_bytes() == sheet and "Zoé Roux\xa0: 3,00" in err
    _, err = evening(*arguments)
    assert (evening.root / "retour.csv").read_bytes() == sheet.replace(b"3,00", b"9,00")
    assert "Zoé Roux\xa0: 3,00 → 9,00" in err
    evening.put("export.zip", zipped({"martinbenoît_502_9002_tp.ipynb": answered(3)}))
    evening.put("canvas.csv", CANVAS_GRADEBOOK)
    evening("grade", "tp0", "export.zip", "--out", "canvas", "--from", "canvas")
    arguments = ("gradebook", "canvas", "--to", "canvas", "--template", "canvas.csv", "--out", "retour.csv")
    _, err = evening(*arguments, "--column", "TP1", "--keep")
    assert (evening.root / "retour.csv").read_bytes() == CANVAS_GRADEBOOK and "8.00" in err
