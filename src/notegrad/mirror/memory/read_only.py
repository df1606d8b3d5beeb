"""Memory of this side that nobody here may write is not written for the other side either.

In one process NumPy would refuse such a write with an exception; bytes that came from elsewhere are put into
memory by address, where nothing refuses. A write into a `bytes` object would change a constant of a test, and
one into a file that is mapped for reading would end the process.
"""

from __future__ import annotations

import ctypes
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import torch

from notegrad.mirror.memory import facts

Array = np.ndarray[Any, Any]
Words = np.ndarray[Any, np.dtype[np.uintp]]

_WORD = ctypes.sizeof(ctypes.c_size_t)
_BYTES_TYPE = np.uintp(id(bytes))
_FLAGS, _IS_MAPPED, _ALIGNMENT = 7, 2, 2 * _WORD
_MANY = 1 << 32  # more references than there are to anything; an address is more


class Origin:
    """The objects of this side through which the other side knows a block that was first on this side."""

    def __init__(self) -> None:
        self._arrays: list[weakref.ref[Array]] = []
        self._was_writable = False  # one that was passed, and may be dead: its memory can live on
        self._has_tensor = False

    def add_array(self, array: Array) -> None:
        """Note that an array was passed, and not only the owner of its memory."""
        self._arrays = [ref for ref in self._arrays if (known := ref()) is not None and known is not array]
        self._arrays.append(weakref.ref(array))
        self._was_writable |= array.flags.writeable

    def add_tensor(self) -> None:
        """Note that a tensor was passed."""
        self._has_tensor = True

    def may_be_written(self, owner: torch.UntypedStorage | Array) -> bool:
        """Whether one of these objects could have been written in one process."""
        arrays = [array for ref in self._arrays if (array := ref()) is not None]
        if any(array.flags.writeable for array in arrays):
            return True
        if not self._has_tensor:
            return self._was_writable and not arrays
        if isinstance(owner, np.ndarray):
            return owner.flags.writeable
        return facts.is_resizable(owner) or not _is_read_only(*facts.storage_span(owner))


def _is_read_only(pointer: int, nbytes: int) -> bool:
    """Whether memory that torch did not take itself is mapped for reading, or lies in a `bytes` object."""
    for low, high, rights in _mappings() if nbytes else ():
        is_there = low < pointer + nbytes and pointer < high
        if is_there and ("w" not in rights or _is_in_bytes(low, high, pointer, nbytes)):
            return True
    return False


def _mappings() -> list[tuple[int, int, str]]:
    try:
        lines = Path("/proc/self/maps").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:  # in the sandbox, where the memory is the student's own
        return []
    parts = [line.split(maxsplit=2)[:2] for line in lines]
    return [(*(int(end, 16) for end in span.split("-")), rights) for span, rights in parts]  # type: ignore[misc]


def _is_in_bytes(low: int, high: int, pointer: int, nbytes: int) -> bool:
    """Whether a living `bytes` object in the mapping from `low` to `high` holds the memory at `pointer`.

    Torch does not say whose memory it shares, and there is no table of these objects: their headers are
    looked for.
    """
    words = np.ctypeslib.as_array(
        ctypes.cast(low, ctypes.POINTER(ctypes.c_size_t)), ((pointer - low) // _WORD,)
    )
    for index in map(int, np.flatnonzero(words == _BYTES_TYPE)):
        first = (
            low + (index + 3) * _WORD
        )  # of the bytes: after the count of references, the type, size and hash
        if index == 0 or first > pointer:
            continue
        references, size = int(words[index - 1]), int(words[index + 1])
        is_living = (
            0 < references < _MANY and first + size < high and facts.read_bytes(first + size, 1) == b"\0"
        )
        is_around = is_living and pointer + nbytes <= first + size
        if is_around and not _is_in_a_chunk(words[index + 2 :], first - _WORD, high, pointer, nbytes):
            return True
    return False


def _is_in_a_chunk(words: Words, low: int, high: int, pointer: int, nbytes: int) -> bool:
    """Whether one allocation of the C library's, begun in `words` from address `low`, holds all the memory.

    Then a `bytes` that begins before it is gone: one that grew elsewhere leaves its header as it was, and
    what is allocated there next need not write over it. Before an allocation stands its size with three flags
    (glibc, malloc/malloc.c, `malloc_chunk`); a constant with bytes that look like that passes for one.
    """
    sizes = words & ~np.uintp(_FLAGS)
    fits = (sizes >= nbytes) & (sizes < high - low) & (sizes % _ALIGNMENT == 0)
    for index in map(int, np.flatnonzero(fits)):
        start, size = low + (index + 1) * _WORD, int(sizes[index])
        after = start + size - _WORD
        if start % _ALIGNMENT or not pointer + nbytes <= after:
            continue
        if int(words[index]) & _IS_MAPPED:
            return True
        # There the next one has its size, whose last bit says that this one lives
        if after + _WORD <= high and facts.read_bytes(after, 1)[0] & 1:
            return True
    return False
