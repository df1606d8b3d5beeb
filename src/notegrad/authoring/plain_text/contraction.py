"""Contraction: cells of otter assign's format become parts of the short notation, where they fit into it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from notegrad.authoring.cell_marks import read_mark
from notegrad.authoring.plain_text.expansion import (
    BREAK,
    CONFIG_BEGIN,
    CONFIG_END,
    Part,
    expand,
    split_cases,
)
from notegrad.authoring.plain_text.text_cells import ShortKind, ShortPart, TextCell, TextLine, TextSlipError

_KEY = re.compile(r"\w+:(\s|$)")
_NAME = "name: "


def contract(cells: Sequence[TextCell]) -> list[Part]:
    """Return the parts that stand for the cells; `expand` gives the same cells again.

    What does not fit into the short notation stays as it is: a question, or one of its blocks.
    """
    parts: list[Part] = []
    position = 0
    while position < len(cells):
        end = _end(cells, position)
        region = cells[position:end]
        parts += _question(region) if end > position + 1 else _single(region[0])
        position = end
    return parts


def _end(cells: Sequence[TextCell], start: int) -> int:
    """Return where the question ends that begins at `start`; one further where none begins, or ends."""
    if _mark(cells[start]) != "begin question":
        return start + 1
    for i in range(start + 1, len(cells)):
        if _mark(cells[i]) == "end question":
            return i + 1
        if _mark(cells[i]) == "begin question":
            break
    return start + 1


def _single(cell: TextCell) -> list[Part]:
    lines = cell.source.split("\n")
    if cell.kind == "raw" and lines[0] == "# ASSIGNMENT CONFIG" and len(lines) > 1 and not cell.metadata:
        return [_part("assignment", "", lines[1:])]
    return [cell]


def _question(region: Sequence[TextCell]) -> list[Part]:
    head = region[0].source.split("\n")
    if head[0] != "# BEGIN QUESTION" or len(head) < 2 or not head[1].startswith(_NAME):
        return list(region)
    begin = _part("question", head[1].removeprefix(_NAME).strip(), head[2:])
    parts: list[Part] = [begin, *_blocks(region[1:-1])]
    attempts: list[list[Part]] = [parts, [*parts, region[-1]], [begin, *region[1:]]]
    for attempt in attempts:
        try:
            made = expand(attempt)
        except TextSlipError:
            continue
        if _same(made, region):
            return attempt
    return list(region)


def _blocks(cells: Sequence[TextCell]) -> Iterator[Part]:
    position = 0
    while position < len(cells):
        mark = _mark(cells[position])
        block: ShortKind | None = {"begin solution": "solution", "begin tests": "tests"}.get(mark)  # type: ignore[assignment]
        ends = [
            i for i in range(position, len(cells)) if block is not None and _mark(cells[i]) == f"end {block}"
        ]
        if block is None or not ends:
            yield cells[position]
            position += 1
            continue
        inner = cells[position + 1 : ends[0]]
        shortened = _block(block, inner)
        yield from shortened or cells[position : ends[0] + 1]
        position = ends[0] + 1


def _block(kind: ShortKind, cells: Sequence[TextCell]) -> list[Part]:
    """Return the parts of one block; none where it does not fit into the short notation."""
    if not cells or any(cell.kind != "code" or cell.metadata for cell in cells):
        return []
    if kind == "solution":
        return [_part("solution", "", cell.source.split("\n")) for cell in cells]
    lines: list[str] = []
    for cell in cells:
        options, code = _options(cell.source.split("\n"))
        lines += ["", *([] if options else [BREAK])] if lines else []
        lines += [*options, *code]
    part = _part("tests", "", lines)
    return [part] if _same(split_cases(part.lines), cells) else []


def _options(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the options of a test cell as the short notation has them, and the code below."""
    if lines[0] != CONFIG_BEGIN or CONFIG_END not in lines:
        return [], list(lines)
    end = lines.index(CONFIG_END)
    return [f":{line}" if _KEY.match(line) else line for line in lines[1:end]], list(lines[end + 1 :])


def _part(kind: ShortKind, argument: str, texts: Sequence[str]) -> ShortPart:
    lines = tuple(TextLine(number=0, text=text) for text in texts)
    return ShortPart(kind=kind, number=0, argument=argument, lines=lines)


def _same(made: Sequence[TextCell], wanted: Sequence[TextCell]) -> bool:
    return [(c.kind, c.source, c.metadata) for c in made] == [(c.kind, c.source, c.metadata) for c in wanted]


def _mark(cell: TextCell) -> str:
    mark = read_mark(cell.source.split("\n")[0]) if cell.kind == "raw" and not cell.metadata else None
    return f"{mark.edge} {mark.block}" if mark is not None else ""
