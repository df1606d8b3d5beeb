"""Outline of a master notebook: its questions with the cells of their blocks, read by a parser of our own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from notegrad.authoring.cell_marks import CellMark, intended_mark, is_test_config_mark, read_mark
from notegrad.authoring.master_cells import MasterCell
from notegrad.authoring.slips import Slip, slip
from notegrad.authoring.strays import TEST_FUNCTION
from notegrad.records import Record

_KEYS_OF_A_MARK = (
    "name:",
    "points:",
    "manual:",
    "tests:",
    "init_cell:",
    "export_cell:",
    "files:",
    "ok_format:",
)


class OutlinedQuestion(Record, frozen=True, kw_only=True):
    """One question: the cell that begins it, and the cells of its blocks."""

    cell: MasterCell
    solution: tuple[MasterCell, ...] = ()
    tests: tuple[MasterCell, ...] = ()
    prose: tuple[MasterCell, ...] = ()


class Outline(Record, frozen=True, kw_only=True):
    """A whole notebook: configuration cells, questions in order, and all cells that stand in none."""

    configs: tuple[MasterCell, ...]
    questions: tuple[OutlinedQuestion, ...]
    outside: tuple[MasterCell, ...]
    slips: tuple[Slip, ...]


def find_misplaced_marks(cells: Sequence[MasterCell]) -> Iterator[Slip]:
    """Yield the marks that otter does not see: in another kind of cell, misspelt, or not on the first line.

    Marks of solutions in code cells are another matter: `solution_marks`.
    """
    for cell in cells:
        if cell.is_ignored:
            if cell.is_ignored_by_chance:
                yield slip("slip_ignored_by_chance", cell)
            continue
        if cell.kind == "raw":
            yield from _of_raw_cell(cell)
        elif cell.kind == "markdown":
            yield from (
                slip("slip_mark_in_markdown", cell, mark=mark.text) for mark in _marks(cell.lines, raw=False)
            )
        else:
            alone = sum(bool(line.strip()) for line in cell.lines) == 1
            yield from (
                slip("slip_mark_in_code", cell, mark=mark.text)
                for mark in _marks(cell.lines, raw=False)
                if alone or mark.block not in ("solution", "prompt")
            )


def read_outline(cells: Sequence[MasterCell]) -> Outline:
    """Return the questions of a notebook, and what is wrong with how its blocks are nested."""
    reader = _Reader()
    for cell in cells:
        if not cell.is_ignored:
            reader.read(cell)
    return reader.outline()


class _Reader:
    """The state of reading: which blocks are open, and the question that is being filled."""

    def __init__(self) -> None:
        self.configs: list[MasterCell] = []
        self.questions: list[OutlinedQuestion] = []
        self.outside: list[MasterCell] = []
        self.slips: list[Slip] = []
        self.open: list[tuple[CellMark, MasterCell]] = []
        self.blocks: dict[str, list[MasterCell]] = {}

    def read(self, cell: MasterCell) -> None:
        mark = read_mark(cell.lines[0]) if cell.kind == "raw" else None
        if mark is None:
            self._keep(cell)
        elif mark.edge == "config":
            self.configs.append(cell)
        elif mark.edge == "begin":
            self._begin(mark, cell)
        else:
            self._end(mark, cell)

    def outline(self) -> Outline:
        for mark, cell in self.open:
            self.slips.append(
                slip("slip_never_ended", cell, mark=mark.text, end=f"# END {mark.block.upper()}")
            )
        if self.open:
            self._close_question(self.open[0][1])
        return Outline(
            configs=tuple(self.configs),
            questions=tuple(self.questions),
            outside=tuple(self.outside),
            slips=tuple(self.slips),
        )

    def _keep(self, cell: MasterCell) -> None:
        if not self.open:
            self.outside.append(cell)
            return
        block = self.open[-1][0].block
        self.blocks.setdefault(block if block in ("solution", "tests") else "prose", []).append(cell)

    def _begin(self, mark: CellMark, cell: MasterCell) -> None:
        if not self.open and mark.block != "question":
            self.slips.append(slip("slip_begin_outside_question", cell, mark=mark.text))
            return
        if (self.open and mark.block == "question") or len(self.open) > 1:
            inner, begun = self.open[-1]
            facts = {"mark": mark.text, "outer": inner.text, "number": begun.number}
            self.slips.append(
                slip("slip_begin_inside", cell, "", end=f"# END {inner.block.upper()}", **facts)
            )
            if mark.block != "question":
                self.open.pop()
            else:  # so that what follows is told as it was meant
                self._close_question(self.open[0][1])
        self.open.append((mark, cell))

    def _end(self, mark: CellMark, cell: MasterCell) -> None:
        if self.open and self.open[-1][0].block == mark.block:
            _, begun = self.open.pop()
            if mark.block == "question":
                self._close_question(begun)
            return
        begin = f"# BEGIN {mark.block.upper()}"
        if mark.block in [opened.block for opened, _ in self.open]:
            inner, begun = self.open[-1]
            facts = {"mark": mark.text, "outer": inner.text, "number": begun.number}
            self.slips.append(
                slip("slip_end_before_inner", cell, "", end=f"# END {inner.block.upper()}", **facts)
            )
            while self.open and self.open[-1][0].block != mark.block:
                self.open.pop()
            self._end(mark, cell)
        else:
            self.slips.append(slip("slip_end_without_begin", cell, mark=mark.text, begin=begin))

    def _close_question(self, begun: MasterCell) -> None:
        blocks = {name: tuple(cells) for name, cells in self.blocks.items()}
        self.questions.append(OutlinedQuestion(cell=begun, **blocks))
        self.blocks, self.open = {}, []


def _of_raw_cell(cell: MasterCell) -> Iterator[Slip]:
    seen = read_mark(cell.lines[0])
    for number, line in enumerate(cell.lines, 1):
        meant = intended_mark(line, raw=True)
        if meant is None or (number == 1 and seen is not None):
            continue
        if seen is not None:
            yield slip("slip_second_mark", cell, mark=meant.text, line=line.strip())
        elif read_mark(line) is not None:
            key = (
                "slip_mark_below_blank"
                if not any(above.strip() for above in cell.lines[: number - 1])
                else ""
            )
            yield slip(key or "slip_mark_below_text", cell, mark=meant.text, line_number=number)
        elif read_mark(line.strip()) is not None:
            yield slip("slip_mark_indented", cell, mark=meant.text)
        else:
            yield slip("slip_mark_misspelt", cell, mark=meant.text, line=line.strip())
    lost = next((line.strip() for line in cell.lines[1:] if line.strip()), "")
    has_keys = seen is not None and (
        seen.edge == "config" or (seen.edge, seen.block) == ("begin", "question")
    )
    if (
        seen is not None
        and lost
        and not has_keys
        and not any(intended_mark(x, raw=True) for x in cell.lines[1:])
    ):
        yield slip("slip_text_below_mark", cell, mark=seen.text, line=lost)
    is_test = any(is_test_config_mark(line, "begin") or TEST_FUNCTION.match(line) for line in cell.lines)
    if seen is None and not is_test and not any(intended_mark(line, raw=True) for line in cell.lines):
        keys = [line for line in cell.lines if line.startswith(_KEYS_OF_A_MARK)]
        comment = next((line.strip() for line in cell.lines if line.strip().startswith("#")), "")
        if keys:
            yield slip("slip_keys_without_mark", cell, entry=keys[0].partition(":")[0])
        elif comment == comment.upper() and 2 <= len(comment.split()) <= 4 and "PLUGIN" not in comment:
            yield slip("slip_unknown_mark", cell, line=comment)


def _marks(lines: Sequence[str], *, raw: bool) -> list[CellMark]:
    return [mark for line in lines if (mark := intended_mark(line, raw=raw)) is not None]
