"""Refuses a zip whose directory is a flood of entries, or describes members that share bytes.

`zipfile` makes an object for each entry, and reads an entry's extra fields in time that grows with the square
of their length: both are counted in the raw bytes first. Members whose bytes overlap are how a few kilobytes
become gigabytes (David Fifield, "A better zip bomb", 2019); no archiver makes them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator

from notegrad.intake.unreadable import UnreadableError

MAX_MEMBERS = 2_000
MAX_EXTRA_BYTES = 1024 * 1024

_ENTRY = b"PK\x01\x02"
_EXTRA_LENGTH_AT = 30
_LOCAL_HEADER_BYTES = 30


def refuse_floods(data: bytes) -> None:
    """Refuse a directory of too many entries, or of too many bytes of extra fields, before it is parsed.

    Raises `UnreadableError`. Signatures are counted wherever they stand, so that no lie about where the
    directory begins or how long it is hides an entry.
    """
    if data.count(_ENTRY) > MAX_MEMBERS:
        raise UnreadableError("zip_many_files", count=MAX_MEMBERS)
    if sum(_extra_lengths(data)) > MAX_EXTRA_BYTES:
        raise UnreadableError("zip_large_directory")


def _extra_lengths(data: bytes) -> Iterator[int]:
    at = data.find(_ENTRY)
    while at >= 0:
        yield int.from_bytes(data[at + _EXTRA_LENGTH_AT : at + _EXTRA_LENGTH_AT + 2], "little")
        at = data.find(_ENTRY, at + len(_ENTRY))


def refuse_overlaps(infos: Iterable[zipfile.ZipInfo]) -> None:
    """Refuse an archive in which two members share bytes. Raises `UnreadableError`."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise UnreadableError("zip_overlap")
        end = info.header_offset + _LOCAL_HEADER_BYTES + info.compress_size
