"""Huge pages hold the libraries of a process that forks: a fork then copies hundreds of entries, not 40,000.

The kernel copies the table of a process's own pages at every fork, and takes it down at every end: 13 ms for
what torch and its friends keep in memory. A table of pages of 2 MiB is copied in a tenth of that. Whoever
writes to such a page, here or in the fork, copies 4 KiB of it, as always.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

_MADV_COLLAPSE = 25  # since Linux 6.1; whatever `transparent_hugepage/enabled` says
_HUGE_BYTES = 1 << 21
_OWN_MEMORY = ("", "[heap]")


def gather() -> None:
    """Put the process's own memory on huge pages where the kernel can.

    It takes 0.1 to 0.5 s. Where the kernel is older, or refuses, nothing changes.
    """
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    for start, end in list(_spans()):
        advise(start, end - start, _MADV_COLLAPSE)


def _spans() -> Iterator[tuple[int, int]]:
    """The whole huge pages in memory that is written to, and of no file, as addresses from and to."""
    try:
        with open("/proc/self/maps", encoding="utf-8") as file:  # noqa: PTH123
            lines = file.readlines()
    except OSError:
        return
    for line in lines:
        span, access, _, _, _, *name = line.split(maxsplit=5)
        if access == "rw-p" and "".join(name).strip() in _OWN_MEMORY:
            low, high = (int(address, 16) for address in span.split("-"))
            start, end = -(-low // _HUGE_BYTES) * _HUGE_BYTES, high // _HUGE_BYTES * _HUGE_BYTES
            if start < end:
                yield start, end
