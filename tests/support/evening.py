"""A teaching assistant's evening: an export in, grades out, and what differs from the platform's own file."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from notegrad.cli.main import run
from tests.support.platform_exports import answered, moodle_row

MOODLE = {
    "Éloïse DArc_900110_assignsubmission_file/tp.ipynb": answered(14.125),
    "Benoît Martin_900111_assignsubmission_file/tp.ipynb": answered(9.99),
    "Benoît Martin_900112_assignsubmission_file/tp.ipynb": answered(20),
    "محمد علي_900113_assignsubmission_file/tp.ipynb": answered("panne"),
    "Zoé OHara_900114_assignsubmission_file/tp.ipynb": answered(11),
    "Pdf Seul_900115_assignsubmission_file/r.pdf": b"%PDF",
}
MOODLE_ROWS = (
    moodle_row(900113, "محمد علي"),
    moodle_row(900110, "Éloïse D'Arc", status="Remis pour évaluation - En retard de 2 jours"),
    moodle_row(900112, "Benoît Martin", grade='"3,00"'),
    moodle_row(900111, "Benoît Martin"),
    moodle_row(900199, '=cmd|""/c calc""!A1'),
    moodle_row(900114, "Zoé O'Hara", lock="Non"),
    moodle_row(900115, "Pdf Seul"),
)


class Evening:
    """A course whose grader is fake, and the commands of the evening."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self._capsys = root, capsys

    def __call__(self, *arguments: object, status: int = 0) -> tuple[str, str]:
        """Run one command in the course; gives stdout and stderr."""
        got = run([str(argument) for argument in arguments])
        out, err = self._capsys.readouterr()
        assert got == status, err
        return out, err

    def grade(self, *options: object, status: int = 0) -> tuple[str, str]:
        return self("grade", "tp0", "export.zip", "--out", "out", "--workers", 2, *options, status=status)

    def put(self, name: str, data: bytes) -> None:
        (self.root / name).write_bytes(data)

    def table(self, name: str = "out/gradebook.csv") -> list[dict[str, str]]:
        """The rows of a gradebook of ours, in either form, with points in numbers."""
        text = (self.root / name).read_text("utf-8-sig")
        french = ";" in text.split("\n", 1)[0]
        rows = csv.DictReader(io.StringIO(text), delimiter=";" if french else ",")
        return [
            {head: re.sub(r"^(\d+),(\d+)$", r"\1.\2", cell) if french else cell for head, cell in row.items()}
            for row in rows
        ]


def changed(before: bytes, after: bytes, separator: str = ",") -> dict[tuple[str, str], str]:
    """The cells that differ, by the row's first cell (with its place) and the column's head."""
    old, new = (
        list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=separator))
        for data in (before, after)
    )
    assert [len(row) for row in old] == [len(row) for row in new]
    return {
        (f"{row}:{cells[0]}", old[0][column]): text
        for row, cells in enumerate(new)
        for column, text in enumerate(cells)
        if text != old[row][column]
    }
