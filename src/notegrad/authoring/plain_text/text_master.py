"""Masters in plain text as notebooks, and notebooks as plain text: the same cells either way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from notegrad.authoring.notebook_bytes import KEPT_NOTEBOOK_METADATA, kept_of_cell, text
from notegrad.authoring.plain_text.contraction import contract
from notegrad.authoring.plain_text.expansion import Part, expand
from notegrad.authoring.plain_text.myst import read_myst, write_myst
from notegrad.authoring.plain_text.percent import read_percent, write_percent
from notegrad.authoring.plain_text.text_cells import USUAL_METADATA, TextCell, TextSlipError
from notegrad.records import Record

_Reader = Callable[[str], tuple[list[Part], dict[str, Any]]]
_Writer = Callable[[Sequence[Part], dict[str, Any]], str]
_FORMATS: dict[str, tuple[_Reader, _Writer]] = {
    ".md": (read_myst, write_myst),
    ".py": (read_percent, write_percent),
}
TEXT_SUFFIXES = tuple(_FORMATS)


class TextMaster(Record, frozen=True, kw_only=True):
    """A text as the notebook that it stands for; `numbers` has for each cell the text's line of each line."""

    notebook: dict[str, Any]
    numbers: tuple[tuple[int, ...], ...]


class WrittenText(Record, frozen=True, kw_only=True):
    """A notebook as text; `lost` are the numbers of cells whose blank lines at either end are not in it."""

    text: str
    lost: tuple[int, ...]


def read_text(content: str, suffix: str) -> TextMaster:
    """Return the notebook that a text stands for. Raises TextSlipError."""
    reader, _ = _FORMATS[suffix]
    parts, metadata = reader(content.replace("\r\n", "\n").removeprefix("\ufeff"))
    cells = expand(parts)
    if "kernelspec" not in metadata:
        metadata = {**USUAL_METADATA, **metadata}
    return TextMaster(
        notebook=_notebook(cells, metadata),
        numbers=tuple(cell.numbers for cell in cells),
    )


def write_text(notebook: dict[str, Any], suffix: str) -> WrittenText:
    """Return a notebook as text, without outputs, in the short notation where the cells allow it.

    Raises TextSlipError whose number is that of a cell which no text can hold.
    """
    cells = [_text_cell(cell, number) for number, cell in enumerate(notebook["cells"], 1)]
    metadata = _kept(notebook.get("metadata", {}), KEPT_NOTEBOOK_METADATA)
    head = {} if metadata == USUAL_METADATA else metadata
    _, writer = _FORMATS[suffix]
    for parts in (contract(cells), cells):
        written = writer(parts, head)
        lost = _lost(cells, metadata, written, suffix)
        if lost is not None:
            return WrittenText(text=written, lost=lost)
    raise TextSlipError(_first_different(cells, writer, suffix), "text_cell_unwritable")


def _lost(cells: list[TextCell], metadata: object, written: str, suffix: str) -> tuple[int, ...] | None:
    """Return the cells of which a text lost blank lines; None where it says something else."""
    try:
        again = read_text(written, suffix).notebook
    except TextSlipError:
        return None
    pairs = list(zip(cells, again["cells"], strict=False))
    if len(again["cells"]) != len(cells) or again["metadata"] != (metadata or USUAL_METADATA):
        return None
    for cell, other in pairs:
        if (cell.kind, cell.metadata) != (other["cell_type"], other["metadata"]):
            return None
        if cell.source.strip("\n") != other["source"].strip("\n"):
            return None
    return tuple(n for n, (cell, other) in enumerate(pairs, 1) if cell.source != other["source"])


def _first_different(cells: list[TextCell], writer: _Writer, suffix: str) -> int:
    for number, cell in enumerate(cells, 1):
        if _lost([cell], {}, writer([cell], {}), suffix) is None:
            return number
    return 1


def _text_cell(cell: dict[str, Any], number: int) -> TextCell:
    if cell.get("attachments"):
        raise TextSlipError(number, "text_attachment")
    source = text(cell.get("source", ""))
    metadata = kept_of_cell(cell.get("metadata", {}))
    return TextCell(kind=str(cell["cell_type"]), source=source, numbers=(number,), metadata=metadata)


def _notebook(cells: Sequence[TextCell], metadata: dict[str, Any]) -> dict[str, Any]:
    made = []
    for cell in cells:
        one: dict[str, Any] = {"cell_type": cell.kind, "metadata": cell.metadata, "source": cell.source}
        made.append({**one, "execution_count": None, "outputs": []} if cell.kind == "code" else one)
    return {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}


def _kept(metadata: dict[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: metadata[key] for key in keys if key in metadata}
