"""Sentences on a hand-in: in the course's language, whatever is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from notegrad.intake.exports.class_intake import read_class
from notegrad.intake.wanted import Wanted
from tests.support.platform_exports import notebook, zipped

ODD = {
    "pdf.pdf": b"%PDF-1.7",
    "vide.ipynb": b"",
    "coupé.ipynb": notebook("x = 1")[:-20],
    "page.html": b"<html>",
    "texte.txt": b"x = 1",
    "json.json": b"{}",
    "profond.ipynb": b"[" * 100_000,
    "conflit.ipynb": b'{"cells": [\n<<<<<<< HEAD\n',
    "sans-code.ipynb": json.dumps({"cells": [{"cell_type": "markdown", "source": "x"}]}).encode(),
    "sans-cellule.ipynb": b'{"cells": []}',
    "abîmé.zip": zipped({"a.ipynb": notebook("x")})[:60],
    "dehors.zip": zipped({"../a.ipynb": notebook("x")}),
    "sans-notebook.zip": zipped({"a.txt": b"x"}),
    "deux.zip": zipped({"a.ipynb": notebook("x"), "b.txt": notebook("y")}),
    "lu.txt": notebook("x = 1"),
    "notes.csv": b"nom,note\n",
}
FRENCH_WORDS = (" fichier", "notebook n", "rendez", "Cette", " est ", "corrigé")
ENGLISH_WORDS = (" file ", " holds ", "hand in", "This ", " is ", " graded")


@pytest.mark.parametrize(("language", "foreign"), [("en", FRENCH_WORDS), ("fr", ENGLISH_WORDS)])
def test_odd_hand_ins_are_told_in_one_language(tmp_path: Path, language: str, foreign: list[str]) -> None:
    """An English course speaks no French to whoever hands in a PDF, and a French one no English."""
    for name, data in ODD.items():
        (tmp_path / name).write_bytes(data)
    intake = read_class([tmp_path], wanted=Wanted(language=language))
    assert len(intake.submissions) == len(ODD) - 1  # notes.csv is the class's, and told
    told = [*intake.warnings]
    for submission in intake.submissions:
        told += [submission.unreadable or "", *submission.notes]
    assert sum(map(bool, told)) >= len(ODD) - 1
    for sentence in told:
        assert not any(word in sentence for word in foreign), sentence


def test_names_of_files_are_not_translated(tmp_path: Path) -> None:
    """Words of a sentence are in the course's language; those of a file's name are its author's."""
    names = ("black and white.txt", "more.txt")
    files = {f"Zoé_7_assignsubmission_file/{name}": b"x" for name in names}
    (tmp_path / "export.zip").write_bytes(zipped(files))
    reason = str(read_class([tmp_path / "export.zip"], platform="moodle").submissions[0].unreadable)
    assert all(name in reason for name in names)
    assert "Ce que vous avez rendu" in reason
