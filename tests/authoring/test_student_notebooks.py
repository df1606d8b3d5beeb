"""The student's side, really run: each notebook in a Jupyter kernel that has otter and torch, but no notegrad."""

from __future__ import annotations

import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from otter.assign.solutions import replace_solutions

ROOT = Path(__file__).parents[2]
SLUGS = sorted(path.parent.name for path in ROOT.glob("student/*/*.ipynb"))

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
each_notebook = pytest.mark.parametrize("slug", SLUGS)

BLOCKER = """
import sys
class NoNotegrad:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "notegrad":
            raise ModuleNotFoundError("a student has no notegrad", name=name)
sys.meta_path.insert(0, NoNotegrad())
"""


def student_notebook(slug: str) -> nbformat.NotebookNode:
    return nbformat.read(ROOT / "student" / slug / f"{slug}.ipynb", as_version=nbformat.NO_CONVERT)


def master_answers(slug: str) -> dict[str, str]:
    """Each question's answer cell in the master: the stub that students get, and the solution."""
    master = nbformat.read(ROOT / "assignments" / slug / f"{slug}.ipynb", as_version=nbformat.NO_CONVERT)
    solved = [cell.source for cell in master.cells if cell.id.endswith("-answer")]
    return {"\n".join(replace_solutions(source.splitlines(), "python")): source for source in solved}


def execute(
    notebook: nbformat.NotebookNode, slug: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run all cells in a kernel of its own, in an empty folder that holds the notebook, as a student does."""
    work, block = folder / "work", folder / "block"
    work.mkdir()
    block.mkdir()
    (block / "sitecustomize.py").write_text(BLOCKER, "utf-8")
    nbformat.write(notebook, work / f"{slug}.ipynb")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(block)]))
    client = NotebookClient(
        notebook,
        timeout=600,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(work)}},
    )
    client.execute()


def errors(notebook: nbformat.NotebookNode) -> list[str]:
    return [
        f"{cell.source[:60]!r}: {output.ename}: {output.evalue}"
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "error"
    ]


def checks(notebook: nbformat.NotebookNode) -> dict[str, str]:
    """What each `grader.check` shows, as plain text."""
    return {
        match[1]: "\n".join(
            output.data.get("text/plain", "") if "data" in output else output.get("text", "")
            for output in cell.outputs
        )
        for cell in notebook.cells
        if cell.cell_type == "code" and (match := re.match(r'grader\.check\("(\w+)"\)', cell.source))
    }


@each_notebook
def test_an_untouched_notebook_runs_and_answers_in_french(slug, tmp_path, monkeypatch):
    """No cell fails, and each check says in French what the visible test saw."""
    notebook = student_notebook(slug)
    execute(notebook, slug, tmp_path, monkeypatch)
    assert errors(notebook) == []
    answers = checks(notebook)
    assert len(answers) >= 10
    for name, said in answers.items():
        assert re.search(r"attendue?s?\b|au lieu de|ne rend rien|il manque", said), (
            name,
            said,
        )


@each_notebook
def test_a_solved_notebook_passes_every_visible_test(slug, tmp_path, monkeypatch):
    """With the solutions in place of the stubs every check is happy, and nothing else fails."""
    notebook = student_notebook(slug)
    solutions = master_answers(slug)
    replaced = 0
    for cell in notebook.cells:
        if cell.source in solutions:
            cell.source = solutions[cell.source]
            replaced += 1
    assert replaced == len(solutions) >= 10
    execute(notebook, slug, tmp_path, monkeypatch)
    assert errors(notebook) == []
    for name, said in checks(notebook).items():
        assert re.search(r"tests montrés réussis\xa0: (\d+) sur \1\.", said), (name, said)
        assert "✗" not in said, (name, said)


@each_notebook
def test_the_notebook_opens_anywhere_and_installs_what_is_missing(slug):
    """Valid nbformat 4.5 for python3; the first code cell installs all that is imported; nothing asks for notegrad."""
    notebook = student_notebook(slug)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    first = next(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert re.search(r"except ImportError:\n    %pip install -q otter-grader torch numpy matplotlib\n", first)
    assert "notegrad" not in str(notebook.metadata) + "".join(cell.source for cell in notebook.cells)
