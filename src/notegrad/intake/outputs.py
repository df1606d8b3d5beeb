"""Cuts the outputs out of a notebook that is too large with them.

A student's code cells are small; a film that the notebook shows is not, and has no part in a grade. Marks of
JSON are followed in the raw bytes, string by string, so that no value is built of what is thrown away.
"""

from __future__ import annotations

import re

from notegrad.intake.notebooks import MAX_JSON_VALUES, MAX_NOTEBOOK_BYTES, begins_as_notebook

MAX_READ_BYTES = 10 * MAX_NOTEBOOK_BYTES
"""Of a file that begins as a notebook: what is read to look for the outputs."""

MAX_OUTPUT_MARKS = 10_000_000
"""Strings and brackets that are followed through all outputs: some seconds."""

# What a front end may leave in a notebook and no grade looks at: a key, and what opens its value.
_KEY = re.compile(rb'"(?:outputs|attachments|widgets)"[ \t\r\n]*:[ \t\r\n]*(?=[\[{])')
_MARK = re.compile(rb'"[^"\\]*+(?:\\.?[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
_EMPTY = {b"[": b"[]", b"{": b"{}"}
_ESCAPE = b"\\"


def without_outputs(data: bytes) -> bytes:
    """The bytes of a notebook that is too large, outputs and attachments emptied; any others as they are.

    What is still too large, or is no JSON, is refused by whoever reads it.
    """
    if not begins_as_notebook(data) or not _is_too_large(data):
        return data
    kept: list[bytes] = []
    at, marks = 0, 0
    while (key := _KEY.search(data, at)) is not None:
        # An escaped quote begins no key: this one stands within a string.
        if data[key.start() - 1 : key.start()] == _ESCAPE:
            kept.append(data[at : key.end()])
            at = key.end()
            continue
        end, followed = _end_of_value(data, key.end(), MAX_OUTPUT_MARKS - marks)
        marks += followed
        if end is None:
            return data
        kept += [data[at : key.end()], _EMPTY[data[key.end() : key.end() + 1]]]
        at = end
    return b"".join([*kept, data[at:]]) if kept else data


def _is_too_large(data: bytes) -> bool:
    return len(data) > MAX_NOTEBOOK_BYTES or sum(map(data.count, (b"[", b"{", b",", b'"'))) > MAX_JSON_VALUES


def _end_of_value(data: bytes, start: int, most: int) -> tuple[int | None, int]:
    """Where the list or object that begins at `start` ends, None beyond so many marks; and their number."""
    depth = 0
    for number, mark in enumerate(_MARK.finditer(data, start), 1):
        if number > most:
            return None, number
        first = data[mark.start()]
        if first in b"[{":
            depth += 1
        elif first in b"]}":
            depth -= 1
            if depth == 0:
                return mark.end(), number
    return None, most
