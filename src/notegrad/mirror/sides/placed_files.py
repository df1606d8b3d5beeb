"""Files that a test made are placed where an answer looks for them, by the judge, in the answer's process.

There is no way back: what an answer writes stays with it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path


def place_files(
    folders: Sequence[str], files: Sequence[tuple[str, bytes]], gone: Sequence[str]
) -> tuple[str, ...]:
    """Make folders and files, and remove what is gone; the paths that cannot be made.

    Runs beside student code, which may do the same by itself.
    """
    failed: list[str] = []
    for path in gone:
        with contextlib.suppress(OSError):
            Path(path).unlink()
    for path in folders:
        try:
            Path(path).mkdir(parents=True, exist_ok=True)
        except OSError:
            failed.append(path)
    for path, content in files:
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_bytes(content)
        except OSError:
            failed.append(path)
    return tuple(failed)
