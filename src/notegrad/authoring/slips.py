"""Slips of an author: what is wrong in a master notebook, in which cell, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from notegrad.authoring.master_cells import MasterCell
from notegrad.errors import BuildError
from notegrad.messages import Message, listed, translate
from notegrad.records import Record

MAX_TOLD = 6
MAX_ALIKE = 12  # numbers of cells with the same slip

KINDS = {"raw": "cell_raw", "markdown": "cell_markdown", "code": "cell_code"}


class Slip(Record, frozen=True, kw_only=True):
    """A sentence without a place, the cell that it is about, and the question where that is known."""

    message: Message
    cell: MasterCell | None = None
    question: str = ""

    def text(self, path: str, language: str) -> str:
        """Return the sentence with its place: the notebook, the cell as authors count, the question.

        Where the master is a text, lines are counted in the text.
        """
        message, line = _in_text(self.message, self.cell)
        said = message.text(language)
        if self.cell is None:
            return translate("path_said", language, path=path, said=said)
        kind = translate(KINDS.get(self.cell.kind, "cell_other"), language)
        key = "slip_in_question" if self.question else "slip_in_cell"
        where = translate("path_and_line", language, path=path, line=line) if line else path
        facts = {"path": where, "number": self.cell.number, "kind": kind, "said": said}
        return translate(key, language, first_line=self.cell.first_line, question=self.question, **facts)


def slip(key: str, cell: MasterCell | None = None, question: str = "", **facts: object) -> Slip:
    """Return the slip whose sentence is `key` with these facts."""
    return Slip(message=Message(key, **facts), cell=cell, question=question)


def _in_text(message: Message, cell: MasterCell | None) -> tuple[Message, int]:
    """Return the sentence with its line counted in the text, and that line; 0 where there is no text."""
    if cell is None or not cell.text_lines:
        return message, 0
    number = message.facts.get("line_number")
    if isinstance(number, int):
        line = cell.text_lines[min(max(number, 1), len(cell.text_lines)) - 1]
        return Message(message.key, **{**message.facts, "line_number": line}), line
    begun = next((i for i, line in enumerate(cell.lines) if line.strip()), 0)
    return message, cell.text_lines[min(begun, len(cell.text_lines) - 1)]


def refuse_slips(slips: Sequence[Slip], path: str, language: str) -> None:
    """Raise BuildError with a line for each of the first few slips, where there are any."""
    if not slips:
        return
    lines = _lines(slips, path, language)
    told = lines[:MAX_TOLD]
    if len(lines) > MAX_TOLD:
        told.append(translate("slips_more", language, count=len(lines) - MAX_TOLD))
    raise BuildError("\n".join(told))


def _lines(slips: Sequence[Slip], path: str, language: str) -> list[str]:
    """Return a line for each slip; a kind of slip with marks, which is made everywhere, has one line."""
    lines: dict[object, str] = {}
    alike: dict[object, list[str]] = {}
    for number, one in enumerate(slips):
        repeats = one.message.key.startswith("slip_mark_") and one.cell is not None
        kind: object = one.message.key if repeats else number
        if kind not in lines:
            lines[kind] = one.text(path, language)
        elif one.cell is not None:
            alike.setdefault(kind, []).append(str(one.cell.number))
    for kind, numbers in alike.items():
        others = listed(dict.fromkeys(numbers), MAX_ALIKE).text(language)
        lines[kind] = translate("slip_alike", language, said=lines[kind], numbers=others)
    return list(lines.values())
