"""Makes text that student code may have chosen safe to store and to show."""

from __future__ import annotations

import re

MAX_OUTPUT_CHARS = 4_000
MAX_NAME_CHARS = 200

_ANSI = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|[@-_])")
_CUT = " … (coupé)"
# Zero-width joiners stay: scripts and emoji need them.
_HIDES = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
# Direction overrides and isolates make a line read otherwise than it is.
_REMOVED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean(text: str, limit: int = MAX_OUTPUT_CHARS) -> str:
    """The text without escape sequences, controls and lone surrogates, cut at `limit` characters."""
    # A long text is not read whole: what is removed may leave less than the limit of it.
    read = text[: 4 * limit]
    shown = _ANSI.sub("", read).replace("\r\n", "\n").replace("\r", "\n")
    shown = _REMOVED.sub("", shown).encode("utf-8", "replace").decode()
    if len(shown) <= limit and len(read) == len(text):
        return shown
    return shown[: limit - len(_CUT)] + _CUT


def one_line(text: str, limit: int = MAX_NAME_CHARS) -> str:
    """The cleaned text with every run of white space made one space."""
    return " ".join(clean(text, limit).split())


def visible(text: str, limit: int) -> str:
    """The text as it was handed in, cut at `limit` characters; what is invisible or reorders it is named.

    Controls become their pictures (␀), direction overrides and zero-width characters `‹U+202E›`.
    """
    shown = text[:limit].replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    return _HIDES.sub(lambda found: _named(found[0]), shown) + (_CUT if len(text) > limit else "")


def _named(char: str) -> str:
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"‹U+{code:04X}›"
