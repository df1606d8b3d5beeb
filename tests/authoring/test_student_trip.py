"""The student's way from opening a notebook to handing it in: the one that is open is checked and exported."""

from __future__ import annotations

import os
import re
import shutil
import sys
import types
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from tests.support.student_shell import StudentShell, student_shell

ROOT = Path(__file__).parents[2]
SLUGS = sorted(path.parent.name for path in ROOT.glob("student/*/*.ipynb"))
each_notebook = pytest.mark.parametrize("slug", SLUGS)
SLUG = SLUGS[0]
EXPORT = "grader.export(pdf=False, display_link=False)"
TRIPLE = 'def triple(x):\n    """x + x + x"""\n    return x + x + x'
UNKNOWN = "Je ne sais pas quel carnet est ouvert"


@pytest.fixture
def shell(tmp_path, monkeypatch) -> Iterator[StudentShell]:
    """A shell in an empty folder, of which no editor says which notebook is open."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    with student_shell() as made:
        yield made


def read(slug: str) -> nbformat.NotebookNode:
    return nbformat.read(ROOT / "student" / slug / f"{slug}.ipynb", as_version=nbformat.NO_CONVERT)


def cells_before_the_lesson(slug: str) -> list[str]:
    """The cells that import, that make the grader, and that make it speak French."""
    sources = [cell.source for cell in read(slug).cells if cell.cell_type == "code"]
    last = next(number for number, source in enumerate(sources) if "def _say_checks(" in source)
    return sources[: last + 1]


def open_in(shell: StudentShell, slug: str) -> str:
    return "".join(shell.run(cell) for cell in cells_before_the_lesson(slug))


def copies(slug: str, *names: str) -> None:
    for name in names:
        shutil.copy(ROOT / "student" / slug / f"{slug}.ipynb", name)


def write_answer(path: str, answer: str) -> None:
    """The notebook with an answer in the cell of its question, as an editor saves it."""
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    name = answer.partition("(")[0]
    (cell,) = (cell for cell in notebook.cells if cell.source.startswith(f"{name}("))
    cell.source = answer
    nbformat.write(notebook, path)


def notebooks_in_zip() -> list[str]:
    (archive,) = Path().glob("*.zip")
    with zipfile.ZipFile(archive) as opened:
        return [name for name in opened.namelist() if name.endswith(".ipynb")]


@each_notebook
@pytest.mark.parametrize("editor", ["jupyter", "vscode"])
def test_the_open_notebook_is_exported_not_the_copy_beside_it(slug, editor, shell, tmp_path, monkeypatch):
    """A blank copy of the same name as the handout lies in the folder; the one that is open is handed in."""
    mine = tmp_path / "réponses de Léa.ipynb"
    copies(slug, f"{slug}.ipynb", mine.name)
    if editor == "jupyter":
        monkeypatch.setenv("JPY_SESSION_NAME", str(mine))
    else:
        shell.names["__vsc_ipynb_file__"] = str(mine)
    assert open_in(shell, slug) == ""
    assert "Carnet exporté : réponses de Léa.ipynb, tel qu’il a été enregistré à" in shell.run(EXPORT)
    assert notebooks_in_zip() == [mine.name]


def test_a_notebook_that_runs_elsewhere_is_exported_beside_itself(shell, tmp_path, monkeypatch):
    """VS Code may run a notebook from the folder of a project: the zip lies beside the notebook, without its path."""
    (tmp_path / "cours").mkdir()
    copies(SLUG, "cours/tp.ipynb")
    shell.names["__vsc_ipynb_file__"] = str(tmp_path / "cours" / "tp.ipynb")
    open_in(shell, SLUG)
    assert "tests montrés réussis" in shell.run('grader.check("q00")')
    shell.run(EXPORT)
    monkeypatch.chdir(tmp_path / "cours")
    assert notebooks_in_zip() == ["tp.ipynb"]


@each_notebook
def test_a_renamed_notebook_among_others_is_found_by_what_it_holds(slug, shell, monkeypatch):
    """Where no editor says which notebook is open, the only one of this assignment in the folder is it."""
    copies(slug, "TP final.ipynb")
    copies(next(other for other in SLUGS if other != slug), "un autre TP.ipynb")
    Path("autre.ipynb").write_text("{}", "utf-8")
    monkeypatch.setenv("JPY_SESSION_NAME", "parti.ipynb")
    assert open_in(shell, slug) == ""
    assert "Carnet exporté : TP final.ipynb" in shell.run(EXPORT)


def test_a_rename_while_the_notebook_is_open_stops_nothing(shell, tmp_path, monkeypatch):
    """The kernel keeps the old name: checks go on, and among two copies the one with the answers is exported."""
    copies(SLUG, "tp.ipynb", "tp-Copy1.ipynb")
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "tp.ipynb"))
    open_in(shell, SLUG)
    shell.run(TRIPLE)
    write_answer("tp.ipynb", TRIPLE)
    Path("tp.ipynb").rename("léa.ipynb")
    assert re.search(r"tests montrés réussis\W+(\d+) sur \1\.", shell.run('grader.check("q00")'))
    assert "Carnet exporté : léa.ipynb" in shell.run(EXPORT)
    assert notebooks_in_zip() == ["léa.ipynb"]


def test_an_answer_that_is_not_in_the_file_is_told(shell, tmp_path, monkeypatch):
    """Who forgets to save reads which answers the archive does not have, and nothing of it once it is saved."""
    copies(SLUG, "tp.ipynb")
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "tp.ipynb"))
    open_in(shell, SLUG)
    shell.run(TRIPLE.replace("x + x + x\n", "x * 3\n"))
    shell.run(TRIPLE)
    shell.run("triple = triple")
    assert "n’a pas ce que vous avez exécuté en dernier pour : triple." in shell.run(EXPORT)
    write_answer("tp.ipynb", TRIPLE)
    assert "✗" not in shell.run(EXPORT)


@each_notebook
def test_what_cannot_be_known_or_written_is_told_in_french(slug, shell, monkeypatch):
    """Two equal copies and no editor that says which, or no place for the zip: a sentence, no exception, no zip."""
    copies(slug, "a.ipynb", "b.ipynb")
    open_in(shell, slug)
    assert "tests montrés réussis" in shell.run('grader.check("q01")')
    assert UNKNOWN in shell.run(EXPORT)
    monkeypatch.setenv("JPY_SESSION_NAME", "b.ipynb")
    said = shell.run('grader.export(pdf=False, export_path="nulle/part.zip")')
    assert "Déposez sur la plateforme le fichier b.ipynb lui-même." in said
    assert not list(Path().rglob("*.zip"))


def test_a_notebook_without_its_tests_says_what_to_do(shell):
    """Where the kernel's folder has no notebook of the assignment, a check and an export say so in French."""
    open_in(shell, SLUG)
    assert "Les tests montrés sont introuvables" in shell.run('grader.check("q01")')
    assert UNKNOWN in shell.run(EXPORT)
    copies(SLUG, "tp.ipynb")
    open_in(shell, SLUG)
    assert "Il n’y a pas de question « q77 » dans ce TP." in shell.run('grader.check("q77")')


def test_a_folder_that_cannot_be_written_is_told_at_once(shell, monkeypatch):
    """Otter's log cannot be written, nor the notebook: the student reads it before the first answer, and checks go on."""
    copies(SLUG, "tp.ipynb")
    Path(".OTTER_LOG").mkdir()  # what otter opens to write
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert "Ce carnet est en lecture seule" in open_in(shell, SLUG)
    assert "tests montrés réussis" in shell.run('grader.check("q00")')
    said = shell.run(EXPORT)
    assert "tp.ipynb est en lecture seule" in said
    assert "Save Notebook As…" in said
    assert not list(Path().glob("*.zip"))


@each_notebook
def test_colab_keeps_no_file_and_yet_checks(slug, tmp_path, monkeypatch):
    """As in Colab: no file, no session's name, the notebook by a message; checks work, the export says what to do."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    colab = types.ModuleType("google.colab")
    answer = {"ipynb": dict(read(slug))}
    colab._message = types.SimpleNamespace(blocking_request=lambda request, timeout_sec: answer)
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    with student_shell("google.colab._shell") as shell:
        assert "google.colab" in str(shell.shell)
        assert open_in(shell, slug) == ""
        assert "tests montrés réussis" in shell.run('grader.check("q01")')
        assert "Télécharger le fichier .ipynb" in shell.run(EXPORT)
    assert list(tmp_path.glob("*")) in ([], [tmp_path / ".OTTER_LOG"])


def test_all_assignments_have_the_same_grader_cell():
    """The cell that makes the grader differs between assignments in the assignment's name alone."""
    made = {re.sub(r"\bTP\d\b", "TP", cells_before_the_lesson(slug)[1]) for slug in SLUGS}
    assert len(made) == 1
    assert "def ouvrir_correcteur(" in made.pop()
