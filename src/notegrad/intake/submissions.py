"""Turns what was handed in (notebooks, zips, folders of them) into submissions.

What a stranger wrote never raises: it gives a submission with `unreadable`, one French sentence for the
student. Only what the person who runs the command got wrong is an `InputError`.

Several notebooks in one zip or folder: the one with the most code cells is graded; among equals the most
recently changed, then the first by name. `Submission.source` says that a choice was made.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import msgspec

from notegrad.errors import InputError
from notegrad.intake.archives import (
    MAX_ARCHIVE_BYTES,
    MAX_MEMBERS,
    MAX_PATH_DEPTH,
    MAX_TOTAL_BYTES,
    Member,
    is_archive,
    is_ignored,
    read_archive,
)
from notegrad.intake.notebooks import MAX_NOTEBOOK_BYTES, UnreadableError, read_code_cells
from notegrad.intake.shared_files import SharedFiles
from notegrad.intake.submission_ids import SUBMISSION_SUFFIXES, name_of, printable, safe_id, unique
from notegrad.records import Submission

MAX_NOTEBOOKS = 20
MAX_DATA_FILES = 200
MAX_DATA_FILE_BYTES = 16 * 1024 * 1024
MAX_DATA_BYTES = 32 * 1024 * 1024


_IS_A_LINK = "C'est un lien symbolique, qui n'est pas suivi : rendez le fichier lui-même."


class Found(NamedTuple):
    """A file of a submission that is not read yet; `read` takes a limit and gives one byte more at most."""

    path: str
    size: int
    modified: tuple[int, ...]
    read: Callable[[int], bytes]


def read_notebook(data: bytes, *, id: str, student: str = "", source: str = "") -> Submission:  # noqa: A002 (the record\'s word)
    """The submission that the bytes of one notebook make; never raises."""
    blank = Submission(id=id, student=student, source=source)
    try:
        return msgspec.structs.replace(blank, cells=read_code_cells(data))
    except UnreadableError as error:
        return msgspec.structs.replace(blank, unreadable=str(error))


def read_submission(data: bytes, *, id: str, student: str = "", source: str = "") -> Submission:  # noqa: A002 (the record\'s word)
    """The submission that the bytes of a notebook or of a zip make, told apart by content; never raises."""
    if not is_archive(data):
        return read_notebook(data, id=id, student=student, source=source)
    blank = Submission(id=id, student=student, source=source)
    try:
        return _choose(read_archive(data), blank, container="Cette archive zip")
    except UnreadableError as error:
        return msgspec.structs.replace(blank, unreadable=str(error))


def read_folder(folder: Path, *, id: str, student: str = "", source: str = "") -> Submission:  # noqa: A002 (the record\'s word)
    """The submission that everything in one folder makes, as a platform lays it out.

    What students did never raises; InputError where the folder itself cannot be read.
    """
    blank = Submission(id=id, student=student, source=source)
    if not folder.is_dir():
        raise InputError(f"{printable(str(folder))} is no folder: the platform puts the submission there.")
    if any(_is_handed_in(path) for path in _files_of(folder)):
        return _read_folder(folder, blank)
    reason = "Aucun notebook n'a été rendu : rendez votre fichier .ipynb (ou un zip qui le contient)."
    return msgspec.structs.replace(blank, unreadable=reason)


def read_submissions(paths: Sequence[Path]) -> tuple[Submission, ...]:
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
            submission = msgspec.structs.replace(blank, unreadable=_IS_A_LINK)
        else:
            submission = _read_folder(path, blank) if path.is_dir() else _read_file(path, blank)
        found.append(shared.add(submission))
    if not found:
        where = ", ".join(map(str, paths)) or "the empty list of paths"
        raise InputError(
            f"No submission (.ipynb, .zip or a folder with one) found in {where}: check the path."
        )
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
        problem = "is neither a file nor a folder" if os.path.lexists(given) else "does not exist"
        raise InputError(f"{printable(str(given))} {problem}: give a notebook, a zip, or a folder of them.")
    try:
        children = sorted(
            given.iterdir(), key=lambda child: (unicodedata.normalize("NFC", child.name), child.name)
        )
    except OSError as error:
        raise InputError(f"The folder {printable(str(given))} cannot be read: {error.strerror}.") from None
    for child in children:
        if not is_ignored(child.name) and _is_submission(child):
            yield child, child.is_symlink()


def _is_submission(path: Path) -> bool:
    if path.is_symlink():
        return _is_handed_in(path) or _leads_to_submissions(path)
    if path.is_dir():
        return any(_is_handed_in(inner) for inner in _files_of(path))
    return path.is_file() and _is_handed_in(path)


def _leads_to_submissions(link: Path) -> bool:
    """Whether a link leads to a folder with a notebook or a zip: only names are looked at, not below it."""
    try:
        return any(_is_handed_in(path) for path in link.iterdir())
    except OSError:
        return False


def _is_handed_in(path: Path) -> bool:
    return path.name.lower().endswith(SUBMISSION_SUFFIXES)


def _is_notebook(path: str) -> bool:
    return path.lower().endswith(".ipynb")


def _files_of(folder: Path) -> Iterator[Path]:
    """Regular files under a folder, sorted, without litter or links, as deep as an archive may be."""
    for place, folders, names in os.walk(folder):
        depth = len(Path(place).relative_to(folder).parts)
        folders[:] = (
            sorted(name for name in folders if not is_ignored(name)) if depth < MAX_PATH_DEPTH else []
        )
        for path in (Path(place, name) for name in sorted(names) if not is_ignored(name)):
            if path.is_file() and not path.is_symlink():
                yield path


def _read_bytes(path: Path, limit: int) -> bytes:
    """At most one byte more than the limit, which is enough for the reader to refuse the file."""
    try:
        with path.open("rb") as stream:
            return stream.read(limit + 1)
    except OSError as error:
        raise InputError(f"{printable(str(path))} cannot be read: {error.strerror}.") from None


def _read_file(path: Path, blank: Submission) -> Submission:
    data = _read_bytes(path, max(MAX_ARCHIVE_BYTES, MAX_NOTEBOOK_BYTES))
    return read_submission(data, id=blank.id, student=blank.student, source=blank.source)


def _read_folder(folder: Path, blank: Submission) -> Submission:
    found = (_found(path, folder) for path in _files_of(folder))
    return read_together(found, blank, container="Ce dossier")


def read_together(found: Iterable[Found], blank: Submission, *, container: str) -> Submission:
    """The submission that several files make: their best notebook, else what their newest zip holds.

    Never raises for what is in the files; `container` begins the sentence on what is wrong with them.
    """
    try:
        members, left_out = _within_limits(found, container)
        if any(_is_notebook(member.path) for member in members):
            return _choose(members, blank, container=container, left_out=left_out)
        archives = [member for member in members if member.path.lower().endswith(".zip")]
        alone = archives or (members if len(members) == 1 else [])
        if not alone:
            return _choose(members, blank, container=container, left_out=left_out)
    except UnreadableError as error:
        return msgspec.structs.replace(blank, unreadable=str(error))
    newest = max(alone, key=lambda member: member.modified)
    source = f"{blank.source} > {newest.path}"
    return read_submission(newest.data, id=blank.id, student=blank.student, source=source)


def _found(path: Path, folder: Path) -> Found:
    status = path.stat()
    place = unicodedata.normalize("NFC", printable(path.relative_to(folder).as_posix()))
    return Found(
        path=place,
        size=status.st_size,
        modified=(status.st_mtime_ns,),
        read=lambda limit: _read_bytes(path, limit),
    )


def _within_limits(found: Iterable[Found], container: str) -> tuple[tuple[Member, ...], int]:
    """The files within the limits, and the number of data files that are too large."""
    members: list[Member] = []
    left_out, total = 0, 0
    for file in found:
        if not file.path.lower().endswith(SUBMISSION_SUFFIXES) and file.size > MAX_DATA_FILE_BYTES:
            left_out += 1
            continue
        data = file.read(MAX_ARCHIVE_BYTES)
        total += len(data)
        if total > MAX_TOTAL_BYTES or len(members) == MAX_MEMBERS:
            raise UnreadableError(
                f"{container} dépasse {MAX_TOTAL_BYTES // 2**20} Mo ou {MAX_MEMBERS} fichiers : gardez-y le "
                "notebook et les seules données qu'il lit."
            )
        members.append(Member(path=file.path, data=data, modified=file.modified))
    return tuple(members), left_out


def _choose(
    members: tuple[Member, ...], blank: Submission, *, container: str, left_out: int = 0
) -> Submission:
    """The submission that a zip or a folder makes: its best notebook, with the data files around it."""
    notebooks = [member for member in members if _is_notebook(member.path)]
    if not notebooks:
        raise UnreadableError(
            f"{container} ne contient aucun notebook : ajoutez-y votre fichier .ipynb et rendez de nouveau."
        )
    if len(notebooks) > MAX_NOTEBOOKS:
        raise UnreadableError(
            f"{container} contient {len(notebooks)} notebooks : rendez seulement le vôtre (pour noter toute "
            "une classe, ouvrez l'archive et donnez le dossier)."
        )
    read = [(member, read_notebook(member.data, id=blank.id, student=blank.student)) for member in notebooks]
    read.sort(key=lambda pair: pair[0].path)
    chosen, submission = max(read, key=lambda pair: (len(pair[1].cells), pair[0].modified))
    source = f"{blank.source} > {chosen.path}"
    if len(notebooks) > 1:
        source += f" (chosen among {len(notebooks)} notebooks: most code cells, then newest)"
    files, dropped = _data_files(members, PurePosixPath(chosen.path).parent)
    if dropped + left_out:
        source += f" (data files left out, too large or too many: {dropped + left_out})"
    return msgspec.structs.replace(submission, files=files, source=source)


def _data_files(
    members: Iterable[Member], folder: PurePosixPath
) -> tuple[tuple[tuple[str, bytes], ...], int]:
    """Files beside and below the notebook, named as its code would open them, and how many were left out."""
    kept: dict[str, bytes] = {}
    dropped, left = 0, MAX_DATA_BYTES
    for member in members:
        path = PurePosixPath(member.path)
        if _is_notebook(member.path) or not path.is_relative_to(folder):
            continue
        if len(kept) == MAX_DATA_FILES or len(member.data) > min(left, MAX_DATA_FILE_BYTES):
            dropped += 1
            continue
        left -= len(member.data)
        kept[path.relative_to(folder).as_posix()] = member.data
    return tuple(sorted(kept.items())), dropped
