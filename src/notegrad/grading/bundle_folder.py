"""The folder in which a bundle's tests run, as with otter: among its files, and nowhere else.

The files are the author's. Nothing that a student's notebook wrote, or handed in, ever lies here; and what
lies where the command was started (a class's results, a course) is no business of any test's.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

_COMPILED = "__pycache__"  # of the author's helpers, written whenever one is imported


class BundleFolder:
    """A bundle's files on disk, and a place for temporary ones, readable by this user only; close it."""

    def __init__(self, files: Sequence[tuple[str, bytes]]) -> None:
        """`files`: path in the folder, content; there may be none."""
        self._folder = tempfile.TemporaryDirectory(prefix="notegrad-bundle-")
        self._files = files
        self.path.mkdir()
        self._temporary.mkdir()
        self._write()
        self._as_written = self._listing()

    @property
    def path(self) -> Path:
        """The folder."""
        return Path(self._folder.name) / "files"

    @property
    def _temporary(self) -> Path:
        """Where `tempfile` makes its files in a judge's process."""
        return Path(self._folder.name) / "tmp"

    def make_anew(self) -> None:
        """Remove what the tests of one submission wrote: the next one begins as the first did."""
        _empty(self._temporary)
        if self._listing() != self._as_written:
            _empty(self.path)
            self._write()
            self._as_written = self._listing()

    def enter(self) -> None:
        """Go there for good, and import modules from there after all others: in a judge's process."""
        self._go()
        os.environ["TMPDIR"] = tempfile.tempdir = str(self._temporary)

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Go there for a while; modules imported from there are forgotten: another bundle has its own."""
        former = Path.cwd()
        self._go()
        try:
            yield
        finally:
            os.chdir(former)
            sys.path.remove(str(self.path))
            for name, module in list(sys.modules.items()):
                if str(getattr(module, "__file__", None)).startswith(f"{self.path}{os.sep}"):
                    del sys.modules[name]

    def close(self) -> None:
        """Remove the folder. May be called twice."""
        self._folder.cleanup()

    def _go(self) -> None:
        os.chdir(self.path)
        sys.path.append(str(self.path))

    def _write(self) -> None:
        for name, content in self._files:
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def _listing(self) -> dict[str, tuple[int, ...]]:
        """What lies in the folder: mode of each; of files also size and time (ns)."""
        found = {}
        for folder, folders, files in os.walk(self.path):
            folders[:] = [name for name in folders if name != _COMPILED]
            for name in (*folders, *files):
                path = os.path.join(folder, name)  # noqa: PTH118 (a thousand times in a submission)
                facts = os.lstat(path)
                of_file = () if name in folders else (facts.st_size, facts.st_mtime_ns)
                found[path] = (facts.st_mode, *of_file)
        return found


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
