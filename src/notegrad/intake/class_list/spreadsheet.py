"""CSV files of others, read whole and written back with some cells replaced: every other byte stays.

The csv module reads and writes values; which quotes, spaces and line ends stood there it forgets. Here
each cell knows where its bytes lie. UTF-8 (with or without a byte order mark), Excel's UTF-16 and what old
Windows and macOS programs write are read; separators are commas, semicolons or tabs, whichever the line of
heads has, or what a first line `sep=;` says. Lines above the heads, such as a title, stay as they are.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from notegrad.errors import InputError
from notegrad.intake.class_list.heads import find_columns, plain, usual_heads
from notegrad.messages import DEFAULT_LANGUAGE, Message, translate

MAX_SHEET_BYTES = 64 << 20
MAX_SHEET_CELLS = 2_000_000
MAX_LINES_ABOVE = 40
"""The heads stand in one of so many first lines: a school's list begins with its title, the year, ..."""
MAX_HEADS = 1_000

_SEPARATORS = ",;\t"
_LINE_END = re.compile(r"\r\n|\r|\n")
_TOLD_SEPARATOR = re.compile(r'"?sep=([^\w\s"]|\t)"?\1*(?:\r\n|\r|\n|$)', re.IGNORECASE)
_WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class Cell(NamedTuple):
    """A cell: its text, and where its bytes (quotes included) begin and end."""

    text: str
    start: int
    end: int


class Sheet:
    """A CSV file: `rows` of cells, the first one the heads of the columns, of which `heads` are the texts."""

    def __init__(
        self, data: bytes, name: str, language: str = DEFAULT_LANGUAGE, *, head: str | None = None
    ) -> None:
        """Raises InputError where the bytes are no CSV text; `language` is that of what is said of them.

        head: the title of a column by which the line of heads is known, beside those that are usual.
        """
        self.name, self.language = name, language
        self._usual = usual_heads(head)
        self._mark = next((mark for mark in _WIDE if data.startswith(mark)), b"")
        self._data = _narrowed(data, self._mark, name)
        if b"\0" in self._data[:4096]:
            raise InputError(Message("list_no_text", name=name))
        self.encoding = _encoding(self._data)
        # One character a byte: positions in the text are positions in the file.
        self._raw = self._data.decode("latin-1")
        self._begin = len(codecs.BOM_UTF8) if self._data.startswith(codecs.BOM_UTF8) else 0
        told = _TOLD_SEPARATOR.match(self._raw, self._begin)
        self._begin = told.end() if told else self._begin
        self.separator = told[1] if told else self._separator()
        self._stop = re.compile(f"[{re.escape(self.separator)}\r\n]")
        rows = self._parse()
        first = [[cell.text for cell in row] for row in rows[:MAX_LINES_ABOVE]]
        self.rows = rows[self._line_of_heads(first) :]
        self.heads = tuple(cell.text for cell in self.rows[0]) if self.rows else ()

    def column(self, names: Sequence[str]) -> int | None:
        """The first column with one of these heads, whatever their case, accents and punctuation."""
        return next(iter(find_columns(self.heads, names)), None)

    def only(self, named: Sequence[int], wanted: str, *, absent: str, twice: str) -> int:
        """The one column that `wanted` names.

        Raises InputError with the sentence `absent` where there is none, `twice` where there are more.
        """
        facts = {"name": self.name, "column": wanted}
        if not named:
            columns = ", ".join(head for head in self.heads if head)
            raise InputError(Message(absent, **facts, columns=columns))
        if len(named) > 1:
            raise InputError(Message(twice, **facts, columns=self.places(named)))
        return named[0]

    def places(self, columns: Sequence[int]) -> str:
        """These columns by title and position, as a person counts them."""
        return ", ".join(
            translate("column_at", self.language, title=self.heads[at], position=at + 1) for at in columns
        )

    def text(self, row: int, column: int | None) -> str:
        """A cell's text without the space around it; the empty string where there is no such cell."""
        cells = self.rows[row]
        return cells[column].text.strip() if column is not None and column < len(cells) else ""

    def replaced(self, texts: Mapping[tuple[int, int], str]) -> bytes:
        """The file with these cells (row, column) replaced; a cell keeps its quotes.

        Where a row ends before the column, as Excel leaves rows whose last cells are empty, it is continued.
        """
        made, done = [], 0
        continued = (-1, -1)  # the row that was made longer, and how long it is now
        for (row, column), text in sorted(texts.items()):
            cells = self.rows[row]
            length = continued[1] if continued[0] == row else len(cells)
            missing = max(column - length + 1, 0)
            cell = Cell("", cells[-1].end, cells[-1].end) if missing else cells[column]
            made += [self._data[done : cell.start], self.separator.encode() * missing]
            made.append(self._written(text, cell, fresh=missing > 0))
            done = cell.end
            continued = (row, column + 1) if missing else continued
        return self._widened(b"".join([*made, self._data[done:]]))

    def _widened(self, data: bytes) -> bytes:
        return self._mark + data.decode("utf-8").encode(_WIDE[self._mark]) if self._mark else data

    def _written(self, text: str, cell: Cell, *, fresh: bool) -> bytes:
        quoted = not fresh and self._raw[cell.start : cell.start + 1] == '"'
        if quoted or any(char in text for char in f'"\r\n{self.separator}'):
            text = '"' + text.replace('"', '""') + '"'
        return text.encode(self.encoding, "replace")

    def _separator(self) -> str:
        """The commonest one of the line of heads; without usual heads, of the first line that has any."""
        lines = _LINE_END.split(self._raw[self._begin : self._begin + (1 << 20)], maxsplit=MAX_LINES_ABOVE)
        counts = [_counts(line) for line in lines[:MAX_LINES_ABOVE]]
        best = [max(_SEPARATORS, key=count.__getitem__) for count in counts]
        cells = [
            [cell.strip(' "') for cell in line.encode("latin-1").decode(self.encoding, "replace").split(by)]
            for line, by in zip(lines, best, strict=False)
        ]
        at = self._line_of_heads(cells)
        if not any(counts[at].values()):
            at = next((n for n, count in enumerate(counts) if any(count.values())), at)
        return best[at]

    def _line_of_heads(self, lines: Sequence[Sequence[str]]) -> int:
        """The line with the most usual heads, the first of equals; 0 where no line has any."""
        usual = [sum(plain(cell) in self._usual for cell in line[:MAX_HEADS]) for line in lines]
        return usual.index(max(usual)) if usual else 0

    def _parse(self) -> tuple[tuple[Cell, ...], ...]:
        raw, at, end = self._raw, self._begin, len(self._raw)
        rows: list[tuple[Cell, ...]] = []
        row: list[Cell] = []
        count = 0
        while at < end or row:
            cell, at = self._cell(at)
            row.append(cell)
            count += 1
            if count > MAX_SHEET_CELLS:
                raise InputError(Message("list_too_long", name=self.name, cells=MAX_SHEET_CELLS))
            if at < end and raw[at] == self.separator:
                at += 1
                continue
            at += 2 if raw.startswith("\r\n", at) else 1
            rows.append(tuple(row))
            row = []
        return tuple(rows)

    def _cell(self, at: int) -> tuple[Cell, int]:
        """The cell that begins here, and the position of the separator or line end after it."""
        raw, start = self._raw, at
        parts = []
        if raw.startswith('"', at):
            at += 1
            while True:
                close = raw.find('"', at)
                if close < 0:
                    raise InputError(Message("list_open_quote", name=self.name))
                parts.append(raw[at:close])
                at = close + 1
                if not raw.startswith('"', at):
                    break
                parts.append('"')
                at += 1
        found = self._stop.search(raw, at)
        stop = found.start() if found else len(raw)
        parts.append(raw[at:stop])
        text = "".join(parts).encode("latin-1").decode(self.encoding, "replace")
        return Cell(text, start, stop), stop


def read_sheet(path: Path, language: str = DEFAULT_LANGUAGE, *, head: str | None = None) -> Sheet:
    """The CSV file at a path. Raises InputError where it cannot be read or is no CSV text."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_SHEET_BYTES + 1)
    except OSError as error:
        raise InputError(Message("list_not_read", name=path, why=error.strerror)) from None
    return sheet_of(data, str(path), language, head=head)


def sheet_of(data: bytes, name: str, language: str = DEFAULT_LANGUAGE, *, head: str | None = None) -> Sheet:
    """The CSV file that these bytes are. Raises InputError where they are no CSV text, or too many."""
    if len(data) > MAX_SHEET_BYTES:
        raise InputError(Message("list_too_large", name=name, megabytes=MAX_SHEET_BYTES >> 20))
    if data.startswith(b"PK\x03\x04"):
        raise InputError(Message("list_workbook", name=name))
    return Sheet(data, name, language, head=head)


def _narrowed(data: bytes, mark: bytes, name: str) -> bytes:
    """What follows the mark of UTF-16, in UTF-8; other bytes as they are."""
    if not mark:
        return data
    try:
        return data[len(mark) :].decode(_WIDE[mark]).encode()
    except UnicodeError:
        raise InputError(Message("list_no_text", name=name)) from None


def _encoding(data: bytes) -> str:
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass
    # In Mac Roman é is 0x8E, a rare letter in Windows's page; there it is 0xE9, a rare one on the Mac.
    mac, windows = (sum(data.count(byte) for byte in page) for page in (b"\x8e\x8f\x88", b"\xe9\xe8\xe0"))
    return "mac_roman" if mac > windows else "cp1252"


def _counts(line: str) -> dict[str, int]:
    unquoted = "".join(line.split('"')[::2])
    return {separator: unquoted.count(separator) for separator in _SEPARATORS}
