"""One sentence names the limit that an error of the student's code met: libraries give numbers."""

from __future__ import annotations

import re

import msgspec

from notegrad.messages import translate
from notegrad.records import CellRun, Limits

_SIGNS: tuple[tuple[str, str], ...] = (
    (
        r"^MemoryError|_ArrayMemoryError|\[Errno 12\]|an(no|')t allocate memory|not enough memory",
        "reached_memory",
    ),
    (r"\[Errno 28\]|No space left on device|PytorchStreamWriter failed writing", "reached_disk"),
    (r"\[Errno 27\]|File too large", "reached_file"),
    (r"\[Errno 24\]|Too many open files", "reached_open_files"),
    (
        r"^BlockingIOError.*\[Errno 11\]|can't start new thread|[Rr]esource temporarily unavailable",
        "reached_processes",
    ),
    (
        r"\[Errno (101|-2|-3)\]|^gaierror|Network is unreachable|Name or service not known|name resolution",
        "no_network",
    ),
    (r"^EOFError: EOF when reading a line", "no_keyboard"),
)
"""Signs in the text of errors, and the message that explains each; the first sign found counts."""


def explain(error: str, limits: Limits, language: str) -> str | None:
    """One sentence on the limit that `Type: text` of an error speaks of; None for every other error."""
    key = next((key for sign, key in _SIGNS if re.search(sign, error)), None)
    return None if key is None else translate(key, language, **msgspec.structs.asdict(limits))


def explain_cell(cell: CellRun, limits: Limits, language: str) -> CellRun:
    """The same cell, its error followed by the sentence on the limit that it met."""
    sentence = explain(cell.error, limits, language) if cell.error else None
    return cell if sentence is None else msgspec.structs.replace(cell, error=f"{cell.error} ({sentence})")
