"""Reads the members of a zip that a stranger sent, in memory and within limits.

Nothing is extracted to disk. Sizes that the archive declares are checked first, to refuse early, and never
believed: what is read is counted again. The central directory decides what is in the archive, as it does for
the tools with which people open one; a local header that names another file is refused by `zipfile`.
"""

from __future__ import annotations

import io
import stat
import unicodedata
import zipfile
from pathlib import PurePosixPath

from notegrad.intake.unreadable import UnreadableError
from notegrad.intake.zip_directory import MAX_EXTRA_BYTES, MAX_MEMBERS, refuse_floods, refuse_overlaps
from notegrad.intake.zip_faults import ZIPFILE_ERRORS
from notegrad.records import Record

__all__ = ["MAX_EXTRA_BYTES", "MAX_MEMBERS", "Member", "is_archive", "is_ignored", "read_archive"]

MAX_ARCHIVE_BYTES = 64 * 1024 * 1024
MAX_MEMBER_BYTES = 32 * 1024 * 1024
MAX_TOTAL_BYTES = 128 * 1024 * 1024
MAX_RATIO = 200
# Printed loops and blank tables compress very well: below this size a high ratio is no bomb.
RATIO_FREE_BYTES = 8 * 1024 * 1024
MAX_PATH_DEPTH = 16
MAX_NESTED_ARCHIVES = 1
MAX_NAME_CHARS = 200
MAX_NAME_BYTES = 255  # of one file or folder: what file systems take

_ENCRYPTED = 0x1
# LZMA would let the archive choose how much memory its decoder takes.
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_HIDDEN_COPIES = ("._", ".~")  # of macOS, and of editors that are open
_LITTER = {"__macosx", "__pycache__", "thumbs.db", "desktop.ini"}


class Member(Record, frozen=True, kw_only=True):
    """A file: `path` is relative, with `/`, NFC, without `..`; `modified` orders files by age."""

    path: str
    data: bytes
    modified: tuple[int, ...] = ()


def is_archive(data: bytes) -> bool:
    """Whether the bytes begin as a zip does, whatever the file is called."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_ignored(path: str) -> bool:
    """Whether a relative path is litter: hidden files, checkpoints, caches, what macOS and Windows leave.

    A file that is called `.ipynb` is a notebook whose author gave it no name.
    """
    return any(_is_litter(part) for part in PurePosixPath(path).parts)


def _is_litter(part: str) -> bool:
    is_hidden = part.startswith(".") and (part.startswith(_HIDDEN_COPIES) or not _is_notebook(part))
    return is_hidden or part.lower() in _LITTER


def _is_notebook(name: str) -> bool:
    return name.lower().endswith(".ipynb")


def read_archive(data: bytes) -> tuple[Member, ...]:
    """Files of a zip in the archive's order, litter left out; a zip inside is opened once.

    Raises `UnreadableError` where the archive is damaged, encrypted, a bomb, or reaches outside itself.
    """
    return _read(data, depth=0, budget=_Budget())


class _Budget:
    """Bytes that may still be unpacked, shared by an archive and those inside it."""

    def __init__(self) -> None:
        self.left = MAX_TOTAL_BYTES

    def spend(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise UnreadableError("zip_large_open", mib=MAX_TOTAL_BYTES >> 20)


def _read(data: bytes, *, depth: int, budget: _Budget) -> tuple[Member, ...]:
    if len(data) > MAX_ARCHIVE_BYTES:
        raise UnreadableError("zip_heavy", mib=MAX_ARCHIVE_BYTES >> 20)
    refuse_floods(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _members(archive, depth=depth, budget=budget)
    except ZIPFILE_ERRORS:
        raise UnreadableError("zip_damaged") from None


def _members(archive: zipfile.ZipFile, *, depth: int, budget: _Budget) -> tuple[Member, ...]:
    members: list[Member] = []
    contents: dict[str, bytes] = {}
    refuse_overlaps(archive.infolist())
    for info in archive.infolist():
        path = _inside(info.filename)
        if not path or info.is_dir() or is_ignored(path):
            continue
        _refuse_unfit(info, path)
        data = _unpack(archive, info, budget)
        if contents.setdefault(path, data) != data:  # which of them was meant, nobody can say
            raise UnreadableError("zip_same_name")
        if is_archive(data) and path.lower().endswith(".zip"):
            if depth >= MAX_NESTED_ARCHIVES:
                raise UnreadableError("zip_in_zip")
            stem = path[: -len(".zip")]
            nested = _read(data, depth=depth + 1, budget=budget)
            members += [Member(path=f"{stem}/{m.path}", data=m.data, modified=m.modified) for m in nested]
        else:
            members.append(Member(path=path, data=data, modified=info.date_time))
    return tuple(members)


def _inside(name: str) -> str:
    """The member's name as a clean relative path, Windows separators included."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/")).encode("utf-8", "replace").decode()
    parts = PurePosixPath(name).parts
    if name.startswith("/") or name[1:2] == ":" or ".." in parts:
        raise UnreadableError("zip_outside")
    return "/".join(parts)


def _refuse_unfit(info: zipfile.ZipInfo, path: str) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    for refused, key, count in (
        (kind not in (0, stat.S_IFREG), "zip_special_file", 0),
        (bool(info.flag_bits & _ENCRYPTED), "zip_password", 0),
        (info.compress_type not in _COMPRESSIONS, "zip_compression", 0),
        (len(PurePosixPath(path).parts) > MAX_PATH_DEPTH, "zip_deep", MAX_PATH_DEPTH),
        (len(path) > MAX_NAME_CHARS, "zip_long_path", MAX_NAME_CHARS),
        (
            any(len(part.encode()) > MAX_NAME_BYTES for part in path.split("/")),
            "zip_long_name",
            MAX_NAME_BYTES,
        ),
    ):
        if refused:
            raise UnreadableError(key, count=count)


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: _Budget) -> bytes:
    too_large = UnreadableError("zip_large_file", mib=MAX_MEMBER_BYTES >> 20)
    if info.file_size > MAX_MEMBER_BYTES:
        raise too_large
    with archive.open(info) as stream:
        data = stream.read(MAX_MEMBER_BYTES + 1)
    if len(data) > MAX_MEMBER_BYTES:
        raise too_large
    budget.spend(len(data))
    if len(data) > RATIO_FREE_BYTES and len(data) > MAX_RATIO * max(info.compress_size, 1):
        raise UnreadableError("zip_bomb")
    return data
