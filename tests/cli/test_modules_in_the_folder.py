"""Hand-ins that are called as modules are run nowhere but in the sandbox, wherever a command is started."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from notegrad.authoring.build import build, write
from notegrad.course.config import load_config

COMMAND = [
    sys.executable,
    "-P",
    "-c",
    "import sys; from notegrad.cli.main import main; sys.argv[0] = 'notegrad'; main()",
]
LISTED = "import json, sys, notegrad.batch.engines.grader_main, notegrad.cli.grade; print(json.dumps(sorted(sys.modules)))"
CODE = "def double(x): return 2 * x\ndef triple(x): return 3 * x"
CELL = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": CODE}


@pytest.fixture
def folder(course, tmp_path: Path) -> Path:
    """A folder with a bundle, two notebooks, and a file for each module that a grader has, which says that it ran."""
    write(build(load_config(course.config), "tp0", check=False), course.root)
    place = tmp_path / "rendus"
    place.mkdir()
    shutil.copy(course.root / "autograder" / "tp0.zip", place)
    for name in ("a", "b"):
        notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [CELL]}
        (place / f"{name}.ipynb").write_text(json.dumps(notebook))
    listed = subprocess.run([sys.executable, "-c", LISTED], capture_output=True, text=True, check=True)
    (place / "ran").mkdir()
    for name in {name.partition(".")[0] for name in json.loads(listed.stdout)} - {"__main__"}:
        (place / f"{name}.py").write_text(
            f"open({str(place / 'ran' / name)!r}, 'w')\nraise SystemExit('taken from here')\n"
        )
    return place


@pytest.mark.parametrize(
    "command",
    [
        ["grade", "tp0.zip", "a.ipynb", "b.ipynb", "--out", "out", "--workers", "2"],
        ["check-bundle", "tp0.zip", "a.ipynb"],
        ["doctor"],
    ],
    ids=lambda command: command[0],
)
def test_no_file_beside_the_hand_ins_is_run(folder: Path, command: list[str]) -> None:
    """The folder where an assistant starts a command is on no process's path, from its first import on."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    done = subprocess.run(
        [*COMMAND, *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert "taken from here" not in done.stdout + done.stderr, done.stdout + done.stderr
    assert [path.name for path in (folder / "ran").iterdir()] == []
    if command[0] == "grade":
        assert (folder / "out" / "gradebook.csv").is_file(), done.stdout + done.stderr
