"""Exports of platforms: recognised by themselves, and who handed in what."""

from __future__ import annotations

from pathlib import Path

import pytest

from notegrad.errors import InputError
from notegrad.intake.exports.brightspace import when_of
from notegrad.intake.exports.class_intake import ClassIntake, read_class
from tests.support.platform_exports import (
    GRADESCOPE_METADATA,
    MOODLE_TEAM_HEADS,
    laid,
    moodle_row,
    moodle_worksheet,
    notebook,
    zipped,
)


def taken(tmp_path: Path, files: dict[str, bytes], **options: object) -> ClassIntake:
    """The class that these files make as a zip, which must be the one that they make as a folder."""
    tmp_path.mkdir(exist_ok=True)
    archive = tmp_path / "export.zip"
    archive.write_bytes(zipped(files))
    from_zip = read_class([archive], **options)
    from_folder = read_class([laid(tmp_path / "export", files)], **options)
    assert whose(from_zip) == whose(from_folder)
    return from_zip


def whose(intake: ClassIntake) -> list[tuple]:
    cells = {s.id: s.cells for s in intake.submissions}
    return sorted(
        ([(s.name, s.key or s.number or s.login) for s in h.students], h.attempt, h.late, cells[h.submission])
        for h in intake.class_list.handed
    )


MOODLE = {
    "Éloïse DArc_900110_assignsubmission_file/tp 2.ipynb": notebook("a"),
    "Éloïse DArc_900110_assignsubmission_file/data/x.csv": b"1",
    "Éloïse DArc_900110_assignsubmission_onlinetext/onlinetext.html": b"<p>merci</p>",
    "Benoît Martin_900111_assignsubmission_file/tp2.ipynb": notebook("b"),
    "Benoît Martin_900112_assignsubmission_file/rendu.zip": zipped({"tp2.ipynb": notebook("c")}),
    "محمد علي_900113_assignsubmission_file/tp2.ipynb": notebook("d"),
}


@pytest.mark.parametrize(
    "rename",
    [
        lambda name: name,
        lambda name: name.replace("_file/", "_file_/"),
        lambda name: name.replace("data/", "").replace("_file/", "_file_").replace("text/", "text_"),
        lambda name: f"TP2-export/{name}",
    ],
    ids=["folders", "folders before 4.1", "flat", "inside a folder"],
)
def test_moodle_by_participant(tmp_path: Path, rename) -> None:
    """In each of Moodle's shapes the number is the student; two of one name stay two, data files come along."""
    intake = taken(tmp_path, {rename(name): data for name, data in MOODLE.items()})
    assert intake.class_list.platform == "moodle"
    assert whose(intake) == [
        ([("Benoît Martin", "900111")], 1, False, ("b",)),
        ([("Benoît Martin", "900112")], 1, False, ("c",)),
        ([("Éloïse DArc", "900110")], 1, False, ("a",)),
        ([("محمد علي", "900113")], 1, False, ("d",)),
    ]
    assert {s.id for s in intake.submissions} >= {"Benoît-Martin-900111", "Éloïse-DArc-900110"}
    assert next(s.files for s in intake.submissions if s.cells == ("a",))[0][1] == b"1"
    assert "Des étudiants ont le même nom" in " ".join(intake.warnings)


def test_moodle_blind_and_groups(tmp_path: Path) -> None:
    """Blind marking has numbers only; a group's number is no participant's, the worksheet says who is in it."""
    blind = taken(
        tmp_path / "blind",
        {f"Participant_{key}_assignsubmission_file/tp.ipynb": notebook(key) for key in (900110, 900111)},
    )
    assert [who for who, *_ in whose(blind)] == [[("Participant", "900110")], [("Participant", "900111")]]
    assert blind.warnings == ()

    sheet = tmp_path / "feuille.csv"
    rows = [
        moodle_row(key, name).replace('évaluation",', f'évaluation",{team},')
        for key, name, team in (
            (7, "Alice Durand", "Équipe_1"),
            (8, "Bob Élie", "Équipe_1"),
            (9, "Chloé", "Équipe 2"),
        )
    ]
    sheet.write_bytes(moodle_worksheet(*rows, heads=MOODLE_TEAM_HEADS))
    teams = {
        "Équipe 1_9_assignsubmission_file/tp.ipynb": notebook("one"),
        "Équipe 2_7_assignsubmission_file/tp.ipynb": notebook("two"),
    }
    intake = taken(tmp_path / "teams", teams, roster=sheet)
    assert whose(intake) == [
        ([("Alice Durand", "7"), ("Bob Élie", "8")], 1, False, ("one",)),
        ([("Chloé", "9")], 1, False, ("two",)),
    ]


def test_moodle_without_file(tmp_path: Path) -> None:
    """A typed-in text, a PDF and an empty folder are one sentence each; nobody else pays."""
    intake = taken(
        tmp_path,
        {
            "A_1_assignsubmission_onlinetext/texteenligne.html": b"<p>x</p>",
            "B_2_assignsubmission_file/rapport.pdf": b"%PDF-1.4",
            "C_3_assignsubmission_file/": b"",
            "D_4_assignsubmission_file/a.txt": b"x",
            "D_4_assignsubmission_file/b.txt": b"x",
            "E_5_assignsubmission_file/tp.ipynb.txt": notebook("e"),
            "lisez-moi.txt": b"",
        },
    )
    why = {
        h.students[0].key: s.unreadable
        for h, s in zip(intake.class_list.handed, intake.submissions, strict=True)
    }
    assert "texte en ligne" in why["1"]
    assert "PDF" in why["2"]
    assert "aucun fichier" in why["3"]
    assert "(a.txt, b.txt) ne contient aucun notebook" in why["4"]
    assert why["5"] is None
    assert why[""].startswith("Ce fichier est vide")  # a stray file is a row too
    assert "que donne Moodle" in intake.warnings[0] and "lisez-moi.txt" in intake.warnings[0]


def test_gradescope_groups_absent_and_history(tmp_path: Path) -> None:
    """Each submitter is told, numbers keep their zeros, who has no folder is in the class without a hand-in."""
    files = {
        "assignment_9_export/submission_metadata.yml": GRADESCOPE_METADATA.encode(),
        "assignment_9_export/submission_101/tp2.ipynb": notebook("a"),
        "assignment_9_export/submission_102/sous/tp2.ipynb": notebook("b"),
        "assignment_9_export/submission_102/sous/d.csv": b"1",
        "assignment_9_export/submission_103/tp2.ipynb": notebook("c"),
        "assignment_9_export/submission_105/tp2.ipynb": notebook("?"),
    }
    intake = taken(tmp_path, files)
    assert whose(intake) == [
        ([("Benoît Martin", "0042"), ("محمد علي", "43")], 1, False, ("b",)),
        ([("Benoît Martin", "44")], 1, False, ("c",)),
        ([("submission_105", "")], 1, False, ("?",)),
        ([("Éloïse D'Arc", "007")], 1, False, ("a",)),
    ]
    assert [entry.email for entry in intake.class_list.roster][-1] == "alix@ecole.fr"
    assert intake.class_list.handed[0].received_at.startswith("2026-03-01 22:10")
    assert any("submission_104" in warning for warning in intake.warnings)
    assert any("submission_105" in warning for warning in intake.warnings)


@pytest.mark.parametrize(
    ("metadata", "sentence"),
    [
        (None, "n’a pas de submission_metadata.yml"),
        (b"submission_1: [", "n’est pas du YAML valide"),
        (b"- just\n- a list", "ne contient aucun rendu"),
        (b"? [a]\n: {}\n", "n’est pas du YAML valide"),
        (b"a: " + b"[" * 5000, "n’est pas du YAML valide"),
        (b"!!python/object/apply:os.system [echo]", "ne contient aucun rendu"),
    ],
)
def test_gradescope_without_metadata(tmp_path: Path, metadata: bytes | None, sentence: str) -> None:
    """Metadata that is missing, broken or hostile is one sentence, and the submissions are graded."""
    files = {f"submission_{n}/tp.ipynb": notebook(n) for n in (1, 2)}
    if metadata is not None:
        files["submission_metadata.yml"] = metadata
    intake = taken(tmp_path, files)
    assert [s.cells for s in intake.submissions] == [("1",), ("2",)]
    assert any(sentence in warning for warning in intake.warnings), intake.warnings


CANVAS = {
    "darcéloïse_LATE_501_9001_tp2.ipynb": notebook("a"),
    "martinbenoît_502_9002_tp2.ipynb": notebook("old"),
    "martinbenoît_502_9005_tp2-1.ipynb": notebook("new"),
    "martinbenoît_502_9006_donnees-1.csv": b"1",
    "martinbenoît_503_9003_tp2_12_34_final.ipynb": notebook("c"),
    "عليمحمد_504_9004_tp2.zip": zipped({"tp2.ipynb": notebook("d")}),
    "textejean_505_text.html": b"<p>x</p>",
}


def test_canvas_users_late_and_resubmissions(tmp_path: Path) -> None:
    """The user's number is the student, LATE is told, `-1` is a later attempt; its data keep the name they had."""
    intake = taken(tmp_path, CANVAS)
    assert intake.class_list.platform == "canvas"
    assert whose(intake) == [
        ([("darcéloïse", "501")], 1, True, ("a",)),
        ([("martinbenoît", "502")], 2, False, ("new",)),
        ([("martinbenoît", "503")], 1, False, ("c",)),
        ([("textejean", "505")], 1, False, ()),
        ([("عليمحمد", "504")], 1, False, ("d",)),
    ]
    new = next(s for s in intake.submissions if s.cells == ("new",))
    assert dict(new.files) == {"donnees-1.csv": b"1", "donnees.csv": b"1"}
    everything = read_class([tmp_path / "export.zip"], attempts="all")
    assert sorted(s.cells[0] for s in everything.submissions if s.cells) == ["a", "c", "d", "new", "old"]
    anonymous = taken(
        tmp_path / "anonymous",
        {"anon_x7Yz1_9001_tp.ipynb": notebook("a"), "LATE_anon_b2_9002_tp.ipynb": notebook("b")},
    )
    assert [(who[0][1], late) for who, _, late, _ in whose(anonymous)] == [("b2", True), ("x7Yz1", False)]


@pytest.mark.parametrize(
    "names",
    [
        ("dupont_2024_1_tp2.ipynb", "martin_2024_2_tp2.ipynb"),
        ("tp2_12_34_dupont.ipynb", "tp2_13_35_martin.ipynb"),
        ("dupont_1_2_tp2.ipynb", "martin_3_2_tp2.ipynb"),
        ("dupont_1_2_tp2.ipynb", "notes.ipynb"),
        ("dupont/tp2.ipynb", "martin/tp2.ipynb"),
    ],
)
def test_plain_folders_stay_plain(tmp_path: Path, names: tuple[str, ...]) -> None:
    """What only looks a little like Canvas's names is read as files, as before; each file is a submission."""
    laid(tmp_path, {name: notebook(name) for name in names})
    intake = read_class([tmp_path])
    assert (intake.recognised, intake.class_list.platform, intake.warnings) == (False, "folder", ())
    assert len(intake.submissions) == len(names)


def test_blackboard_attempts_and_receipts(tmp_path: Path) -> None:
    """All attempts are there, the receipt gives the name and the file's own name, also of a login with `_`."""

    def receipt(name: str, login: str, when: str, stored: str) -> bytes:
        return (
            f"Name: {name} ({login})\nAssignment: TP_2\nDate Submitted: x\nCurrent Grade: Needs Grading\n\n"
            "Submission Field:\nThere is no student submission text data for this assignment.\n\n"
            f"Files:\n\tOriginal filename: mon tp.ipynb\n\tFilename: {stored}\n"
        ).encode()

    stamps = ("2026-03-01-10-00-00", "2026-03-02-11-30-00")
    files: dict[str, bytes] = {}
    for when, cell in zip(stamps, ("old", "new"), strict=True):
        stored = f"TP_2_e_darc_attempt_{when}_mon tp.ipynb"
        files[stored] = notebook(cell)
        files[f"TP_2_e_darc_attempt_{when}.txt"] = receipt("Éloïse D'Arc", "e_darc", when, stored)
    files[f"TP_2_bmartin_attempt_{stamps[0]}_tp.ipynb"] = notebook("b")
    intake = taken(tmp_path, files)
    assert whose(intake) == [
        ([("bmartin", "bmartin")], 1, False, ("b",)),
        ([("Éloïse D'Arc", "e_darc")], 2, False, ("new",)),
    ]
    assert max(h.received_at for h in intake.class_list.handed) == "2026-03-02 11:30:00"
    assert any("seule la dernière" in warning for warning in intake.warnings)


def test_brightspace_attempts_by_date(tmp_path: Path) -> None:
    """Folders and flat names give user, name and date; the newest counts, whatever the order of months."""
    files = {
        "index.html": b"<html>",
        "501-88 - Éloïse D'Arc - Oct 5, 2026 1105 PM/tp2.ipynb": notebook("newest"),
        "501-88 - Éloïse D'Arc - Sep 30, 2026 905 AM/tp2.ipynb": notebook("older"),
        "502-88 - Jean-Pierre Lê- 5 octobre, 2026 2305/tp2.ipynb": notebook("b"),
    }
    intake = taken(tmp_path, files)
    assert whose(intake) == [
        ([("Jean-Pierre Lê", "502")], 1, False, ("b",)),
        ([("Éloïse D'Arc", "501")], 2, False, ("newest",)),
    ]
    assert intake.warnings == (
        "De plusieurs tentatives, seule la dernière est corrigée (--attempt best ou all pour les autres).",
    )
    flat = taken(tmp_path / "flat", {"501-88 - Zoé Müller - Oct 5, 2026 1105 PM - tp-2.ipynb": notebook("x")})
    assert whose(flat) == [([("Zoé Müller", "501")], 1, False, ("x",))]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Oct 5, 2026 1105 PM", "2026-10-05 23:05"),
        ("Oct 5, 2026 1205 AM", "2026-10-05 00:05"),
        ("5 août 2026 905", "2026-08-05 09:05"),
        ("déc. 31, 2026", "2026-12-31 00:00"),
        ("Foo 5, 2026 1105 PM", ""),
        ("Feb 31, 2026 1105 PM", ""),
    ],
)
def test_brightspace_dates(text: str, iso: str) -> None:
    """English and French months are read; what is no date is none."""
    assert when_of(text) == iso


def test_two_exports_of_one_platform_are_one_class(tmp_path: Path) -> None:
    """Groups downloaded one by one are graded together; a file given beside them is a row, and nothing is lost."""
    for n in (1, 2):
        (tmp_path / f"{n}.zip").write_bytes(zipped({f"Nom_{n}_assignsubmission_file/tp.ipynb": notebook(n)}))
    both = read_class([tmp_path / "1.zip", tmp_path / "2.zip"])
    assert [h.students[0].key for h in both.class_list.handed] == ["1", "2"]
    (tmp_path / "seul.ipynb").write_bytes(notebook("x"))
    assert not read_class([tmp_path / "1.zip", tmp_path / "seul.ipynb"]).recognised  # of one student
    two = {f"Nom_{n}_assignsubmission_file/tp.ipynb": notebook(n) for n in (3, 4)}
    (tmp_path / "classe.zip").write_bytes(zipped(two))
    beside = read_class([tmp_path / "seul.ipynb", tmp_path / "classe.zip"])
    assert beside.recognised
    assert sorted(s.cells[0] for s in beside.submissions) == ["3", "4", "x"]
    assert any("seul" in warning for warning in beside.warnings)
    canvas = {f"{name}_{n}_{n + 50}_tp2.ipynb": notebook(n) for n, name in enumerate(("durand", "petit"), 1)}
    (tmp_path / "canvas.zip").write_bytes(zipped(canvas))
    with pytest.raises(InputError, match="Canvas, Moodle"):
        read_class([tmp_path / "classe.zip", tmp_path / "canvas.zip"])


def test_from_says_what_is_wrong(tmp_path: Path) -> None:
    """A platform that the files are not of, and a file that is no export, are one sentence."""
    laid(tmp_path / "plain", {"a.ipynb": notebook("x")})
    with pytest.raises(InputError, match="nothing named as Moodle names it"):
        read_class([tmp_path / "plain"], platform="moodle")
    with pytest.raises(InputError, match="neither a folder nor a zip"):
        read_class([tmp_path / "plain" / "a.ipynb"], platform="canvas")
    with pytest.raises(InputError, match="does not exist"):
        read_class([tmp_path / "nowhere"], platform="moodle")
    with pytest.raises(InputError, match="does not exist"):
        read_class([tmp_path / "nowhere"])
