"""A student's evening in JupyterLab, clicked through: open, run, answer, check, rename, export, and be graded."""

from __future__ import annotations

import importlib.util
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from notegrad.intake.submissions import read_submissions
from notegrad.messages.typography import ascii_spaces
from tests.support.confined_graders import bundle_of, confined_grader
from tests.support.real_browser import needs_chromium
from tests.support.student_lab import LabNotebook, lab_server

ROOT = Path(__file__).parents[2]
SLUG = "tp1-tenseurs"
HANDOUT = ROOT / "student" / SLUG / f"{SLUG}.ipynb"
ANSWER = "def triple(x):\n    return x + x + x"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    needs_chromium,
    pytest.mark.skipif(
        importlib.util.find_spec("jupyterlab") is None, reason="skipped, because jupyterlab is not installed"
    ),
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[tuple[str, Path]]:
    """The address of JupyterLab, and its folder: one that can be written, one that cannot."""
    folder = tmp_path_factory.mktemp("étudiant")
    (folder / "à moi").mkdir()
    shutil.copy(HANDOUT, folder / "à moi" / HANDOUT.name)
    shutil.copy(HANDOUT, folder / "à moi" / f"{SLUG}-Copy1.ipynb")
    (folder / "en lecture").mkdir()
    shutil.copy(HANDOUT, folder / "en lecture" / HANDOUT.name)
    (folder / "en lecture" / HANDOUT.name).chmod(0o444)
    (folder / "en lecture").chmod(0o555)
    with lab_server(folder, tmp_path_factory.mktemp("home")) as address:
        yield address, folder
    (folder / "en lecture").chmod(0o755)


@pytest.fixture
def page(chromium: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A browser page, wide enough for JupyterLab's menus."""
    context = chromium.new_context(viewport={"width": 1400, "height": 1000}, accept_downloads=True)
    yield context.new_page()
    context.close()


def test_open_run_answer_check_rename_export(lab, page, tmp_path):
    """A copy lies beside, the notebook is renamed while open: the right one is checked, exported, and has its points."""
    address, folder = lab
    notebook = LabNotebook(page, address, f"à moi/{HANDOUT.name}")
    notebook.run_all()
    assert notebook.errors() == []
    assert f"Carnet exporté : {HANDOUT.name}" in notebook.output("grader.export(")

    notebook.write("def triple(x):", ANSWER)
    notebook.run("def triple(x):")
    said = ascii_spaces(notebook.run('grader.check("q00")'))
    assert re.search(r"q00 : tests montrés réussis : (\d+) sur \1\.", said), said
    assert "tests cachés comptent aussi" in said

    notebook.menu("File", "Rename Notebook…")
    page.locator(".jp-Dialog input").fill("Léa.ipynb")
    page.locator(".jp-Dialog button.jp-mod-accept").click()
    notebook.menu("File", "Save Notebook")
    renamed = folder / "à moi" / "Léa.ipynb"
    while not (renamed.exists() and "return x + x + x" in renamed.read_text("utf-8")):
        page.wait_for_timeout(300)
    assert "tests montrés réussis" in notebook.run('grader.check("q00")')

    said = notebook.run("grader.export(")
    assert "Carnet exporté : Léa.ipynb" in said
    count = len(bundle_of(SLUG).tests)
    assert f"Questions dont tous les tests montrés réussissent : 1 sur {count}." in said
    assert "✗" not in said
    assert notebook.errors() == []
    with page.expect_download() as download:
        notebook.cell("grader.export(").get_by_text("Télécharger l’archive").click()
    archive = tmp_path / download.value.suggested_filename
    download.value.save_as(archive)
    assert archive.name.startswith("Léa_")

    with confined_grader(bundle_of(SLUG)) as grader:
        result = grader.grade(*read_submissions([archive]))
    points = {asked.question.name: round(asked.score, 6) for asked in result.questions}
    assert points.pop("q00") == 0.5
    assert set(points.values()) == {0}


def test_a_read_only_folder_is_told_in_french_before_anything_is_lost(lab, page):
    """The first cells say what to do, checks go on all the same, the export says it again: no traceback, no zip."""
    address, folder = lab
    notebook = LabNotebook(page, address, f"en lecture/{HANDOUT.name}")
    notebook.run_first(4)
    page.get_by_text("Copiez-le d’abord dans un dossier à vous").wait_for()
    notebook.write("def triple(x):", ANSWER)
    notebook.run("def triple(x):")
    assert "tests montrés réussis" in notebook.run('grader.check("q00")')
    assert "rien n’a été exporté" in notebook.run("grader.export(")
    assert notebook.errors() == []
    assert [path.name for path in (folder / "en lecture").iterdir()] == [HANDOUT.name]
