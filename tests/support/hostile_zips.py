"""Zips that no archiver makes, byte by byte."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Sequence
from typing import NamedTuple

DEFLATED = 8
SPECIAL_FILE = 0o010644 << 16


def notebook(*sources: str) -> bytes:
    return json.dumps({"cells": [{"cell_type": "code", "source": source} for source in sources]}).encode()


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


class Entry(NamedTuple):
    """What a header says of a member, true or not."""

    name: bytes
    packed: int
    size: int
    crc: int
    offset: int = 0
    extra: bytes = b""
    flags: int = 0


def local_header(entry: Entry) -> bytes:
    fixed = struct.pack(
        "<IHHHHHIIIHH",
        *(0x04034B50, 20, entry.flags, DEFLATED, 0, 33),
        *(entry.crc, entry.packed, entry.size, len(entry.name), 0),
    )
    return fixed + entry.name


def directory_entry(entry: Entry) -> bytes:
    fixed = struct.pack(
        "<IHHHHHHIIIHHHHHII",
        *(0x02014B50, 20, 20, entry.flags, DEFLATED, 0, 33),
        *(entry.crc, entry.packed, entry.size, len(entry.name), len(entry.extra), 0, 0, 0, 0, entry.offset),
    )
    return fixed + entry.name + entry.extra


def with_directory(
    body: bytes, entries: Sequence[Entry], *, count: int | None = None, size: int | None = None
) -> bytes:
    directory = b"".join(map(directory_entry, entries))
    count = len(entries) if count is None else count
    size = len(directory) if size is None else size
    return body + directory + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, size, len(body), 0)


def same_bytes_many_times(members: int, size: int) -> bytes:
    """Each member is the same compressed bytes."""
    data = bytes(size)
    packed = deflated(data)
    entry = Entry(b"a", len(packed), size, zlib.crc32(data))
    return with_directory(local_header(entry) + packed, [entry] * members)


def quoted_headers(members: int, size: int) -> bytes:
    """Fifield's bomb: each member is the next one's header as a stored block, and then all that follows."""
    kernel = bytes(size)
    tail, headers, entries = deflated(kernel), [], []
    for number in reversed(range(members)):
        stored = len(headers[0]) if headers else 0
        quote = b"\0" + struct.pack("<HH", stored, stored ^ 0xFFFF) if headers else b""
        plain = b"".join(headers) + kernel
        entry = Entry(b"%05d" % number, len(quote + tail), len(plain), zlib.crc32(plain))
        headers.insert(0, local_header(entry))
        tail = headers[0] + quote + tail
        entries.insert(0, entry)
    offsets = [sum(map(len, headers[:i])) + 5 * i for i in range(members)]
    return with_directory(tail, [e._replace(offset=o) for e, o in zip(entries, offsets, strict=True)])


def flood_of_extra_fields(members: int, fields: int) -> bytes:
    """A directory whose entries carry thousands of empty extra fields each."""
    entry = Entry(b"a", 2, 0, 0, extra=struct.pack("<HH", 0x9999, 0) * fields)
    return with_directory(local_header(entry) + b"\x03\x00", [entry] * members)


def giant_zip64() -> bytes:
    """A member that claims 8 EiB in its zip64 field."""
    extra = struct.pack("<HHQQQ", 1, 24, 2**63 - 1, 2**63 - 1, 2**62)
    entry = Entry(b"a", 0xFFFFFFFF, 0xFFFFFFFF, 0, 0xFFFFFFFF, extra)
    return with_directory(b"PK\x03\x04", [entry])


def another_name_inside() -> bytes:
    """The directory and the local header name different files."""
    data = notebook("x")
    packed = deflated(data)
    entry = Entry(b"tp.ipynb", len(packed), len(data), zlib.crc32(data))
    return with_directory(local_header(entry._replace(name=b"xx.ipynb")) + packed, [entry])


def more_entries_than_declared(members: int) -> bytes:
    """The end record says one entry; the directory has many."""
    data = b""
    packed = deflated(data)
    body, entries = b"", []
    for number in range(members):
        entry = Entry(b"%d" % number, len(packed), 0, 0, len(body))
        body += local_header(entry) + packed
        entries.append(entry)
    return with_directory(body, entries, count=1)
