"""The student's way from opening a notebook to handing it in: the one that is open is checked and exported."""

from __future__ import annotations

import glob
import os
import shutil
import sys
import time
import zipfile
from pathlib import Path

import nbformat
import otter
import pytest

ROOT = Path(__file__).parents[2]
SLUGS = sorted(path.parent.name for path in ROOT.glob("student/*/*.ipynb"))
each_notebook = pytest.mark.parametrize("slug", SLUGS)


def open_in(
    folder: Path, slug: str, monkeypatch: pytest.MonkeyPatch, session: str = "", vscode: str = ""
) -> dict:
    """What the cell that makes the grader leaves behind, run in a folder as an editor would run it."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("JPY_SESSION_NAME", session)
    notebook = nbformat.read(ROOT / "student" / slug / f"{slug}.ipynb", as_version=nbformat.NO_CONVERT)
    cell = next(c.source for c in notebook.cells if "def carnet_ouvert(" in c.source)
    names = {"glob": glob, "os": os, "otter": otter, "sys": sys, "time": time, "__vsc_ipynb_file__": vscode}
    exec(cell, names)
    return names


def copies(folder: Path, slug: str, *names: str) -> None:
    for name in names:
        shutil.copy(ROOT / "student" / slug / f"{slug}.ipynb", folder / name)


@each_notebook
def test_the_open_notebook_is_exported_not_the_copy_beside_it(slug, tmp_path, monkeypatch, capsys):
    """A blank copy of the same name as the handout lies in the folder; the one that is open is handed in."""
    copies(tmp_path, slug, f"{slug}.ipynb", "réponses de Léa.ipynb")
    for said in ({"session": str(tmp_path / "réponses de Léa.ipynb")}, {"vscode": "réponses de Léa.ipynb"}):
        names = open_in(tmp_path, slug, monkeypatch, **said)
        names["grader"].export(pdf=False, export_path="out.zip", display_link=False)
        assert "Carnet exporté : réponses de Léa.ipynb" in capsys.readouterr().out
        with zipfile.ZipFile(tmp_path / "out.zip") as archive:
            assert [n for n in archive.namelist() if n.endswith(".ipynb")] == ["réponses de Léa.ipynb"]


@each_notebook
def test_a_renamed_notebook_among_others_is_found_by_what_it_holds(slug, tmp_path, monkeypatch, capsys):
    """Where no editor says which notebook is open, the only one of this assignment in the folder is it."""
    copies(tmp_path, slug, "TP final.ipynb")
    (tmp_path / "autre.ipynb").write_text("{}", "utf-8")
    assert open_in(tmp_path, slug, monkeypatch, session="parti.ipynb")["carnet"] == "TP final.ipynb"
    assert capsys.readouterr().out == ""


@each_notebook
def test_what_cannot_be_known_or_written_is_told_in_french(slug, tmp_path, monkeypatch, capsys):
    """Two copies and no editor that says which, or a folder that cannot be written: a sentence, no exception."""
    copies(tmp_path, slug, "a.ipynb", "b.ipynb")
    grader = open_in(tmp_path, slug, monkeypatch)["grader"]
    grader.check("q01")
    grader.export(pdf=False, run_tests=True)
    said = capsys.readouterr().out
    assert said.count("Je ne sais pas quel carnet est ouvert") == 3
    assert not list(tmp_path.glob("*.zip"))
    grader = open_in(tmp_path, slug, monkeypatch, session="b.ipynb")["grader"]
    grader.export(pdf=False, export_path="nulle/part.zip", display_link=False)
    assert "Déposez sur la plateforme le fichier b.ipynb lui-même." in capsys.readouterr().out
