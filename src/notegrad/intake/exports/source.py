"""A source is an export's list of files, in a zip or a folder, read one at a time, never extracted.

The outer zip comes from the platform and holds a class, so its limits are wider than a student's; what a
student zipped is read by `intake.archives` under the student's limits. A member that cannot be read safely
is left out and told, and costs nobody else anything.
"""

from __future__ import annotations

import itertools
import os
import stat
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Self

from msgspec import structs

from notegrad.errors import InputError
from notegrad.intake.archives import MAX_PATH_DEPTH, MAX_RATIO, RATIO_FREE_BYTES, is_ignored
from notegrad.intake.exports.zip_names import decoded_name
from notegrad.intake.submission_ids import printable
from notegrad.intake.zip_faults import ZIPFILE_ERRORS
from notegrad.messages import Message
from notegrad.records import Record

MAX_EXPORT_BYTES = 8 << 30
MAX_EXPORT_FILES = 50_000
MAX_EXPORT_READ_BYTES = 8 << 30
# Platforms put a folder or two of their own around a student's.
MAX_EXPORT_PATH_DEPTH = MAX_PATH_DEPTH + 4
MAX_EXPORT_NAME_CHARS = 1_000
MAX_NAME_TOLD_CHARS = 120

_ENCRYPTED = 0x1
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Entry(Record, frozen=True, kw_only=True):
    """A file of an export: `path` is relative, with `/`, NFC; `place` is where its source finds it again.

    `unfit` is the key of the reason why it is never opened: it is still something that somebody handed in.
    """

    path: str
    size: int
    modified: tuple[int, ...]
    place: int | str
    unfit: str = ""


class Source:
    """A zip or a folder that was given, and its files. Use it in a `with` statement."""

    def __init__(
        self,
        path: Path,
        entries: tuple[Entry, ...],
        *,
        folders: tuple[str, ...],
        read: Callable[[Entry, int], bytes | None],
        close: Callable[[], None],
        warnings: tuple[Message, ...] = (),
    ) -> None:
        self.path, self.entries, self.folders, self.warnings = path, entries, folders, warnings
        self._read, self._close = read, close
        self._left = MAX_EXPORT_READ_BYTES

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def read(self, entry: Entry, limit: int) -> bytes | None:
        """At most `limit` + 1 bytes of a file; None where it is damaged or swells beyond measure.

        Raises InputError where all that was read is more than an export may hold.
        """
        data = None if entry.unfit else self._read(entry, limit)
        self._left -= len(data or b"")
        if self._left < 0:
            raise InputError(
                f"{printable(str(self.path))} holds more than {MAX_EXPORT_READ_BYTES >> 30} GiB once opened: "
                "grade it in parts."
            )
        return data

    def below(self) -> Source | None:
        """The same source seen from inside its one folder; None where it has not exactly one at the top."""
        tops = {PurePosixPath(entry.path).parts[0] for entry in self.entries}
        if len(tops) != 1 or any("/" not in entry.path for entry in self.entries):
            return None
        prefix = next(iter(tops)) + "/"
        return Source(
            self.path,
            tuple(structs.replace(e, path=e.path[len(prefix) :]) for e in self.entries),
            folders=tuple(f[len(prefix) :] for f in self.folders if f.startswith(prefix)),
            read=self._read,
            close=self._close,
            warnings=self.warnings,
        )


def open_source(path: Path) -> Source | None:
    """The files of a folder or a zip; None where the path is neither.

    Raises InputError where it does not exist, is larger than an export may be, or cannot be read.
    """
    if path.is_dir():
        return _open_folder(path)
    if not path.is_file():
        problem = "is neither a file nor a folder" if os.path.lexists(path) else "does not exist"
        raise InputError(f"{printable(str(path))} {problem}: give the export, a zip or a folder.")
    if path.stat().st_size > MAX_EXPORT_BYTES:
        raise InputError(
            f"{printable(str(path))} is larger than {MAX_EXPORT_BYTES >> 30} GiB: download it in parts."
        )
    return _open_zip(path)


def _open_folder(root: Path) -> Source:
    entries: list[Entry] = []
    empty: list[str] = []
    links: list[str] = []
    for place, folders, names in os.walk(root):
        relative = PurePosixPath(Path(place).relative_to(root).as_posix())
        deep = len(relative.parts) >= MAX_EXPORT_PATH_DEPTH
        folders[:] = [] if deep else sorted(name for name in folders if not is_ignored(name))
        inside = [*folders, *sorted(name for name in names if not is_ignored(name))]
        links += [_clean((relative / name).as_posix()) for name in inside if Path(place, name).is_symlink()]
        folders[:] = [name for name in folders if not Path(place, name).is_symlink()]
        if not inside:
            empty.append(_clean(relative.as_posix()))
        for name in inside:
            if name not in folders:
                entries.append(_entry_of(Path(place, name), _clean((relative / name).as_posix())))
            if len(entries) > MAX_EXPORT_FILES:
                raise _too_many(root)

    def read(entry: Entry, limit: int) -> bytes | None:
        try:
            with Path(str(entry.place)).open("rb") as stream:
                return stream.read(limit + 1)
        except OSError as error:
            raise InputError(f"{printable(str(entry.place))} cannot be read: {error.strerror}.") from None

    return Source(
        root,
        tuple(sorted(entries, key=lambda entry: entry.path)),
        folders=tuple(empty),
        read=read,
        close=lambda: None,
        warnings=tuple(_left_out(root, name, "unfit_link") for name in links),
    )


def _entry_of(path: Path, inner: str) -> Entry:
    """A file of a folder; a link, a socket or a device is never opened."""
    status = path.lstat()
    unfit = "" if stat.S_ISREG(status.st_mode) else "unfit_special"
    return Entry(
        path=inner, size=status.st_size, modified=(status.st_mtime_ns,), place=str(path), unfit=unfit
    )


def _open_zip(path: Path) -> Source | None:
    if not zipfile.is_zipfile(path):
        return None
    try:
        archive = zipfile.ZipFile(path)
    except ZIPFILE_ERRORS:
        return None
    infos = archive.infolist()
    if len(infos) > MAX_EXPORT_FILES:
        archive.close()
        raise _too_many(path)
    entries, folders, refused = _members(infos)

    def read(entry: Entry, limit: int) -> bytes | None:
        info = infos[int(entry.place)]
        try:
            with archive.open(info) as stream:
                data = stream.read(limit + 1)
        except ZIPFILE_ERRORS:
            return None
        swollen = len(data) > RATIO_FREE_BYTES and len(data) > MAX_RATIO * max(info.compress_size, 1)
        return None if swollen else data

    return Source(
        path,
        tuple(sorted(entries, key=lambda entry: entry.path)),
        folders=folders,
        read=read,
        close=archive.close,
        warnings=tuple(_left_out(path, name, why) for name, why in refused),
    )


def _members(
    infos: list[zipfile.ZipInfo],
) -> tuple[list[Entry], tuple[str, ...], list[tuple[str, str]]]:
    """The files, the folders that hold none, and what is never opened, with the key of the reason."""
    entries: list[Entry] = []
    folders: list[str] = []
    refused: list[tuple[str, str]] = []
    for index, info in enumerate(infos):
        inner = _clean(decoded_name(info).replace("\\", "/")).rstrip("/")
        if not inner or (is_ignored(inner) and ".." not in PurePosixPath(inner).parts):
            folders.append(_before_litter(inner))
            continue
        if why := _unfit(info, inner):
            refused.append((inner, why))
            inner = _within(inner)
        if info.is_dir():
            folders.append(inner)
        else:
            entries.append(
                Entry(path=inner, size=info.file_size, modified=info.date_time, place=index, unfit=why)
            )
    filled = {parent.as_posix() for entry in entries for parent in PurePosixPath(entry.path).parents}
    empty = tuple(dict.fromkeys(folder for folder in folders if folder and folder not in filled))
    return entries, empty, refused


def _unfit(info: zipfile.ZipInfo, path: str) -> str:
    """The key of the reason why a member is left out, or the empty string."""
    parts = PurePosixPath(path).parts
    kind = stat.S_IFMT(info.external_attr >> 16)
    for refused, why in (
        (path.startswith("/") or path[1:2] == ":" or ".." in parts, "unfit_outside"),
        (kind not in (0, stat.S_IFREG, stat.S_IFDIR), "unfit_special"),
        (bool(info.flag_bits & _ENCRYPTED), "unfit_password"),
        (info.compress_type not in _COMPRESSIONS, "unfit_compression"),
        (len(parts) > MAX_EXPORT_PATH_DEPTH, "unfit_deep"),
        (len(path) > MAX_EXPORT_NAME_CHARS, "unfit_long"),
    ):
        if refused:
            return why
    return ""


def _before_litter(path: str) -> str:
    """The folders above what is litter: a student's folder is theirs although nothing else is in it."""
    return "/".join(itertools.takewhile(lambda part: not is_ignored(part), PurePosixPath(path).parts))


def _within(path: str) -> str:
    """A path that stays inside: what leads outside, and what no system names a file, is left away."""
    parts = [part for part in PurePosixPath(path.replace(":", "_")).parts if part not in ("/", "..")]
    return "/".join(parts[-MAX_EXPORT_PATH_DEPTH:])[:MAX_EXPORT_NAME_CHARS] or "_"


def _left_out(export: Path, name: str, why: str) -> Message:
    return Message(
        "left_out", export=printable(export.name), name=name[:MAX_NAME_TOLD_CHARS], why=Message(why)
    )


def _clean(path: str) -> str:
    return unicodedata.normalize("NFC", printable(path)).encode("utf-8", "replace").decode()


def _too_many(path: Path) -> InputError:
    return InputError(
        f"{printable(str(path))} holds more than {MAX_EXPORT_FILES} files: grade it in parts, or give the "
        "folder that holds the submissions."
    )
