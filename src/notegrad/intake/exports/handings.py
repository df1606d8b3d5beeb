"""Records of an export: attempts with their students and files, before any notebook is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from notegrad.intake.exports.source import Entry
from notegrad.intake.submission_ids import is_of_the_class
from notegrad.messages import Message, listed
from notegrad.records import Platform, Record, RosterEntry


class Handing(Record, frozen=True, kw_only=True):
    """One attempt as it lies in the export: `files` are named as their author named them.

    `order` sorts the attempts of one student, oldest first; `text` says that a text was typed in on the
    platform, `is_stray` that the platform calls nothing so.
    """

    label: str
    students: tuple[RosterEntry, ...]
    files: tuple[tuple[str, Entry], ...] = ()
    order: tuple[str | int, ...] = ()
    received_at: str = ""
    late: bool = False
    text: bool = False
    is_stray: bool = False


class Export(Record, frozen=True, kw_only=True):
    """An export: its attempts, who is in it without one, and what the person who grades should know."""

    platform: Platform
    handings: tuple[Handing, ...]
    absent: tuple[RosterEntry, ...] = ()
    warnings: tuple[Message, ...] = ()


class Strays(Record, frozen=True, kw_only=True):
    """What lies in an export and is not named as its platform names anything."""

    handings: tuple[Handing, ...] = ()
    warnings: tuple[Message, ...] = ()


def strays(entries: Sequence[Entry], platform: str, folders: Iterable[str] = ()) -> Strays:
    """An attempt for each file or folder that somebody may have handed in: nobody's work is left out.

    Its student is called as it is; `folders` are those without a file. What looks like a file of the class is
    named and left out.
    """
    tops: dict[str, list[Entry]] = {}
    for entry in entries:
        tops.setdefault(entry.path.partition("/")[0], []).append(entry)
    for folder in folders:
        tops.setdefault(folder.partition("/")[0], [])
    of_the_class = [
        top for top, found in tops.items() if found and found[0].path == top and is_of_the_class(top)
    ]
    own = [top for top in tops if top not in of_the_class]
    warnings = []
    if own:
        warnings.append(Message("strays", platform=platform, names=listed(own)))
    if of_the_class:
        warnings.append(Message("set_aside", names=listed(of_the_class)))
    return Strays(handings=tuple(_stray(top, tops[top]) for top in own), warnings=tuple(warnings))


def _stray(top: str, entries: Sequence[Entry]) -> Handing:
    files = tuple((entry.path.partition("/")[2] or entry.path, entry) for entry in entries)
    return Handing(label=top, students=(RosterEntry(name=top),), files=files, order=(top,), is_stray=True)
