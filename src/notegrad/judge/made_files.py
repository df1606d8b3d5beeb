"""Files that a test made are given to the student's process before a call that may look for them.

A test writes a table and passes its path, or makes a folder for a model to be saved in. Which files these are
is read from their times: those of the bundle are older than the judge.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

from notegrad.judge.parsed_tests import once_a_source
from notegrad.mirror import Mirror

MAX_PLACED_BYTES = 16_000_000
MAX_PLACED_FILES = 1_000
_MAX_PATH = 1_000
_MAKES = re.compile(
    r"\b(?:open|tempfile|tmp_?path|mkdir|makedirs|mkdtemp|write_text|write_bytes|touch|dump|copy\w*|imwrite"
    r"|save\w*|to_(?:csv|json|excel|parquet|pickle|string|html|markdown|feather))\("
    r"|\btempfile\b"
)
_first_ns: dict[int, int] = {}
"""By process: when its first test case began."""


@once_a_source
def may_make_files(source: str) -> bool:
    """Whether a test may write files, or make folders."""
    return _MAKES.search(source) is not None


class MadeFiles:
    """The files that a test case made, and which of them the student's process has."""

    def __init__(self, source: str) -> None:
        """`source`: the test's."""
        started_ns = time.time_ns() - _CLOCK_GRAIN_NS
        self._since_ns = _first_ns.setdefault(os.getpid(), started_ns)
        self._may = may_make_files(source)
        self._placed: dict[str, tuple[int, int]] = {}
        self._folders: set[str] = set()
        self._is_placing = False
        self.shown: set[Path] = set()
        """Files and folders whose paths an answer was given: it may have written there."""

    def place(self, mirror: Mirror, values: Iterable[object]) -> str:
        """Give the student's process what a test made; a path that this cannot have, or "".

        `values`: what its function will be given. Files beside those of the bundle need no path to be found.
        """
        if not self._may:
            return ""
        self._is_placing = True
        try:
            passed = {root for each in _paths(values) if (root := self._made_root(_absolute(each)))}
            beside = {root for each in Path.cwd().iterdir() if (root := self._made_root(each))}
            self.shown |= passed
            found = [path for root in passed | beside for path in (root, *root.rglob("*"))]
            folders = {_name(path) for path in found if path.is_dir()}
            files = {_name(path): path for path in found if path.is_file()}
            return self._send(mirror, folders - self._folders, files)
        finally:
            self._is_placing = False

    def is_shown(self, path: str) -> bool:
        """Whether an answer was given a path, or one above it: what lies there now is not here."""
        found = _absolute(path)
        return not self._is_placing and any(root in (found, *found.parents) for root in self.shown)

    def _send(self, mirror: Mirror, folders: set[str], files: dict[str, Path]) -> str:
        changed = {name: path for name, path in files.items() if self._placed.get(name) != _facts(path)}
        gone = [name for name in self._placed if not Path(name).exists()]
        if not (folders or changed or gone):
            return ""
        sizes = [path.stat().st_size for path in changed.values()]
        if sum(sizes) > MAX_PLACED_BYTES or len(sizes) > MAX_PLACED_FILES:
            return next(iter(changed))
        contents = [(name, path.read_bytes()) for name, path in changed.items()]
        failed = mirror.place_files(sorted(folders), contents, gone)
        self._placed = {k: v for k, v in self._placed.items() if k not in gone}
        self._placed |= {name: _facts(path) for name, path in changed.items()}
        self._folders |= folders
        return failed

    def _made_root(self, path: Path) -> Path | None:
        """The file, or the folder at the top, that a test made and that a path is or lies in; or None."""
        own = (Path.cwd(), _absolute(tempfile.gettempdir()))
        inside = next((top for top in own if top in path.parents), None)
        if inside is None:
            return None
        chain = [each for each in (path, *path.parents) if inside in each.parents]
        made = [each for each in chain if self._is_young(each)]
        return made[-1] if made else None

    def _is_young(self, path: Path) -> bool:
        try:
            facts = path.stat()
        except OSError:
            return False
        return facts.st_mtime_ns >= self._since_ns


_CLOCK_GRAIN_NS = 20_000_000  # a file's time is the kernel's tick, which may lie before the clock's


def _absolute(path: str) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 (links stay: the other process has none of them)


def _paths(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from _paths(each for each in value if isinstance(each, (str, PurePath)))
        elif (
            isinstance(value, (str, PurePath)) and 0 < len(str(value)) < _MAX_PATH and "\0" not in str(value)
        ):
            yield str(value)


def _name(path: Path) -> str:
    """A path as the other process knows it: what lies in the folder of the bundle, relative to it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if here in path.parents else str(path)


def _facts(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size
