"""Expansion: the parts of the short notation become the raw and code cells of otter assign's format."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from notegrad.authoring.cell_marks import read_mark
from notegrad.authoring.plain_text.text_cells import (
    ShortPart,
    TextCell,
    TextLine,
    TextSlipError,
    cell_of,
    without_blank_end,
)

OPTION = re.compile(r":(\w+:(?:\s.*)?)$")
BREAK = "+++"
CONFIG_BEGIN, CONFIG_END = '""" # BEGIN TEST CONFIG', '""" # END TEST CONFIG'

_BLOCKS = {"solution": ("# BEGIN SOLUTION", "# END SOLUTION"), "tests": ("# BEGIN TESTS", "# END TESTS")}

Part = ShortPart | TextCell


def expand(parts: Sequence[Part]) -> list[TextCell]:
    """Return the cells that a text stands for. Raises TextSlipError.

    A question ends below its tests, or below its solution where it has none; `# END QUESTION` in a raw cell
    of the text ends it elsewhere.
    """
    starts = [i for i, part in enumerate(parts) if _begins_question(part)]
    first = starts[0] if starts else len(parts)
    cells = [cell for part in parts[:first] for cell in _outside(part)]
    for start, stop in pairwise([*starts, len(parts)]):
        cells += _region(parts[start:stop])
    return cells


def split_cases(lines: Sequence[TextLine]) -> list[TextCell]:
    """Return the test cells in the lines of one `tests` part.

    Options (`:points: 1`) stand above a test and begin it; between tests without options stands `+++`.
    """
    cells: list[TextCell] = []
    options: list[TextLine] = []
    code: list[TextLine] = []

    def close() -> None:
        body = without_blank_end(code)
        if options:
            begin, end = options[0].number, options[-1].number
            head = [TextLine(number=begin, text=CONFIG_BEGIN), *options]
            cells.append(cell_of("code", [*head, TextLine(number=end, text=CONFIG_END), *body]))
        elif body:
            cells.append(cell_of("code", body))
        options.clear()
        code.clear()

    for line in lines:
        option = OPTION.match(line.text)
        has_code = any(above.text.strip() for above in code)
        if line.text.strip() == BREAK and line.text.startswith(BREAK):
            close()
        elif option:
            if has_code:
                close()
            options += [*code, TextLine(number=line.number, text=option[1])]
            code.clear()
        elif options and not has_code and line.text[:1].isspace() and line.text.strip():
            options += [*code, line]
            code.clear()
        elif options or has_code or line.text.strip():
            code.append(line)
    close()
    return cells


def _region(parts: Sequence[Part]) -> Iterator[TextCell]:
    """Yield the cells from one question to the next; where the text does not end the question, end it."""
    head = parts[0]
    ends_itself = isinstance(head, TextCell) or any(_is_raw(part, "end", "question") for part in parts)
    end = len(parts) if ends_itself else _end_of_question(parts)
    yield from _inside(parts[:end])
    if not ends_itself:
        yield cell_of("raw", [TextLine(number=_last_number(parts[end - 1]), text="# END QUESTION")])
    for part in parts[end:]:
        yield from _outside(part)


def _end_of_question(parts: Sequence[Part]) -> int:
    for block in ("tests", "solution"):
        ends = [i for i, part in enumerate(parts) if _ends_block(part, block)]
        if ends:
            return ends[-1] + 1
    head = parts[0]
    assert isinstance(head, ShortPart)
    raise TextSlipError(head.number, "text_no_end", question=head.argument)


def _inside(parts: Sequence[Part]) -> Iterator[TextCell]:
    group: list[ShortPart] = []
    for part in parts:
        if group and not _is_short(part, group[-1].kind):
            yield from _block(group)
            group = []
        if isinstance(part, ShortPart) and part.kind in _BLOCKS:
            group.append(part)
        elif isinstance(part, ShortPart) and part.kind == "question":
            yield _question(part)
        else:
            yield from _outside(part)
    if group:
        yield from _block(group)


def _question(part: ShortPart) -> TextCell:
    if not part.argument:
        raise TextSlipError(part.number, "text_no_name")
    head = [
        TextLine(number=part.number, text="# BEGIN QUESTION"),
        TextLine(number=part.number, text=f"name: {part.argument}"),
    ]
    return cell_of("raw", [*head, *_keys(part)])


def _outside(part: Part) -> list[TextCell]:
    """Return the cells of what may stand outside of a question. Raises TextSlipError for what may not."""
    if isinstance(part, TextCell):
        return [part]
    if part.kind != "assignment":
        raise TextSlipError(part.number, "text_outside_question", part=part.kind)
    if part.argument:
        raise TextSlipError(part.number, "text_argument", part=part.kind, argument=part.argument)
    head = TextLine(number=part.number, text="# ASSIGNMENT CONFIG")
    return [cell_of("raw", [head, *_keys(part)])]


def _block(group: Sequence[ShortPart]) -> Iterator[TextCell]:
    """Yield the cells of neighbouring solutions, or of neighbouring tests, between otter's two marks."""
    for part in group:
        if part.argument:
            raise TextSlipError(part.number, "text_argument", part=part.kind, argument=part.argument)
    begin, end = _BLOCKS[group[0].kind]
    yield cell_of("raw", [TextLine(number=group[0].number, text=begin)])
    for part in group:
        if part.kind == "tests":
            cases = split_cases(part.lines)
            if not cases:
                raise TextSlipError(part.number, "text_empty", part=part.kind)
            yield from cases
        else:
            yield cell_of(
                "code", without_blank_end(list(part.lines)) or [TextLine(number=part.number, text="")]
            )
    lines = group[-1].lines
    yield cell_of("raw", [TextLine(number=lines[-1].number if lines else group[-1].number, text=end)])


def _keys(part: ShortPart) -> list[TextLine]:
    """Return the keys of a part; each may be written as an option of MyST's, `:points: 2`."""
    lines = [
        TextLine(number=line.number, text=found[1]) if (found := OPTION.match(line.text)) else line
        for line in part.lines
    ]
    return without_blank_end(lines)


def _begins_question(part: Part) -> bool:
    return _is_short(part, "question") or _is_raw(part, "begin", "question")


def _ends_block(part: Part, block: str) -> bool:
    return _is_short(part, block) or _is_raw(part, "end", block)


def _is_short(part: Part, kind: str) -> bool:
    return isinstance(part, ShortPart) and part.kind == kind


def _is_raw(part: Part, edge: str, block: str) -> bool:
    if not isinstance(part, TextCell) or part.kind != "raw":
        return False
    mark = read_mark(part.source.split("\n")[0])
    return mark is not None and (mark.edge, mark.block) == (edge, block)


def _last_number(part: Part) -> int:
    if isinstance(part, TextCell):
        return part.numbers[-1] if part.numbers else 1
    return part.lines[-1].number if part.lines else part.number
