"""A source is an export's list of files, in a zip or a folder, read one at a time, never extracted.

The outer zip comes from the platform and holds a class, so its limits are wider than a student's; what a
student zipped is read by `intake.archives` under the student's limits. A member that cannot be read safely
stays an entry, with the reason, and costs nobody else anything; one whose name leaves the export is nobody's,
and named in `left_out`.
"""

from __future__ import annotations

import os
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Literal, Self

import msgspec

from notegrad.errors import InputError
from notegrad.intake.archives import MAX_PATH_DEPTH, MAX_RATIO, RATIO_FREE_BYTES, is_ignored
from notegrad.intake.exports.zip_names import decoded_name
from notegrad.intake.submission_ids import printable
from notegrad.intake.submissions import refuse_folder
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

Refusal = Literal["", "link", "password", "compression", "deep", "long_name"]


class Entry(Record, frozen=True, kw_only=True):
    """A file of an export: `path` is relative, with `/`, NFC; `place` is where its source finds it again.

    `refusal`: why it is not read, empty where it may be.
    """

    path: str
    size: int
    modified: tuple[int, ...]
    place: int | str
    refusal: Refusal = ""


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
        left_out: tuple[str, ...] = (),
    ) -> None:
        self.path, self.entries, self.folders, self.warnings = path, entries, folders, warnings
        self.left_out = left_out
        self._read, self._close = read, close
        self._left = MAX_EXPORT_READ_BYTES

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def read(self, entry: Entry, limit: int) -> bytes | None:
        """At most `limit` + 1 bytes of a file; None where it is refused, damaged or swells beyond measure.

        Raises InputError where all that was read is more than an export may hold.
        """
        if entry.refusal:
            return None
        data = self._read(entry, limit)
        self._left -= len(data or b"")
        if self._left < 0:
            raise InputError(
                Message(
                    "export_swollen",
                    path=printable(str(self.path)),
                    max_export_read_bytes=MAX_EXPORT_READ_BYTES >> 30,
                )
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
            tuple(msgspec.structs.replace(entry, path=entry.path[len(prefix) :]) for entry in self.entries),
            folders=tuple(f[len(prefix) :] for f in self.folders if f.startswith(prefix)),
            read=self._read,
            close=self._close,
            warnings=self.warnings,
            left_out=self.left_out,
        )


def open_source(path: Path) -> Source | None:
    """The files of a folder or a zip; None where the path is neither.

    Raises InputError where it does not exist, is larger than an export may be, or cannot be read.
    """
    if path.is_dir():
        return _open_folder(path)
    if not path.is_file():
        key = "export_odd_path" if os.path.lexists(path) else "export_no_path"
        raise InputError(Message(key, path=printable(str(path))))
    if path.stat().st_size > MAX_EXPORT_BYTES:
        raise InputError(
            Message("export_too_large", path=printable(str(path)), max_export_bytes=MAX_EXPORT_BYTES >> 30)
        )
    return _open_zip(path)


def _open_folder(root: Path) -> Source:
    entries: list[Entry] = []
    folders: list[str] = []
    for place, inside, names in os.walk(root, onerror=refuse_folder):
        relative = PurePosixPath(Path(place).relative_to(root).as_posix())
        own = [name for name in sorted(inside) if not is_ignored(name)]
        deep = len(relative.parts) >= MAX_EXPORT_PATH_DEPTH
        walked = [] if deep else [name for name in own if not Path(place, name).is_symlink()]
        folders += [_clean((relative / name).as_posix()) for name in walked]
        inside[:] = walked
        for name in (*(name for name in own if name not in walked), *sorted(names)):
            path = Path(place, name)
            if is_ignored(name):
                continue
            inner = _clean((relative / name).as_posix())
            entries.append(_entry_of(path, inner, deep=deep and path.is_dir()))
            if len(entries) > MAX_EXPORT_FILES:
                raise _too_many(root)

    def read(entry: Entry, limit: int) -> bytes | None:
        try:
            with Path(str(entry.place)).open("rb") as stream:
                return stream.read(limit + 1)
        except OSError as error:
            raise InputError(
                Message("cannot_read_place", place=printable(str(entry.place)), strerror=error.strerror)
            ) from None

    return Source(
        root,
        tuple(sorted(entries, key=lambda entry: entry.path)),
        folders=_empty(folders, entries),
        read=read,
        close=lambda: None,
        warnings=_warnings(printable(root.name), entries),
    )


def _entry_of(path: Path, inner: str, *, deep: bool) -> Entry:
    refusal: Refusal = "link" if path.is_symlink() else "deep" if deep else "" if path.is_file() else "link"
    status = path.lstat()
    return Entry(
        path=inner,
        size=status.st_size,
        modified=(status.st_mtime_ns,),
        place=str(path),
        refusal=refusal,
    )


def _empty(folders: Iterable[str], entries: Iterable[Entry]) -> tuple[str, ...]:
    """The folders without a file, the outermost of each."""
    filled = {parent.as_posix() for entry in entries for parent in PurePosixPath(entry.path).parents}
    empty = {folder for folder in folders if folder not in filled}
    return tuple(
        folder
        for folder in dict.fromkeys(folders)
        if folder in empty and PurePosixPath(folder).parent.as_posix() not in empty
    )


def _warnings(name: str, entries: Iterable[Entry], outside: Iterable[str] = ()) -> tuple[Message, ...]:
    refused = [(entry.path, f"refused_{entry.refusal}") for entry in entries if entry.refusal]
    refused += [(path, "refused_outside") for path in outside]
    return tuple(
        Message("left_out", export=name, name=path[:MAX_NAME_TOLD_CHARS], why=Message(why))
        for path, why in refused
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
    entries: list[Entry] = []
    folders: list[str] = []
    outside: list[str] = []
    for index, info in enumerate(infos):
        parts = PurePosixPath(_clean(decoded_name(info).replace("\\", "/"))).parts
        inner = "/".join(parts)
        is_folder = info.filename.endswith("/")  # `is_dir` fails for a name without a letter
        if not is_folder and _is_outside(parts):
            outside.append(str(PurePosixPath(*parts)))
        elif is_ignored(inner) or _is_outside(parts):
            # whoever handed in nothing else has still handed in
            folders += [top for top in parts[:1] if not is_ignored(top) and top != "/"]
        elif is_folder:
            folders.append(inner)
        else:
            entries.append(
                Entry(
                    path=inner[:MAX_EXPORT_NAME_CHARS],
                    size=info.file_size,
                    modified=info.date_time,
                    place=index,
                    refusal=_refusal(info, inner),
                )
            )

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
        folders=_empty(folders, entries),
        read=read,
        close=archive.close,
        warnings=_warnings(path.name, entries, outside),
        left_out=tuple(outside),
    )


def _is_outside(parts: Sequence[str]) -> bool:
    """Whether a name leaves the export, or names nothing in it."""
    return not parts or parts[0] == "/" or parts[0][1:2] == ":" or ".." in parts


def _refusal(info: zipfile.ZipInfo, path: str) -> Refusal:
    kind = stat.S_IFMT(info.external_attr >> 16)
    reasons: dict[Refusal, bool] = {
        "link": kind not in (0, stat.S_IFREG, stat.S_IFDIR),
        "password": bool(info.flag_bits & _ENCRYPTED),
        "compression": info.compress_type not in _COMPRESSIONS,
        "deep": len(PurePosixPath(path).parts) > MAX_EXPORT_PATH_DEPTH,
        "long_name": len(path) > MAX_EXPORT_NAME_CHARS,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _clean(path: str) -> str:
    return unicodedata.normalize("NFC", printable(path)).encode("utf-8", "replace").decode()


def _too_many(path: Path) -> InputError:
    return InputError(
        Message("export_too_many", path=printable(str(path)), max_export_files=MAX_EXPORT_FILES)
    )
