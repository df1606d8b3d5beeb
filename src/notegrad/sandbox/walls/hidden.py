"""Hidden places lie below what student code may read, and are closed there: the course, and its results.

A course may lie below /usr, or beside the folders of its virtual environment, and both are in the sandbox's
root. In a root of our own such a place is covered by an empty mount, and what Python needs below it is laid
back; where Landlock alone closes files, the rules leave it out. Where neither can be done, nothing is graded.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from notegrad.errors import SandboxUnavailableError, Unsaid
from notegrad.sandbox.walls.syscalls import MS_NODEV, MS_NOSUID, bind, mount, seal

_OF_A_CHECKOUT = ("assignments", "autograder", "student", "examples", "tests")
_EMPTY_FILE = ".hidden"


def of_checkout(package_parent: str) -> tuple[str, ...]:
    """Our own assignments and tests, where notegrad runs from a checkout: they are somebody's course too."""
    root = Path(package_parent).parent
    if Path(package_parent).name != "src" or not (root / "pyproject.toml").is_file():
        return ()
    return tuple(str(root / name) for name in _OF_A_CHECKOUT if (root / name).exists())


def within(hidden: Iterable[str], shown: str) -> list[str]:
    """The hidden places below `shown`, outermost only, as real paths. `shown` may be a link."""
    real = os.path.realpath(shown)
    kept: list[str] = []
    for place in sorted({os.path.realpath(place) for place in hidden}, key=lambda path: path.count("/")):
        if _is_below(place, real) and not any(place == each or _is_below(place, each) for each in kept):
            kept.append(place)
    return kept


def refuse_what_cannot_be_hidden(hidden: Iterable[str], shown: Sequence[str], needed: Sequence[str]) -> None:
    """Refuse a place that is one of those that Python itself needs, or that is not there yet.

    Raises SandboxUnavailableError.
    """
    own = {os.path.realpath(path) for path in needed}
    for place in dict.fromkeys(map(os.path.realpath, hidden)):
        around = next((path for path in shown if _is_below(place, os.path.realpath(path))), None)
        if place in own or (around is not None and not os.path.exists(place)):
            raise SandboxUnavailableError(
                Unsaid("sandbox_open_place", place=place, around=str(around or place))
            )


def cover(root: Path, shown: str, hidden: Iterable[str], needed: Iterable[str]) -> None:
    """Cover the hidden places below `shown`, which is bound into `root`; lay back what is needed below them.

    Raises OSError.
    """
    real = os.path.realpath(shown)
    for place in within(hidden, shown):
        target = root / shown.lstrip("/") / os.path.relpath(place, real)
        if not os.path.isdir(place):
            empty = root / _EMPTY_FILE
            empty.touch()
            bind(str(empty), str(target))
            seal(str(target))
            continue
        mount("tmpfs", str(target), "tmpfs", MS_NOSUID | MS_NODEV, "size=64k,mode=0755")
        for path in needed:
            if _is_below(os.path.realpath(path), place):
                inner = target / os.path.relpath(os.path.realpath(path), place)
                inner.mkdir(parents=True, exist_ok=True)
                bind(os.path.realpath(path), str(inner))
        seal(str(target))


def check(hidden: Iterable[str], needed: Iterable[str]) -> None:
    """See that nothing of the hidden places is left, from inside. Raises OSError where something is."""
    kept = [os.path.realpath(path) for path in needed]
    for place in hidden:
        shows = os.path.getsize(place) > 0 if os.path.isfile(place) else _shows_more(place, kept)
        if shows:
            raise OSError(f"{place} can still be read")


def _shows_more(folder: str, kept: Sequence[str]) -> bool:
    if not os.path.isdir(folder):
        return False
    for entry in os.scandir(folder):
        leads = any(path == entry.path or _is_below(path, entry.path) for path in kept)
        if entry.path not in kept and (not leads or _shows_more(entry.path, kept)):
            return True
    return False


def without(shown: str, hidden: Iterable[str], needed: Iterable[str]) -> list[str]:
    """What Landlock is to leave open instead of `shown`: its parts that hide nothing, and what is needed.

    Raises SandboxUnavailableError for a folder whose list of files Python needs.
    """
    places = within(hidden, shown)
    if not places:
        return [shown]
    if os.path.basename(shown) in ("site-packages", "dist-packages"):
        raise SandboxUnavailableError(Unsaid("sandbox_place_among_packages", place=places[0], around=shown))
    left: list[str] = []
    for entry in sorted(os.scandir(shown), key=lambda entry: entry.path):
        real = os.path.realpath(entry.path)
        if entry.is_symlink():
            continue  # what it leads to is open by itself, or it is not
        if real in places:
            left += [path for path in needed if _is_below(os.path.realpath(path), real)]
        elif any(_is_below(place, real) for place in places):
            left += without(entry.path, places, needed)
        else:
            left.append(entry.path)
    return left


def _is_below(path: str, folder: str) -> bool:
    return path.startswith(folder.rstrip("/") + "/")
