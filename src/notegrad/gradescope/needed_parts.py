"""The libraries that a submission will need are guessed from its files, before anything is imported."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

from notegrad.sandbox.inside import optional_libraries

MAX_FILE_BYTES = 8 << 20
"""Of a larger file nothing is guessed: whatever it uses is imported when it does."""

_CODE = (".ipynb", ".py")


def unneeded_parts(root: Path) -> tuple[str, ...]:
    """The parts of `optional_libraries` that no file below the platform's folder names.

    A wrong guess costs time and nothing else.
    """
    found = (*_texts(root / "source"), *_texts(root / "submission"))
    return optional_libraries.not_in(found)


def _texts(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        with contextlib.suppress(OSError):
            if path.suffix in _CODE and path.is_file() and path.stat().st_size <= MAX_FILE_BYTES:
                text = path.read_text("utf-8", "replace")
                yield _code_of(text) if path.suffix == ".ipynb" else text


def _code_of(text: str) -> str:
    """The sources of a notebook's code cells: each notebook has "metadata", and may draw in its outputs.

    Of what is no notebook of today's format, the whole text: how it is read, and whether, others decide.
    """
    try:
        cells = json.loads(text)["cells"]
        return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    except (ValueError, KeyError, TypeError, RecursionError):
        return text
