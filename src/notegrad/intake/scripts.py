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
        text, tree = _parsed(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    return (text,) if tree.body else ()


def slip_in_script(data: bytes, path: str) -> int:
    """The line of a script's syntax error; 0 where it has none, or is none."""
    if not path.lower().endswith(SCRIPT_SUFFIX) or len(data) > MAX_SOURCE_CHARS or b"\0" in data:
        return 0
    try:
        _parsed(data)
    except SyntaxError as error:
        return error.lineno or 0
    except (ValueError, RecursionError, MemoryError):
        return 0
    return 0


def _parsed(data: bytes) -> tuple[str, ast.Module]:
    text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a student's escapes: said where the cell runs
        return text, ast.parse(text)
