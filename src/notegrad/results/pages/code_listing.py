"""Listing of a student's cells on a page: coloured, within one budget of characters, failing lines marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from notegrad.messages import translate
from notegrad.results.pages.highlight import MAX_CELL_CHARS, Highlighter

MAX_CELLS = 500  # of one page
MAX_SOURCE_CHARS = 400_000  # of code on one page; the cells after that are only named
MAX_COLOURED_CHARS = 150_000
MAX_LINE_TEXT = 200  # characters of a line that travel with an exception


class CodeListing:
    """Turns cells of one notebook into HTML; knows which it has shown, and where."""

    def __init__(self, cells: Sequence[str], language: str) -> None:
        """Keeps the cells; nothing is shown yet."""
        self._cells, self._language = cells, language
        self._left = MAX_SOURCE_CHARS
        self._highlighter = Highlighter(MAX_COLOURED_CHARS)
        self.shown_at: dict[int, str] = {}

    @property
    def count(self) -> int:
        """The number of cells whose source is known."""
        return len(self._cells)

    def source(self, index: int) -> str:
        """The source of a cell; the empty string where it is not known."""
        return self._cells[index] if 0 <= index < len(self._cells) else ""

    def html(self, index: int, marked: Mapping[int, str] | None = None) -> str:
        """The cell as an element; `marked` are lines from 1, with the id that each gets."""
        source = self._cells[index]
        room = min(MAX_CELL_CHARS, self._left)
        self._left = max(0, self._left - min(len(source), MAX_CELL_CHARS))
        shown = ""
        if room:
            text = self._highlighter.html(source[:room])
            shown = f'<pre tabindex="0"><code>{_with_marks(text, marked or {}, self._language)}</code></pre>'
        hidden = len(source) - room
        if hidden > 0:
            shown += (
                f'<p class="trouble quiet">{translate("page_cut_source", self._language, count=hidden)}</p>'
            )
        return shown


def line_of(source: str, text: str) -> int:
    """The line of a cell, from 1, that reads like `text`, cut as the mirror cuts; 0 where none does."""
    wanted = text.strip()
    lines = [line.strip()[:MAX_LINE_TEXT] for line in source.splitlines()]
    return lines.index(wanted) + 1 if wanted and wanted in lines else 0


def _with_marks(html: str, marked: Mapping[int, str], language: str) -> str:
    """The code with those lines marked: by colour, by a sign, and by words for who hears the page."""
    if not marked:
        return html
    lines = html.split("\n")
    for number, id_ in marked.items():
        if 0 < number <= len(lines):
            said = translate("page_line_marked", language)
            lines[number - 1] = f'<mark id="{id_}" title="{said}">{lines[number - 1] or " "}</mark>'
    return "\n".join(lines)
