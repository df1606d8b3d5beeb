"""Cells of a master notebook as otter takes them, numbered as the author counts them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from notegrad.authoring.notebook_bytes import text
from notegrad.records import Record

MAX_SHOWN_CHARACTERS = 50

_FENCE, _FENCE_END = "```otter", "```"
_IGNORED = re.compile(r"(##\s*ignore\s*##\s*|#\s*ignore\s*)", re.IGNORECASE)


class MasterCell(Record, frozen=True, kw_only=True):
    """A cell, or a part of one that an otter fence makes a raw cell; `number` is its place, from 1.

    `text_lines`: where each line stands in the text that the master is; empty where it is a notebook.
    """

    number: int
    kind: str
    lines: tuple[str, ...]
    text_lines: tuple[int, ...] = ()

    @property
    def source(self) -> str:
        """The text of the cell."""
        return "\n".join(self.lines)

    @property
    def first_line(self) -> str:
        """The first line that is not blank, cut where it is long."""
        line = next((line.strip() for line in self.lines if line.strip()), "")
        return line if len(line) <= MAX_SHOWN_CHARACTERS else f"{line[: MAX_SHOWN_CHARACTERS - 1]}…"

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return not self.source.strip()

    @property
    def is_ignored(self) -> bool:
        """Whether otter leaves the cell out of everything."""
        return bool(_IGNORED.match(self.lines[0]))

    @property
    def is_ignored_by_chance(self) -> bool:
        """Whether otter leaves it out for a word that only begins like its own: `# Ignorer les NaN`."""
        found = _IGNORED.match(self.lines[0])
        return (
            found is not None
            and re.match(r"\w", self.lines[0][found.end() :]) is not None
            and found[0][-1:].isalpha()
        )


def read_cells(master: dict[str, Any], numbers: Sequence[tuple[int, ...]] = ()) -> list[MasterCell]:
    """Return the cells in order; what stands between ```otter and ``` is a raw cell of its own.

    `numbers`: for each cell, the lines of the text that it was made from.
    """
    cells: list[MasterCell] = []
    for number, cell in enumerate(master["cells"], 1):
        lines = re.split("\r?\n", text(cell.get("source", "")))
        text_lines = numbers[number - 1] if numbers else ()
        kind = str(cell.get("cell_type"))
        cells += _parts(MasterCell(number=number, kind=kind, lines=tuple(lines), text_lines=text_lines))
    return cells


def _parts(cell: MasterCell) -> Iterator[MasterCell]:
    """Yield the parts of a cell as otter cuts it at its fences; whole where a fence is not closed."""
    starts = [i for i, line in enumerate(cell.lines) if line.strip() == _FENCE]
    ends = [
        next((j for j in range(i + 1, len(cell.lines)) if cell.lines[j].strip() == _FENCE_END), -1)
        for i in starts
    ]
    if not starts or -1 in ends:
        yield cell
        return
    begin = 0
    for start, end in zip(starts, ends, strict=True):
        for kind, part in (("markdown", slice(begin, start)), ("raw", slice(start + 1, end))):
            if any(line.strip() for line in cell.lines[part]):
                yield _part(cell, kind, part)
        begin = end + 1
        if begin < len(cell.lines) and not cell.lines[begin].strip():
            begin += 1
    if any(line.strip() for line in cell.lines[begin:]):
        yield _part(cell, "markdown", slice(begin, None))


def _part(cell: MasterCell, kind: str, part: slice) -> MasterCell:
    return MasterCell(number=cell.number, kind=kind, lines=cell.lines[part], text_lines=cell.text_lines[part])
