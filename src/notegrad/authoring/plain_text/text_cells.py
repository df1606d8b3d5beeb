"""The vocabulary of masters in plain text: parts as they are read, cells as otter takes them, slips."""

from __future__ import annotations

from typing import Any, Literal

from notegrad.errors import BuildError
from notegrad.messages import translate
from notegrad.records import Record

ShortKind = Literal["assignment", "question", "solution", "tests"]
SHORT_KINDS: tuple[ShortKind, ...] = ("assignment", "question", "solution", "tests")

# What a text without a head stands for, and what a head is written for where a notebook says something else.
USUAL_METADATA: dict[str, Any] = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


class TextLine(Record, frozen=True, kw_only=True):
    """One line of a text, or one that it stands for; `number` counts the text's lines from 1."""

    number: int
    text: str


class TextCell(Record, frozen=True, kw_only=True):
    """A cell of the notebook that a text stands for; `numbers` are the lines of the text, one per line."""

    kind: str
    source: str
    numbers: tuple[int, ...]
    metadata: dict[str, Any] = {}


class ShortPart(Record, frozen=True, kw_only=True):
    """A fence or header of the short notation: its kind, what stands behind it, and the lines below."""

    kind: ShortKind
    number: int
    argument: str
    lines: tuple[TextLine, ...]


class TextSlipError(Exception):
    """A mistake of an author's in the notation itself: the line, the key of the sentence and its facts."""

    def __init__(self, number: int, key: str, **facts: object) -> None:
        super().__init__(key)
        self.number, self.key, self.facts = number, key, facts

    def refusal(self, path: str, language: str) -> BuildError:
        """Return the same with its place, as a sentence."""
        said = translate(self.key, language, **self.facts)
        return BuildError(translate("text_slip", language, path=path, line=self.number, said=said))


def cell_of(kind: str, lines: list[TextLine]) -> TextCell:
    """Return the cell that holds these lines."""
    return TextCell(
        kind=kind, source="\n".join(line.text for line in lines), numbers=tuple(line.number for line in lines)
    )


def without_blank_end(lines: list[TextLine]) -> list[TextLine]:
    """Return the lines up to the last one that is not blank."""
    end = len(lines)
    while end and not lines[end - 1].text.strip():
        end -= 1
    return lines[:end]


def notebook_of(cell: TextCell, metadata: dict[str, Any]) -> Any:
    """Return a notebook of nbformat's that holds one cell."""
    import nbformat

    made = {"cell_type": cell.kind, "metadata": cell.metadata, "source": cell.source, "id": "cell"}
    code: dict[str, Any] = {"execution_count": None, "outputs": []} if cell.kind == "code" else {}
    whole = {"cells": [{**made, **code}], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    from_dict: Any = nbformat.from_dict
    return from_dict(whole)
