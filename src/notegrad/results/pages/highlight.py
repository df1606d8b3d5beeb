"""Students' code as HTML: escaped here, coloured by what pygments' lexer says each piece is."""

from __future__ import annotations

import functools
from html import escape
from typing import Any

from notegrad.results.text import visible

MAX_CELL_CHARS = 20_000
MAX_LINE_CHARS = 2_000  # longer lines are data, or an attack on the lexer's patterns
MAX_COLOURED_CHARS = 10_000

# Class names are ours: k keyword, s string, n number, c comment, d what is defined, b builtin
_KINDS = (
    ("Comment", "c"),
    ("Literal.String", "s"),
    ("Literal.Number", "n"),
    ("Keyword", "k"),
    ("Operator.Word", "k"),
    ("Name.Function", "d"),
    ("Name.Class", "d"),
    ("Name.Decorator", "d"),
    ("Name.Builtin", "b"),
)


class Highlighter:
    """Turns cells into HTML; colours as many characters in all as it was given."""

    def __init__(self, coloured_chars: int) -> None:
        self._left = coloured_chars

    def html(self, source: str) -> str:
        """The cell's source, cut, safe inside `<pre>`; nothing in it is markup."""
        text = visible(source, MAX_CELL_CHARS).rstrip("\n")
        longest = max(map(len, text.split("\n")))
        if len(text) > min(self._left, MAX_COLOURED_CHARS) or longest > MAX_LINE_CHARS:
            return escape(text)
        self._left -= len(text)
        return _coloured(text)


@functools.lru_cache(maxsize=256)  # most cells are the handout's, the same in every notebook
def _coloured(text: str) -> str:
    pieces = []
    last, held = "", ""
    for kind, value in _lexer().get_tokens(text):
        name = _class_of(kind) if value.strip() else last  # blanks join what they follow
        if name != last:
            pieces.append(_piece(last, held))
            last, held = name, ""
        held += value
    pieces.append(_piece(last, held))
    return "".join(pieces)


@functools.cache
def _lexer() -> Any:
    from pygments.lexers.python import PythonLexer

    return PythonLexer(stripnl=False, ensurenl=False)


def _class_of(kind: Any) -> str:
    full = ".".join(kind)
    return next((name for prefix, name in _KINDS if full.startswith(prefix)), "")


def _piece(name: str, text: str) -> str:
    """A piece of one colour; it never goes over the end of a line, so that a line can be taken out."""
    if not name or not text:
        return escape(text)
    return "\n".join(
        f'<span class="{name}">{escape(part)}</span>' if part else "" for part in text.split("\n")
    )
