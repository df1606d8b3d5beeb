"""Text of strangers in cells of a spreadsheet: never a formula, never a second line."""

from __future__ import annotations

import re
import string

from notegrad.results.text import MAX_OUTPUT_CHARS, one_line

# The full-width forms are read as formulas by spreadsheets set to Chinese or Japanese.
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
# A French spreadsheet splits lines at semicolons, an English one at commas, whichever the file means: what
# follows one may become a cell of its own.
_INNER_FORMULA = re.compile(r"""([;,][\s"']*)([=+\-@＝＋－＠])""")


def safe_cell(text: str) -> str:
    """The text on one line; what a spreadsheet would take for a formula is preceded by an apostrophe."""
    # A formula may hide behind white space that cleaning removes or a spreadsheet skips, or behind quotes.
    formula = text.startswith(FORMULA_STARTS) or _bare(text).startswith(FORMULA_STARTS)
    line = _INNER_FORMULA.sub(r"\1'\2", one_line(text, MAX_OUTPUT_CHARS))
    return f"'{line}" if formula or _bare(line).startswith(FORMULA_STARTS) else line


def _bare(text: str) -> str:
    return text.lstrip(f"{string.whitespace}\xa0\"'")
