"""Makes text that student code may have chosen safe to store and to show."""

from __future__ import annotations

import json
import re

from notegrad.messages.typography import SPACES, sentence
from notegrad.records import GradingResult

MAX_OUTPUT_CHARS = 4_000
MAX_NAME_CHARS = 200

_ANSI = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|[@-_])")
_CUT = " …"
# Zero-width joiners stay: scripts and emoji need them.
_HIDES = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
_LINE_ENDS = str.maketrans(dict.fromkeys("\r\x85\u2028\u2029", "\n"))
# What JSON lets stand and a terminal or an editor obeys: DEL, C1 controls, directions and the like.
_UNPRINTABLE = re.compile(
    r"[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
# Controls and formats, which turn a line or are there unseen; but for the two joiners, without which Persian,
# the scripts of India and composed emoji read wrongly.
_REMOVED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f]"
)


def clean(text: str, limit: int = MAX_OUTPUT_CHARS) -> str:
    """The text without escape sequences, controls, directions, what is invisible and lone surrogates.

    Cut at `limit` characters.
    """
    # A long text is not read whole: what is removed may leave less than the limit of it.
    read = text[: 4 * limit]
    shown = _ANSI.sub("", read).replace("\r\n", "\n").translate(_LINE_ENDS)
    shown = _REMOVED.sub("", shown).encode("utf-8", "replace").decode()
    if len(shown) <= limit and len(read) == len(text):
        return shown
    return shown[: limit - len(_CUT)] + _CUT


def remarks(result: GradingResult) -> str:
    """The sentences on a whole submission: why it has no more, and what was chosen of what was handed in."""
    said = [text for text in (result.reason, *result.notes) if text]
    return " ".join(map(sentence, said)) if len(said) > 1 else "".join(said)


def one_line(text: str, limit: int = MAX_NAME_CHARS) -> str:
    """The cleaned text with every run of white space made one space."""
    return " ".join(clean(text, limit).split())


def printable(text: str) -> str:
    """The text with a replacement for each character that would move a terminal's cursor or turn a line."""
    return "".join(char if char.isprintable() or char in SPACES else _blank(char) for char in text)


def _blank(char: str) -> str:
    return " " if char.isspace() else "\N{REPLACEMENT CHARACTER}"


def escape_unprintable(document: str) -> str:
    r"""The same JSON document, in which what would steer a terminal stands as `\uXXXX`."""
    return document if document.isascii() and "\x7f" not in document else _UNPRINTABLE.sub(_escape, document)


def _escape(found: re.Match[str]) -> str:
    return "\\u007f" if found[0] == "\x7f" else json.dumps(found[0])[1:-1]


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
