"""Makes text that student code may have chosen safe to store and to show."""

from __future__ import annotations

import json
import re
import unicodedata

MAX_OUTPUT_CHARS = 4_000
MAX_NAME_CHARS = 200

_ANSI = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|[@-_])")
_CUT = " … (coupé)"
# Without these two, Persian, the scripts of India and composed emoji read wrongly.
_JOINERS = "\u200c\u200d"
_LINE_ENDS = str.maketrans(dict.fromkeys("\r\x85\u2028\u2029", "\n"))
# What JSON lets stand and a terminal or an editor obeys: DEL, C1 controls, directions and the like.
_UNPRINTABLE = re.compile(
    r"[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)


def clean(text: str, limit: int = MAX_OUTPUT_CHARS) -> str:
    """The text without escape sequences, controls, directions, what is invisible and lone surrogates.

    Cut at `limit` characters.
    """
    # A long text is not read whole: what is removed may leave less than the limit of it.
    read = text[: 4 * limit]
    shown = _ANSI.sub("", read).replace("\r\n", "\n").translate(_LINE_ENDS)
    shown = "".join(char for char in shown if char in "\n\t" or _is_shown(char))
    shown = shown.encode("utf-8", "replace").decode()
    if len(shown) <= limit and len(read) == len(text):
        return shown
    return shown[: limit - len(_CUT)] + _CUT


def one_line(text: str, limit: int = MAX_NAME_CHARS) -> str:
    """The cleaned text with every run of white space made one space."""
    return " ".join(clean(text, limit).split())


def printable(text: str) -> str:
    """The text with a replacement for each character that would move a terminal's cursor or turn a line."""
    return "".join(
        char if char.isprintable() else " " if char.isspace() else "\N{REPLACEMENT CHARACTER}"
        for char in text
    )


def escape_unprintable(document: str) -> str:
    r"""The same JSON document, in which what would steer a terminal stands as `\uXXXX`."""
    return document if document.isascii() and "\x7f" not in document else _UNPRINTABLE.sub(_escape, document)


def _escape(found: re.Match[str]) -> str:
    return "\\u007f" if found[0] == "\x7f" else json.dumps(found[0])[1:-1]


def _is_shown(char: str) -> bool:
    # Formats (Cf) turn the direction of a line, or are there without being seen.
    return char in _JOINERS or unicodedata.category(char) not in ("Cc", "Cf")
