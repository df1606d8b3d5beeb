"""Files that a test looks for and the bundle lacks: the notebook may have written them, elsewhere.

Nothing that student code wrote is brought to the judge, so such a test case is not judged.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from notegrad.judge.heard_events import listen
from notegrad.judge.made_files import MadeFiles
from notegrad.judge.parsed_tests import once_a_source

_LOOKS = re.compile(r"\b(?:exists|isfile|is_file|isdir|is_dir|getsize|iterdir|listdir|scandir|i?glob)\(")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_watching: list[tuple[list[str], MadeFiles]] = []


@once_a_source
def looks_for_files(source: str) -> bool:
    """Whether a test asks which files there are: what it would hear is no answer of the notebook's."""
    return _LOOKS.search(source) is not None


@contextlib.contextmanager
def noting_missing(made: MadeFiles) -> Iterator[list[str]]:
    """Note the names of files that are opened to be read and are not there, or are an answer's by now."""
    listen("open", _hear)
    found: list[str] = []
    _watching.append((found, made))
    try:
        yield found
    finally:
        _watching.pop()


def _hear(facts: tuple[object, ...]) -> None:
    if not _watching:
        return
    path, mode, flags = facts
    if mode is None:  # `os.open`, by which folders are removed
        return
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    if not isinstance(path, str) or path.startswith("<"):
        return
    found, made = _watching[-1]
    is_writing = isinstance(flags, int) and flags & _WRITING
    if is_writing or path.startswith("."):  # `.pdbrc` is doctest's own wish
        return
    is_missing = not (path.startswith("/") or Path(path).exists())
    if is_missing or made.is_shown(path):
        found.append(path)
