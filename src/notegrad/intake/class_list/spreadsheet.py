"""CSV files of others, read whole and written back with some cells replaced: every other byte stays.

The csv module reads and writes values; which quotes, spaces and line ends stood there it forgets. Here
each cell knows where its bytes lie. UTF-8 (with or without a byte order mark) and what old Windows and
macOS programs write are read; separators are commas, semicolons or tabs, whichever the first line has.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from notegrad.errors import InputError
from notegrad.intake.class_list.heads import find_columns

MAX_SHEET_BYTES = 64 << 20
MAX_SHEET_CELLS = 2_000_000

_SEPARATORS = ",;\t"


class Cell(NamedTuple):
    """A cell: its text, and where its bytes (quotes included) begin and end."""

    text: str
    start: int
    end: int


class Sheet:
    """A CSV file: `rows` of cells, the first one the heads of the columns."""

    def __init__(self, data: bytes, name: str) -> None:
        """Raises InputError where the bytes are no CSV text."""
        self.name, self._data = name, data
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data[:4096]:
            raise InputError(f"{name} is no CSV file in UTF-8: save it as “CSV UTF-8”, or download it again.")
        self.encoding = _encoding(data)
        # One character a byte: positions in the text are positions in the file.
        self._raw = data.decode("latin-1")
        self._begin = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
        self.separator = _separator(self._raw[self._begin :].split("\n", 1)[0])
        self._stop = re.compile(f"[{self.separator}\r\n]")
        self.rows = self._parse()

    @property
    def heads(self) -> tuple[str, ...]:
        """The texts of the first row."""
        return tuple(cell.text for cell in self.rows[0]) if self.rows else ()

    def column(self, names: Sequence[str]) -> int | None:
        """The first column with one of these heads, whatever their case, accents and punctuation."""
        return next(iter(find_columns(self.heads, names)), None)

    def text(self, row: int, column: int | None) -> str:
        """A cell's text without the space around it; the empty string where there is no such cell."""
        cells = self.rows[row]
        return cells[column].text.strip() if column is not None and column < len(cells) else ""

    def replaced(self, texts: Mapping[tuple[int, int], str]) -> bytes:
        """The file with these cells (row, column) replaced; a cell keeps its quotes."""
        made, done = [], 0
        for (row, column), text in sorted(texts.items()):
            cell = self.rows[row][column]
            made += [self._data[done : cell.start], self._written(text, cell)]
            done = cell.end
        return b"".join([*made, self._data[done:]])

    def _written(self, text: str, cell: Cell) -> bytes:
        quoted = self._raw[cell.start : cell.start + 1] == '"'
        if quoted or any(char in text for char in f'"\r\n{self.separator}'):
            text = '"' + text.replace('"', '""') + '"'
        return text.encode(self.encoding, "replace")

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
                raise InputError(
                    f"{self.name} has more than {MAX_SHEET_CELLS} cells: it is no list of a class."
                )
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
                    raise InputError(f"{self.name} has a quote that is never closed: download it again.")
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


def read_sheet(path: Path) -> Sheet:
    """The CSV file at a path. Raises InputError where it cannot be read or is no CSV text."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_SHEET_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}; give a CSV file.") from None
    if len(data) > MAX_SHEET_BYTES:
        raise InputError(f"{path} is larger than {MAX_SHEET_BYTES >> 20} MiB: it is no list of a class.")
    if data.startswith(b"PK\x03\x04"):
        raise InputError(f"{path} is an Excel or OpenDocument file: save it as “CSV UTF-8” first.")
    return Sheet(data, str(path))


def _encoding(data: bytes) -> str:
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass
    # In Mac Roman é is 0x8E, a rare letter in Windows's page; there it is 0xE9, a rare one on the Mac.
    mac, windows = (sum(data.count(byte) for byte in page) for page in (b"\x8e\x8f\x88", b"\xe9\xe8\xe0"))
    return "mac_roman" if mac > windows else "cp1252"


def _separator(line: str) -> str:
    unquoted = "".join(line.split('"')[::2])
    return max(_SEPARATORS, key=unquoted.count)
