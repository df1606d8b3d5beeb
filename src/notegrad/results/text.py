"""Makes text that student code may have chosen safe to store and to show."""

from __future__ import annotations

import re
import unicodedata

MAX_OUTPUT_CHARS = 4_000
MAX_NAME_CHARS = 200

_ANSI = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|[@-_])")
_CUT = " … (coupé)"
# Direction overrides and isolates make a line read otherwise than it is.
_DIRECTION = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}


def clean(text: str, limit: int = MAX_OUTPUT_CHARS) -> str:
    """The text without escape sequences, controls and lone surrogates, cut at `limit` characters."""
    # A long text is not read whole: what is removed may leave less than the limit of it.
    read = text[: 4 * limit]
    shown = _ANSI.sub("", read).replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join(char for char in shown if char in "\n\t" or _is_shown(char))
    shown = shown.encode("utf-8", "replace").decode()
    if len(shown) <= limit and len(read) == len(text):
        return shown
    return shown[: limit - len(_CUT)] + _CUT


def one_line(text: str, limit: int = MAX_NAME_CHARS) -> str:
    """The cleaned text with every run of white space made one space."""
    return " ".join(clean(text, limit).split())


def _is_shown(char: str) -> bool:
    return unicodedata.category(char) != "Cc" and ord(char) not in _DIRECTION
