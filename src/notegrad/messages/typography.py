"""Typography sets a French sentence as French is printed: no-break spaces, and the curved apostrophe."""

from __future__ import annotations

import re

NO_BREAK = "\N{NO-BREAK SPACE}"
NARROW = "\N{NARROW NO-BREAK SPACE}"
SPACES = NO_BREAK + NARROW

_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_]|[«“{])")
_BEFORE_COLON = re.compile(r" (?=[:»])")
_BEFORE_SIGN = re.compile(r" (?=[;!?](?![=\w]))")
_AFTER_QUOTE = re.compile(r"(?<=«) ")
_ELISION = re.compile(r"(?i)(?<!\w)([cdjlmnst]|qu|lorsqu|jusqu|puisqu|quoiqu)'(?=[\w«“{])")

_FAULTS = (
    re.compile(r" [:;!?»]"),
    re.compile(r"^[:;!?]|[\w»)}][;!?](?=\s|$)"),
    re.compile("« |«(?! |\N{NO-BREAK SPACE})"),
    _ELISION,
)

SORTED_AS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
"""Letters that are no plain one with an accent, as a dictionary sorts them."""


def french(text: str) -> str:
    """The text with a no-break space before `: »`, a narrow one before `; ! ?`, one after `«`, and `’`."""
    text = _APOSTROPHE.sub("’", text)
    text = _BEFORE_COLON.sub(NO_BREAK, text)
    text = _BEFORE_SIGN.sub(NARROW, text)
    return _AFTER_QUOTE.sub(NO_BREAK, text)


def sentence(text: str) -> str:
    """The text with a capital at its beginning and a full stop at its end."""
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?…" else ".")


def faults(text: str) -> list[str]:
    """The places of a French sentence that are not set as French is printed."""
    return [
        text[max(found.start() - 12, 0) : found.end() + 12]
        for sign in _FAULTS
        for found in sign.finditer(text)
    ]


def ascii_spaces(text: str) -> str:
    """The text with ordinary spaces, to be compared or looked for."""
    return text.replace(NO_BREAK, " ").replace(NARROW, " ")
