"""Files that a test looks for and the bundle lacks: the notebook may have written them, elsewhere.

Nothing that student code wrote is brought to the judge, so such a test case is not judged.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from notegrad.judge.parsed_tests import once_a_source

_LOOKS = re.compile(r"\b(?:exists|isfile|is_file|isdir|is_dir|getsize|iterdir|listdir|scandir|i?glob)\(")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_watching: list[list[str]] = []
_is_hooked = False


@once_a_source
def looks_for_files(source: str) -> bool:
    """Whether a test asks which files there are: what it would hear is no answer of the notebook's."""
    return _LOOKS.search(source) is not None


@contextlib.contextmanager
def noting_missing() -> Iterator[list[str]]:
    """Note the names, relative to the folder, of files that are opened to be read and are not there."""
    global _is_hooked  # noqa: PLW0603 (an audit hook stays until its process ends)
    if not _is_hooked:
        sys.addaudithook(_hear)
        _is_hooked = True
    found: list[str] = []
    _watching.append(found)
    try:
        yield found
    finally:
        _watching.remove(found)


def _hear(event: str, facts: tuple[object, ...]) -> None:
    if event != "open" or not _watching:
        return
    path, _, flags = facts
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    if not isinstance(path, str) or path.startswith(("/", "<", ".")):  # `.pdbrc` is doctest's own wish
        return
    is_writing = isinstance(flags, int) and flags & _WRITING
    if not is_writing and not Path(path).exists():
        _watching[-1].append(path)
