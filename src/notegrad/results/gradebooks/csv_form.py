r"""The form of gradebooks of our own: what a spreadsheet in France opens, or one elsewhere.

`fr` has semicolons and decimal commas, `en` commas and decimal points. Both are UTF-8 with a byte order
mark, because spreadsheets on Windows read accents only with one (Python reads it with `encoding="utf-8-sig"`,
pandas as it is), with `\n` line ends, and differ in nothing else. Text that a spreadsheet would take for a
formula is preceded by an apostrophe, also after a semicolon or a comma.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from notegrad.marks.final_mark import number
from notegrad.records import CsvForm
from notegrad.results.gradebooks.formulas import safe_cell
from notegrad.results.gradebooks.scale import written

Content = str | float | Decimal


def form_of(language: str, asked: CsvForm | None = None) -> CsvForm:
    """The form that was asked for, else that of the course's language."""
    return asked or ("en" if language == "en" else "fr")


def to_csv(rows: Iterable[Sequence[Content]], form: CsvForm) -> bytes:
    """The rows as CSV: texts made safe, numbers with the form's decimal mark."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", delimiter=";" if form == "fr" else ",")
    writer.writerows([_cell(content, form) for content in row] for row in rows)
    return codecs.BOM_UTF8 + text.getvalue().encode("utf-8", "replace")


def _cell(content: Content, form: CsvForm) -> str:
    if isinstance(content, str):
        return safe_cell(content)
    text = written(content) if isinstance(content, Decimal) else number(content)
    return text.replace(".", ",") if form == "fr" else text
