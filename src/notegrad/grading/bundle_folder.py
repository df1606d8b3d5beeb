"""The folder of a bundle's files is where its tests run, as with otter: they open data and import helpers.

The files are the author's. Nothing that a student's notebook wrote, or handed in, ever lies here.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path


class BundleFolder:
    """A bundle's files on disk, readable by this user only; close it."""

    def __init__(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Without files there is no folder, and tests run where the command was started."""
        self._folder = tempfile.TemporaryDirectory(prefix="notegrad-bundle-") if files else None
        for name, content in files:
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    @property
    def path(self) -> Path:
        """The folder; the current one where there are no files."""
        return Path(self._folder.name) if self._folder is not None else Path.cwd()

    def enter(self) -> None:
        """Go there for good, and import modules from there after all others: in a judge's process."""
        if self._folder is not None:
            os.chdir(self._folder.name)
            sys.path.append(self._folder.name)

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Go there for a while; modules imported from there are forgotten: another bundle has its own."""
        if self._folder is None:
            yield
            return
        former = Path.cwd()
        self.enter()
        try:
            yield
        finally:
            os.chdir(former)
            sys.path.remove(self._folder.name)
            for name, module in list(sys.modules.items()):
                if str(getattr(module, "__file__", None)).startswith(self._folder.name + os.sep):
                    del sys.modules[name]

    def close(self) -> None:
        """Remove the folder. May be called twice."""
        if self._folder is not None:
            self._folder.cleanup()
