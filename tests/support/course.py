"""A small course with one assignment, made from text: what tests of authoring and of commands build on."""

from __future__ import annotations

import json
from pathlib import Path

CONFIG_CELL = """# ASSIGNMENT CONFIG
init_cell: true
export_cell: false
tests:
    files: false
    ok_format: false
"""


def cell(kind: str, source: str, **extra: object) -> dict:
    """One notebook cell, as JSON has it."""
    made = {"cell_type": kind, "metadata": {}, "source": source, **extra}
    if kind == "code":
        made = {"execution_count": None, "outputs": [], **made}
    return made


def question(name: str, prompt: str, solution: str, tests: list[str], config: str = "") -> list[dict]:
    """The cells of one question in otter assign's raw-cell format."""
    return [
        cell("raw", f"# BEGIN QUESTION\nname: {name}\n{config}"),
        cell("markdown", prompt),
        cell("raw", "# BEGIN SOLUTION"),
        cell("code", solution),
        cell("raw", "# END SOLUTION"),
        cell("raw", "# BEGIN TESTS"),
        *[cell("code", test) for test in tests],
        cell("raw", "# END TESTS"),
        cell("raw", "# END QUESTION"),
    ]


def case(name: str, body: str, **options: object) -> str:
    """A test cell: a test function with its options in front of it."""
    lines = "\n".join(f"{key}: {json.dumps(value)}" for key, value in options.items())
    return f'""" # BEGIN TEST CONFIG\n{lines}\n""" # END TEST CONFIG\n{name}\n    ' + body.replace(
        "\n", "\n    "
    )


DOUBLE = question(
    "q1",
    "Écrivez `double(x)`.",
    "def double(x):\n    # BEGIN SOLUTION\n    twice_of_it = x + x\n    return twice_of_it\n    # END SOLUTION",
    [
        case("def test_visible(double):", "assert double(1) == 2", points=0),
        case(
            "def test_hidden(double):",
            "secret_input = 21\nassert double(secret_input) == 42",
            points=2,
            hidden=True,
            failure_message='double(21) doit valoir "42" (pas \\ autre chose)',
        ),
    ],
)
TRIPLE = question(
    "q2",
    "Écrivez `triple(x)`.",
    "def triple(x):\n    return x + x + x # SOLUTION",
    [case("def test_triple(triple):", "assert triple(14.5) == 43.5", points=1, hidden=True)],
)


def master_notebook(cells: list[dict], config: str = CONFIG_CELL) -> dict:
    """A master notebook with an assignment's configuration in front."""
    return {"cells": [cell("raw", config), *cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}


class Course:
    """A course in a temporary folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.slug = "tp0"
        self.config = root / "otter_config.yml"
        self.config.write_text("title: Cours\nseed: 7\nassignments:\n  tp0:\n    title: Un essai\n", "utf-8")
        self.write([*DOUBLE, *TRIPLE])

    @property
    def folder(self) -> Path:
        return self.root / "assignments" / self.slug

    @property
    def master(self) -> Path:
        return self.folder / f"{self.slug}.ipynb"

    def write(self, cells: list[dict], config: str = CONFIG_CELL) -> None:
        """Replace the master notebook."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.master.write_text(json.dumps(master_notebook(cells, config)), encoding="utf-8")
