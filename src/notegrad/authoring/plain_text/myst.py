"""MyST text (`.md`): fences of the short notation are read here, everything else by jupytext."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Any

from notegrad.authoring.plain_text.expansion import Part
from notegrad.authoring.plain_text.text_cells import (
    SHORT_KINDS,
    ShortKind,
    ShortPart,
    TextCell,
    TextLine,
    TextSlipError,
    notebook_of,
)

_FENCE = re.compile(r"(`{3,}|~{3,})(.*)$")
_DIRECTIVE = re.compile(r"\{([^}`]*)\}\s*(.*?)\s*$")
# where jupytext takes it for prose, which students read
_MISPLACED = re.compile(rf"[\s>*+-]*(`{{3,}}|~{{3,}}|:{{3,}})\s*\{{({'|'.join(SHORT_KINDS)})\}}")
_OTHERS = ("code-cell", "raw-cell")  # jupytext's own
_AS_MYST_HAS = ("note", "math", "code", "figure", "table", "tip", "hint", "warning", "exercise")
_CLOSENESS_MIN = 0.75
_SEARCHED_LINES = 60  # of options above a cell's first line


def read_myst(text: str) -> tuple[list[Part], dict[str, Any]]:
    """Return the parts of a text and its head. Raises TextSlipError."""
    lines = text.split("\n")
    parts: list[Part] = []
    metadata: dict[str, Any] = {}
    begin = 0
    for part, end in _short_parts(lines):
        cells, head = _cells(lines[begin : part.number - 1], begin)
        metadata |= head if not begin else {}
        parts += [*cells, part]
        begin = end
    cells, head = _cells(lines[begin:], begin)
    metadata |= head if not begin else {}
    return [*parts, *cells], metadata


def write_myst(parts: Sequence[Part], metadata: dict[str, Any]) -> str:
    """Return the text of parts; a head without anything in it is left out."""
    from jupytext.myst import dump_yaml_blocks

    texts = [dump_yaml_blocks(metadata, compact=False)] if metadata else []
    last = ""
    for part in parts:
        if isinstance(part, ShortPart):
            texts.append(_fenced(part))
        else:
            is_next_prose = last == "markdown" == part.kind and not part.metadata
            texts.append(("+++\n\n" if is_next_prose else "") + _cell_text(part))
        last = "" if isinstance(part, ShortPart) else part.kind
    return "\n".join(texts)


def _short_parts(lines: Sequence[str]) -> Iterator[tuple[ShortPart, int]]:
    """Yield the fences of the short notation, each with the number of lines up to its end."""
    number = 0
    while number < len(lines):
        opened = _FENCE.match(lines[number])
        if not opened or (opened[1][0] == "`" and "`" in opened[2]):
            if misplaced := _MISPLACED.match(lines[number]):
                raise TextSlipError(number + 1, "text_fence_indented", fence=misplaced[1], kind=misplaced[2])
            number += 1
            continue
        end = next((i for i in range(number + 1, len(lines)) if _closes(lines[i], opened[1])), None)
        directive = _DIRECTIVE.match(opened[2].strip())
        if directive:
            kind = _short_kind(directive[1], number + 1)
            if kind is not None or directive[1] in _OTHERS:
                if end is None:
                    raise TextSlipError(number + 1, "text_not_closed", fence=opened[0], close=opened[1])
                body = tuple(TextLine(number=i + 1, text=lines[i]) for i in range(number + 1, end))
                _refuse_inner(body, kind, opened[1])
                if kind is not None:
                    part = ShortPart(kind=kind, number=number + 1, argument=directive[2], lines=body)
                    yield part, end + 1
        number = len(lines) if end is None else end + 1


def _short_kind(word: str, number: int) -> ShortKind | None:
    for kind in SHORT_KINDS:
        if word == kind:
            return kind
    close = difflib.get_close_matches(word.lower(), [*SHORT_KINDS, *_OTHERS], n=1, cutoff=_CLOSENESS_MIN)
    if close and word not in (*_OTHERS, *_AS_MYST_HAS):
        raise TextSlipError(number, "text_unknown_fence", word=word, meant=close[0])
    return None


def _refuse_inner(body: Sequence[TextLine], kind: ShortKind | None, fence: str) -> None:
    """Raise TextSlipError for a fence that stands inside another, since that one was not closed."""
    for line in body:
        opened = _FENCE.match(line.text)
        directive = _DIRECTIVE.match(opened[2].strip()) if opened else None
        if opened and directive and len(opened[1]) >= len(fence) and directive[1] in (*SHORT_KINDS, *_OTHERS):
            begun = body[0].number - 1
            raise TextSlipError(
                begun, "text_not_closed_before", kind=kind or "code-cell", inner=line.number, close=fence
            )


def _closes(line: str, fence: str) -> bool:
    stripped = line.strip()
    return len(stripped) >= len(fence) and not stripped.strip(fence[0]) and not line.startswith("    ")


def _cells(lines: Sequence[str], above: int) -> tuple[list[TextCell], dict[str, Any]]:
    """Return the ordinary cells of some lines, below `above` others, and the head where there is one."""
    from jupytext.myst import MystMetadataParsingError, myst_to_notebook

    try:
        notebook = myst_to_notebook("\n".join(lines), add_source_map=True)
    except MystMetadataParsingError as error:
        raise TextSlipError(above + 1, "text_head", why=" ".join(str(error).split())) from None
    starts = notebook.metadata.pop("source_map")
    cells = [
        TextCell(
            kind=cell.cell_type,
            source=cell.source,
            numbers=_numbers(cell.source, start, lines, above),
            metadata=dict(cell.metadata),
        )
        for cell, start in zip(notebook.cells, starts, strict=True)
    ]
    return cells, {k: v for k, v in notebook.metadata.items() if k in ("kernelspec", "language_info")}


def _numbers(source: str, start: int, lines: Sequence[str], above: int) -> tuple[int, ...]:
    wanted = source.split("\n")
    found = range(start, min(start + _SEARCHED_LINES, len(lines)))
    first = next((i for i in found if lines[i] == wanted[0] and lines[i : i + len(wanted)] == wanted), start)
    return tuple(above + first + i + 1 for i in range(len(wanted)))


def _fenced(part: ShortPart) -> str:
    body = [line.text for line in part.lines]
    runs = [len(found[1]) for line in body if (found := re.match(r"\s*(`{3,})", line))]
    fence = "`" * max([3, *(run + 1 for run in runs)])
    head = f"{fence}{{{part.kind}}} {part.argument}".rstrip()
    return "\n".join([head, *body, fence, ""])


def _cell_text(cell: TextCell) -> str:
    from jupytext.myst import notebook_to_myst

    return str(notebook_to_myst(notebook_of(cell, {})))
