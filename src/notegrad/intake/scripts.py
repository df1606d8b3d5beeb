"""A script, `.py`, is read as a notebook of one cell, as otter reads it, where no notebook was handed in."""

from __future__ import annotations

import ast
import warnings

from notegrad.intake.notebooks import MAX_SOURCE_CHARS

SCRIPT_SUFFIX = ".py"


def script_cells(data: bytes, path: str) -> tuple[str, ...]:
    """The one cell of the script that lies at `path`; none where it is called otherwise, or is no Python."""
    if not path.lower().endswith(SCRIPT_SUFFIX) or len(data) > MAX_SOURCE_CHARS or b"\0" in data:
        return ()
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a student's escapes: said where the cell runs
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    return (text,) if tree.body else ()
