"""Turns what was handed in (notebooks, zips, folders of them) into submissions.

What a stranger wrote never raises: it gives a submission with `unreadable`, one sentence for the
student. Only what the person who runs the command got wrong is an `InputError`.

Every file and every folder at the top of a folder is one submission, whatever it is called and holds; only
litter is not, and what a class keeps beside it (`CLASS_FILES`), which `set_aside` names.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import msgspec

from notegrad.errors import InputError
from notegrad.intake.archives import MAX_PATH_DEPTH, is_ignored
from notegrad.intake.hand_in import ANYTHING, Found, read_submission, read_together
from notegrad.intake.outputs import MAX_READ_BYTES
from notegrad.intake.shared_files import SharedFiles
from notegrad.intake.submission_ids import is_of_the_class, name_of, printable, safe_id, unique
from notegrad.intake.unreadable import UnreadableError
from notegrad.intake.wanted import Wanted
from notegrad.messages import Message, translate
from notegrad.records import Submission


def read_folder(
    folder: Path,
    *,
    id: str,  # noqa: A002 (the record's word)
    student: str = "",
    source: str = "",
    wanted: Wanted = ANYTHING,
) -> Submission:
    """The submission that everything in one folder makes, as a platform lays it out.

    What students did never raises; InputError where the folder itself cannot be read.
    """
    blank = Submission(id=id, student=student, source=source)
    if not folder.is_dir():
        raise InputError(Message("submission_no_folder", folder=printable(str(folder))))
    return _read_folder(folder, blank, wanted)


def read_submissions(paths: Sequence[Path], wanted: Wanted = ANYTHING) -> tuple[Submission, ...]:
    """Submissions found at the paths, in their order, a folder's sorted by name; ids are unique.

    Raises `InputError` where a path does not exist or cannot be read, where nothing at all was found, and
    where all together take more than `MAX_RUN_BYTES`.
    """
    ids: set[str] = set()
    found: list[Submission] = []
    shared = SharedFiles()
    for path, is_link in _distinct(entry for given in paths for entry in _entries(given)):
        name = name_of(path)
        blank = Submission(id=unique(safe_id(name), ids), student=name, source=printable(str(path)))
        if is_link:
            submission = msgspec.structs.replace(blank, unreadable=translate("is_link", wanted.language))
        elif not (path.is_file() or path.is_dir()):  # to open a pipe would wait for ever
            submission = msgspec.structs.replace(blank, unreadable=translate("is_special", wanted.language))
        else:
            read = _read_folder if path.is_dir() else _read_file
            submission = read(path, blank, wanted)
        found.append(shared.add(submission))
    if not found:
        where = ", ".join(map(str, paths)) or Message("no_path_given")
        raise InputError(Message("no_submission", where=where))
    return tuple(found)


def _distinct(entries: Iterable[tuple[Path, bool]]) -> Iterator[tuple[Path, bool]]:
    """Each place once, although it was given both by itself and within a folder."""
    seen: set[Path] = set()
    for path, is_link in entries:
        place = path.absolute()
        if place not in seen:
            seen.add(place)
            yield path, is_link


def _entries(given: Path) -> Iterator[tuple[Path, bool]]:
    """Files and sub-folders that are one submission each, and whether it is a link found in a folder.

    A link that the person who grades gave by itself is followed; one that lies among submissions may be a
    student's, and lead to any file of the machine.
    """
    if given.is_file():
        yield given, False
        return
    if not given.is_dir():
        key = "submission_odd_path" if os.path.lexists(given) else "submission_no_path"
        raise InputError(Message(key, path=printable(str(given))))
    try:
        children = sorted(
            given.iterdir(), key=lambda child: (unicodedata.normalize("NFC", child.name), child.name)
        )
    except OSError as error:
        refuse_folder(error)
    for child in children:
        if not is_ignored(child.name) and not _is_of_the_class(child):
            yield child, child.is_symlink()


def refuse_folder(error: OSError) -> NoReturn:
    """Raises InputError that names the folder which the error is about."""
    where = printable(str(error.filename))
    raise InputError(Message("cannot_read_where", where=where, strerror=error.strerror)) from None


def set_aside(paths: Iterable[Path]) -> tuple[str, ...]:
    """The files at the top of given folders that are not taken for submissions, by name."""
    return tuple(
        child.name
        for path in paths
        if path.is_dir()
        for child in sorted(path.iterdir())
        if not is_ignored(child.name) and _is_of_the_class(child)
    )


def _is_of_the_class(path: Path) -> bool:
    return is_of_the_class(path.name) and not path.is_dir()


def _files_of(folder: Path) -> Iterator[Path]:
    """Files and links under a folder, sorted, without litter, as deep as an archive may be.

    Raises InputError where a folder of it cannot be read.
    """
    for place, folders, names in os.walk(folder, onerror=refuse_folder):
        depth = len(Path(place).relative_to(folder).parts)
        folders[:] = (
            sorted(name for name in folders if not is_ignored(name)) if depth < MAX_PATH_DEPTH else []
        )
        for path in (Path(place, name) for name in sorted(names) if not is_ignored(name)):
            if path.is_file() or path.is_symlink():
                yield path


def _read_bytes(path: Path, limit: int) -> bytes:
    """At most one byte more than the limit, which is enough for the reader to refuse the file."""
    try:
        with path.open("rb") as stream:
            return stream.read(limit + 1)
    except OSError as error:
        raise InputError(
            Message("cannot_read_file", path=printable(str(path)), strerror=error.strerror)
        ) from None


def _read_file(path: Path, blank: Submission, wanted: Wanted) -> Submission:
    data = _read_bytes(path, MAX_READ_BYTES)
    name = printable(path.name)
    return read_submission(
        data, id=blank.id, student=blank.student, source=blank.source, path=name, wanted=wanted
    )


def _read_folder(folder: Path, blank: Submission, wanted: Wanted) -> Submission:
    found = [_found(path, folder) for path in _files_of(folder)]
    if not found:
        reason = translate("nothing_in_folder", wanted.language)
        return msgspec.structs.replace(blank, unreadable=reason)
    return read_together(found, blank, container=Message("in_folder"), wanted=wanted)


def _found(path: Path, folder: Path) -> Found:
    status = path.lstat()

    def read(limit: int) -> bytes:
        if path.is_symlink():
            raise UnreadableError("is_link")
        return _read_bytes(path, limit)

    place = unicodedata.normalize("NFC", printable(path.relative_to(folder).as_posix()))
    return Found(
        path=place,
        size=status.st_size,
        modified=(status.st_mtime_ns,),
        read=read,
    )
