"""Makes names of students from names of files, and ids that every file system takes."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

SUBMISSION_SUFFIXES = (".ipynb", ".zip")
MAX_ID_BYTES = 120
CLASS_FILES = (".csv", ".tsv", ".ods", ".xlsx", ".yml", ".yaml", ".toml", ".md")
"""Endings of what lies beside submissions and is none: lists of the class, settings, notes."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DEVICE_NAME = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def name_of(path: Path) -> str:
    """The file's name without `.ipynb` or `.zip`, the folder's name as it is; always valid UTF-8, NFC."""
    name = path.name or path.resolve().name
    while not path.is_dir() and name.lower().endswith(SUBMISSION_SUFFIXES):
        name = name[: name.rindex(".")]
    return unicodedata.normalize("NFC", printable(name)).strip() or printable(path.name)


def is_of_the_class(name: str) -> bool:
    """Whether a file beside submissions is called as what a class keeps there."""
    return name.lower().endswith(CLASS_FILES)


def safe_id(name: str) -> str:
    """A name that every file system takes: letters (accents kept) and digits of any script, `.`, `_`, `-`."""
    kept = "".join(char if unicodedata.category(char)[0] in "LMN" or char in "._-" else "-" for char in name)
    kept = re.sub(r"-{2,}", "-", kept).encode()[:MAX_ID_BYTES].decode("utf-8", "ignore").strip("-._")
    if not kept:
        return "submission"
    return f"_{kept}" if _DEVICE_NAME.fullmatch(kept) else kept


def unique(wanted: str, taken: set[str]) -> str:
    """The id itself, or with `-2`, `-3`... where one that a file system may confuse with it was given out."""
    number, candidate = 1, wanted
    while (key := unicodedata.normalize("NFKC", candidate).casefold()) in taken:
        number += 1
        candidate = f"{wanted}-{number}"
    taken.add(key)
    return candidate


def printable(text: str) -> str:
    """Bytes of file names that are no UTF-8, and characters that end lines, become replacement characters."""
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)
