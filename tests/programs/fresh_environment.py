"""Student notebooks run as on a student's own machine: `python -m tests.programs.fresh_environment [SLUG]...`.

An environment is made that holds otter-grader and torch, and a kernel for them, and nothing of this project; each
handout then runs in it from the first cell, which installs what is missing, to the last, which exports. Every error
that a student would see is listed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "out" / "fresh"
INSTALLED = ("otter-grader", "torch", "ipykernel")  # whoever opens a notebook has a kernel
CELL_WAIT_S = 1800


def make_environment(folder: Path) -> Path:
    """The interpreter of a new environment, with the versions of constraints.txt."""
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    command = [
        python,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "-q",
        "install",
        "--no-compile",
        *INSTALLED,
    ]
    subprocess.run(command, env=environment(folder), check=True)
    return python


def environment(folder: Path) -> dict[str, str]:
    """The variables of a shell in which that environment is active; the notebook's own pip has our versions, too."""
    left_out = ("PYTHONPATH", "JPY_SESSION_NAME", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    path = f"{folder / 'bin'}{os.pathsep}{kept['PATH']}"
    return kept | {"PATH": path, "PIP_CONSTRAINT": str(ROOT / "constraints.txt")}


def run_handout(python: Path, slug: str, folder: Path) -> nbformat.NotebookNode:
    """The handout with its outputs, run where it lies alone."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "student" / slug, folder)
    command = [
        python, "-m", "nbconvert", "--to", "notebook", "--execute", "--allow-errors", "--log-level=ERROR",
        f"--ExecutePreprocessor.timeout={CELL_WAIT_S}", "--output-dir", folder / "executed", f"{slug}.ipynb",
    ]  # fmt: skip
    subprocess.run(command, cwd=folder, env=environment(python.parents[1]), check=True)
    return nbformat.read(folder / "executed" / f"{slug}.ipynb", as_version=nbformat.NO_CONVERT)


def complaints(notebook: nbformat.NotebookNode) -> list[str]:
    """What went wrong: errors of cells, warnings, an export that exported nothing."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    wrong = [f"{output.ename}: {output.evalue}" for output in outputs if output.output_type == "error"] + [
        output.text for output in outputs if output.get("name") == "stderr"
    ]
    said = "".join(output.get("text", "") for output in outputs)
    for sentence in ("Carnet exporté : ", "Questions dont tous les tests montrés réussissent : 0 sur "):
        if sentence not in said:
            wrong.append(f"the export did not say {sentence!r}")
    return wrong


def main(slugs: Sequence[str]) -> int:
    """Run handouts, all if none is named; the exit status is 1 where one of them shows an error."""
    python = make_environment(FOLDER / "venv")
    count = 0
    for slug in slugs or sorted(path.parent.name for path in ROOT.glob("student/*/*.ipynb")):
        wrong = complaints(run_handout(python, slug, FOLDER / slug))
        count += len(wrong)
        print(f"{slug}: {'nothing is missing' if not wrong else ''}", *wrong, sep="\n  ", flush=True)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
