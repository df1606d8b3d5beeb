"""Percent text (`.py`): headers of the short notation are read here, everything else by jupytext."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from notegrad.authoring.plain_text.expansion import BREAK, OPTION, Part
from notegrad.authoring.plain_text.text_cells import (
    SHORT_KINDS,
    ShortKind,
    ShortPart,
    TextCell,
    TextLine,
    TextSlipError,
    notebook_of,
    without_blank_end,
)

_FORMAT = "py:percent"
_HEADER = re.compile(r"# ?%%(?!%)(.*)$")
_BRACKETS = re.compile(r"\s*\[([^\]]*)\]\s*(.*?)\s*$")
_OTHERS = ("markdown", "md", "raw", "code")  # jupytext's own
_DOCSTRING = re.compile(r'r?"""')


def read_percent(text: str) -> tuple[list[Part], dict[str, Any]]:
    """Return the parts of a text and its head. Raises TextSlipError."""
    lines = text.split("\n")
    starts = [i for i, line in enumerate(lines) if _HEADER.match(line)]
    first = starts[0] if starts else len(lines)
    above, metadata = _jupytext(lines[:first], 0)
    parts: list[Part] = [cell for cell in above if cell.source.strip()]
    for start, stop in pairwise([*starts, len(lines)]):
        header = _BRACKETS.match(_HEADER.match(lines[start])[1])  # type: ignore[index] # it is a header
        kind = _short_kind(header[1], start + 1) if header else None
        if kind is None or header is None:
            parts += _jupytext(lines[start:stop], start)[0]
        else:
            body = [TextLine(number=i + 1, text=lines[i]) for i in range(start + 1, stop)]
            body = list(_body(kind, without_blank_end(body)))
            parts.append(ShortPart(kind=kind, number=start + 1, argument=header[2], lines=tuple(body)))
    return parts, metadata


def write_percent(parts: Sequence[Part], metadata: dict[str, Any]) -> str:
    """Return the text of parts; a head without anything in it is left out."""
    texts = [_head(metadata)] if metadata else []
    texts += [_short_text(part) if isinstance(part, ShortPart) else _cell_text(part) for part in parts]
    return "\n".join(texts)


def _short_kind(word: str, number: int) -> ShortKind | None:
    for kind in SHORT_KINDS:
        if word == kind:
            return kind
    if word in _OTHERS:
        return None
    close = difflib.get_close_matches(word.lower(), [*SHORT_KINDS, *_OTHERS], n=1)
    key = "text_unknown_header" if close else "text_unknown_header_far"
    raise TextSlipError(number, key, word=word, meant="".join(close), known=", ".join(SHORT_KINDS))


def _body(kind: ShortKind, lines: Sequence[TextLine]) -> Iterator[TextLine]:
    """Yield the lines of a part as they are meant: keys and options stand in comments, magics too."""
    if kind == "solution":
        cells, _ = _jupytext(["# %%", *(line.text for line in lines)], 0)
        texts = cells[0].source.split("\n") if len(cells) == 1 else []
        kept = len(texts) == len(lines)
        yield from (
            TextLine(number=line.number, text=texts[i] if kept else line.text) for i, line in enumerate(lines)
        )
        return
    in_options = False
    for line in lines:
        bare = _without_comment(line.text)
        if kind != "tests":
            if bare is None and line.text.strip():
                raise TextSlipError(line.number, "text_not_comment", part=kind, line=line.text.strip())
            yield TextLine(number=line.number, text=bare or "")
            continue
        begins = bare is not None and (OPTION.match(bare) is not None or bare.strip() == BREAK)
        goes_on = in_options and bare is not None and (not bare.strip() or bare[:1].isspace())
        in_options = begins or goes_on
        yield TextLine(number=line.number, text=bare) if in_options and bare is not None else line


def _without_comment(line: str) -> str | None:
    if line.startswith("# "):
        return line[2:]
    return "" if line == "#" else None


def _jupytext(lines: Sequence[str], above: int) -> tuple[list[TextCell], dict[str, Any]]:
    """Return the ordinary cells of some lines, below `above` others, and the head where there is one."""
    import jupytext

    try:
        notebook = jupytext.reads("\n".join(lines) + "\n", fmt=_FORMAT)
    except Exception as error:  # noqa: BLE001 - a head is YAML of a stranger's, of which jupytext raises much
        raise TextSlipError(above + 1, "text_head", why=" ".join(str(error).split())) from None
    cells = []
    for cell in notebook.cells:
        count = len(cell.source.split("\n"))
        is_quoted = len(lines) > 1 and _DOCSTRING.match(lines[1]) and cell.cell_type != "code"
        first = above + (3 if is_quoted else 2)
        metadata = {k: v for k, v in cell.metadata.items() if k not in ("lines_to_next_cell", "title")}
        cells.append(
            TextCell(
                kind=cell.cell_type,
                source=cell.source,
                numbers=tuple(min(first + i, above + len(lines)) for i in range(count)),
                metadata=metadata,
            )
        )
    return cells, {k: v for k, v in notebook.metadata.items() if k in ("kernelspec", "language_info")}


def _head(metadata: dict[str, Any]) -> str:
    import yaml

    said = yaml.safe_dump({"jupyter": metadata}, sort_keys=False, allow_unicode=True)
    return "".join(f"# {line}\n" for line in ["---", *said.splitlines(), "---"])


def _short_text(part: ShortPart) -> str:
    header = f"# %% [{part.kind}] {part.argument}".rstrip()
    lines = [line.text for line in part.lines]
    if part.kind == "solution":
        written = _cell_text(TextCell(kind="code", source="\n".join(lines), numbers=()))
        return f"{header}\n{written.partition(chr(10))[2]}"
    if part.kind == "tests":
        lines = list(_commented_options(lines))
    else:
        lines = [f"# {line}".rstrip() for line in lines]
    return "\n".join([header, *lines, ""])


def _commented_options(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines of tests with options in comments; those that go on in further lines are indented."""
    in_options = False
    for number, line in enumerate(lines):
        following = next((text for text in lines[number:] if text.strip()), "")
        goes_on = in_options and following[:1].isspace()
        in_options = bool(OPTION.match(line)) or goes_on
        yield f"# {line}".rstrip() if in_options or line == BREAK else line


def _cell_text(cell: TextCell) -> str:
    import jupytext

    metadata = {"jupytext": {"notebook_metadata_filter": "-all"}, "language_info": {"name": "python"}}
    return str(jupytext.writes(notebook_of(cell, metadata), fmt=_FORMAT))
