"""The output of a notebook is kept as its last bytes, so that a flood costs no memory."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Tail(io.BufferedIOBase):
    """A binary sink that keeps about its last `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept = bytearray()
        self._cut = False

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        """Keep the end of what was written so far."""
        with memoryview(data) as view:
            size = view.nbytes
            self._kept += view.cast("B")[-self._limit :] if size > self._limit else view.cast("B")
        if len(self._kept) > 2 * self._limit:
            del self._kept[: -self._limit]
            self._cut = True
        return size

    @property
    def name(self) -> str:
        """As a real stream's."""
        return "<stdout>"

    def fileno(self) -> int:
        """Standard output's, which leads to /dev/null: for faulthandler and child processes."""
        return 1

    def take(self, limit: int) -> str:
        """The last `limit` bytes as text; starts afresh. An ellipsis says that something is missing."""
        kept, cut = bytes(self._kept[-limit:]) if limit > 0 else b"", self._cut or len(self._kept) > limit
        self._kept.clear()
        self._cut = False
        text = kept.decode("utf-8", "replace")
        return f"[...]\n{text}" if cut and text else text


def text_stream(tail: Tail) -> io.TextIOWrapper:
    """An unbuffered text stream into `tail`; has `.buffer`, `.encoding`, `.reconfigure` as a real one has."""
    return io.TextIOWrapper(
        tail, encoding="utf-8", errors="backslashreplace", newline="\n", write_through=True
    )
