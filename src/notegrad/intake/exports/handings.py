"""Records of an export: attempts with their students and files, before any notebook is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from notegrad.intake.exports.source import Entry
from notegrad.records import Platform, Record, RosterEntry

MAX_NAMES_TOLD = 5


class Handing(Record, frozen=True, kw_only=True):
    """One attempt as it lies in the export: `files` are named as their author named them.

    `order` sorts the attempts of one student, oldest first; `text` says that a text was typed in on the
    platform.
    """

    label: str
    students: tuple[RosterEntry, ...]
    files: tuple[tuple[str, Entry], ...] = ()
    order: tuple[str | int, ...] = ()
    received_at: str = ""
    late: bool = False
    text: bool = False


class Export(Record, frozen=True, kw_only=True):
    """An export: its attempts, who is in it without one, and what the person who grades should know."""

    platform: Platform
    handings: tuple[Handing, ...]
    absent: tuple[RosterEntry, ...] = ()
    warnings: tuple[str, ...] = ()


def left_out(paths: Sequence[str], platform: str) -> tuple[str, ...]:
    """A warning on files that are named as this platform names none; nothing where there are none."""
    if not paths:
        return ()
    what = "1 file is" if len(paths) == 1 else f"{len(paths)} files are"
    return (f"{what} not named as {platform} names what students hand in, and left out: {listed(paths)}.",)


def listed(names: Iterable[str]) -> str:
    """The first few names, and how many more there are."""
    every = list(names)
    more = f" and {len(every) - MAX_NAMES_TOLD} more" if len(every) > MAX_NAMES_TOLD else ""
    return ", ".join(every[:MAX_NAMES_TOLD]) + more
