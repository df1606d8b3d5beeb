"""Reads the files of one hand-in within the limits: each file alone may be damaged, and costs only itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from notegrad.intake.archives import (
    MAX_ARCHIVE_BYTES,
    MAX_MEMBERS,
    MAX_TOTAL_BYTES,
    Budget,
    Member,
    is_archive,
    read_archive,
)
from notegrad.intake.notebooks import FIRST_BYTES, begins_as_notebook
from notegrad.intake.outputs import MAX_READ_BYTES, without_outputs
from notegrad.intake.submission_ids import SUBMISSION_SUFFIXES
from notegrad.intake.unreadable import UnreadableError
from notegrad.messages import Message

MAX_DATA_FILE_BYTES = 16 * 1024 * 1024


class Found(NamedTuple):
    """A file of a submission that is not read yet; `read` takes a limit and gives one byte more at most.

    `read` may raise UnreadableError, one sentence for the student.
    """

    path: str
    size: int
    modified: tuple[int, ...]
    read: Callable[[int], bytes]


class Fault(NamedTuple):
    """A file of a hand-in that could not be read, and why."""

    path: str
    error: UnreadableError


class Taken(NamedTuple):
    """The files of a hand-in: those read, how many data files are too large, and those that are damaged."""

    members: tuple[Member, ...]
    left_out: int
    faults: tuple[Fault, ...]


def within_limits(found: Iterable[Found], container: Message) -> Taken:
    """Reads the files. Raises UnreadableError where all together are too large or too many."""
    members: list[Member] = []
    faults: list[Fault] = []
    left_out, plain, packed = 0, 0, 0
    for file in found:
        try:
            data = _read(file)
        except UnreadableError as error:
            faults.append(Fault(file.path, error))
            continue
        if data is None:
            left_out += 1
            continue
        small = without_outputs(data)
        if is_archive(data):
            packed += len(data)
        else:
            plain += len(small)
        if plain > MAX_TOTAL_BYTES or packed > MAX_ARCHIVE_BYTES or len(members) == MAX_MEMBERS:
            raise UnreadableError(
                "too_much", container=container, mib=MAX_TOTAL_BYTES >> 20, count=MAX_MEMBERS
            )
        is_cut = len(small) < len(data)
        members.append(Member(path=file.path, data=small, modified=file.modified, is_cut=is_cut))
    return Taken(tuple(members), left_out, tuple(faults))


def _read(file: Found) -> bytes | None:
    """The bytes of a file; None where it is a data file that is too large."""
    if file.size <= MAX_DATA_FILE_BYTES:
        return file.read(MAX_ARCHIVE_BYTES)
    begins = begins_as_notebook(file.read(FIRST_BYTES))
    if not begins and not file.path.lower().endswith(SUBMISSION_SUFFIXES):
        return None
    return file.read(MAX_READ_BYTES if begins else MAX_ARCHIVE_BYTES)


def opened(archives: Sequence[Member]) -> tuple[list[Member], list[Fault]]:
    """What lies in the zips, each below its own name, and why some cannot be opened; the newest come last."""
    inside: list[Member] = []
    faults: list[Fault] = []
    budget = Budget()
    for archive in sorted(archives, key=lambda member: (member.modified, member.path)):
        try:
            members = read_archive(archive.data, budget)
        except UnreadableError as error:
            faults.append(Fault(archive.path, error))
            continue
        inside += [
            Member(path=f"{archive.path}/{m.path}", data=m.data, modified=m.modified, is_cut=m.is_cut)
            for m in members
        ]
    return inside, faults
