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

from notegrad.intake.notebooks import FIRST_BYTES, begins_as_notebook
from notegrad.intake.outputs import MAX_READ_BYTES, without_outputs
from notegrad.intake.submission_ids import printable
from notegrad.intake.unreadable import UnreadableError
from notegrad.intake.zip_directory import MAX_EXTRA_BYTES, MAX_MEMBERS, refuse_floods, refuse_overlaps
from notegrad.intake.zip_faults import ZIPFILE_ERRORS
from notegrad.records import Record

__all__ = ["MAX_EXTRA_BYTES", "MAX_MEMBERS", "Member", "is_archive", "is_ignored", "read_archive"]

MAX_ARCHIVE_BYTES = 256 * 1024 * 1024
MAX_MEMBER_BYTES = 32 * 1024 * 1024
MAX_TOTAL_BYTES = 128 * 1024 * 1024
# What is unpacked to look for outputs, which are not kept: of all that one student handed in.
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
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
_ENDINGS = (".ipynb", ".zip", ".json", ".txt")


class Member(Record, frozen=True, kw_only=True):
    """A file: `path` is relative, with `/`, NFC, without `..`; `modified` orders files by age.

    `is_cut`: a notebook that was too large with its outputs, and is here without them.
    """

    path: str
    data: bytes
    modified: tuple[int, ...] = ()
    is_cut: bool = False


def is_archive(data: bytes) -> bool:
    """Whether the bytes begin as a zip does, whatever the file is called."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_ignored(path: str) -> bool:
    """Whether a relative path is litter: hidden files, checkpoints, caches, what macOS and Windows leave.

    A hidden notebook is somebody's work all the same, and so is a file that was given an ending and no name.
    """
    return any(_is_litter(part) for part in PurePosixPath(path).parts)


def _is_litter(part: str) -> bool:
    if not part.startswith("."):
        return part.lower() in _LITTER
    is_notebook = part.lower().endswith(".ipynb") and not part.startswith(_HIDDEN_COPIES)
    return not is_notebook and bool(_bare(part))


def _bare(name: str) -> str:
    """What is left of a name without its endings; empty of `.ipynb` and of `.ipynb.txt`."""
    name = name.lower()
    while name.endswith(_ENDINGS):
        name = name[: name.rindex(".")]
    return name


class Budget:
    """Bytes that may still be unpacked and kept, shared by archives of one hand-in and those inside them."""

    def __init__(self) -> None:
        self.left, self._unpacked = MAX_TOTAL_BYTES, 0

    def spend(self, *, unpacked: int, kept: int) -> None:
        """Count what a file takes. Raises `UnreadableError` where it is too much."""
        self.left -= kept
        self._unpacked += unpacked
        if self.left < 0 or self._unpacked > MAX_UNPACKED_BYTES:
            raise UnreadableError("zip_large_open", mib=MAX_TOTAL_BYTES >> 20)


def read_archive(data: bytes, budget: Budget | None = None) -> tuple[Member, ...]:
    """Files of a zip in the archive's order, litter left out; a zip inside is opened once.

    `budget` is what other archives of the same hand-in left. Raises `UnreadableError` where the archive is
    damaged, encrypted, a bomb, or reaches outside itself.
    """
    return _read(data, depth=0, budget=budget or Budget())


def _read(data: bytes, *, depth: int, budget: Budget) -> tuple[Member, ...]:
    if len(data) > MAX_ARCHIVE_BYTES:
        raise UnreadableError("zip_heavy", mib=MAX_ARCHIVE_BYTES >> 20)
    refuse_floods(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _members(archive, depth=depth, budget=budget)
    except ZIPFILE_ERRORS:
        raise UnreadableError("zip_damaged") from None


def _members(archive: zipfile.ZipFile, *, depth: int, budget: Budget) -> tuple[Member, ...]:
    members: list[Member] = []
    contents: dict[str, bytes] = {}
    refuse_overlaps(archive.infolist())
    for info in archive.infolist():
        path = _inside(info.filename)
        if not path or info.is_dir() or is_ignored(path):
            continue
        _refuse_unfit(info, path)
        data, is_cut = _unpack(archive, info, budget)
        if contents.setdefault(path, data) != data:  # which of them was meant, nobody can say
            raise UnreadableError("zip_same_name")
        if is_archive(data) and path.lower().endswith(".zip"):
            if depth >= MAX_NESTED_ARCHIVES:
                raise UnreadableError("zip_in_zip")
            stem = path[: -len(".zip")]
            nested = _read(data, depth=depth + 1, budget=budget)
            members += [
                Member(path=f"{stem}/{m.path}", data=m.data, modified=m.modified, is_cut=m.is_cut)
                for m in nested
            ]
        else:
            members.append(Member(path=path, data=data, modified=info.date_time, is_cut=is_cut))
    return tuple(members)


def _inside(name: str) -> str:
    """The member's name as a clean relative path, Windows separators included."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/")).encode("utf-8", "replace").decode()
    name = printable(name)
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


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> tuple[bytes, bool]:
    """The bytes of a member, and whether outputs were cut out of them."""
    too_large = UnreadableError("zip_large_file", mib=MAX_MEMBER_BYTES >> 20)
    if info.file_size > MAX_READ_BYTES:
        raise too_large
    with archive.open(info) as stream:
        start = stream.read(FIRST_BYTES)
        limit = MAX_READ_BYTES if begins_as_notebook(start) else MAX_MEMBER_BYTES
        if info.file_size > limit:
            raise too_large
        data = start + stream.read(limit + 1 - len(start))
    if len(data) > RATIO_FREE_BYTES and len(data) > MAX_RATIO * max(info.compress_size, 1):
        budget.spend(unpacked=len(data), kept=0)
        raise UnreadableError("zip_bomb")
    small = without_outputs(data)
    budget.spend(unpacked=len(data), kept=min(len(small), MAX_MEMBER_BYTES))
    if len(small) > MAX_MEMBER_BYTES:
        raise too_large
    return small, len(small) < len(data)
