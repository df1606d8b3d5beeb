"""CUDA's own library copies bytes of a GPU's memory, with no torch operation.

torch loads the library when it is imported; its functions are looked up then, before any student code. A copy
waits for all that the GPU was asked to do. Its trust is that of ctypes on the CPU: code in the same process
may overwrite anything, and what it says of its memory is checked by writing into it.
"""

from __future__ import annotations

import ctypes
import re
from typing import Any

from notegrad.mirror.wire.mirror_errors import ObservationError

_HOST_TO_DEVICE, _DEVICE_TO_HOST = 1, 2


def _find_library() -> Any:
    """CUDA's runtime library as this process holds it, or None."""
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as lines:  # noqa: PTH123
            found = {m[0] for line in lines if (m := re.search(r"/\S*libcudart[^/\s]*\.so\S*", line))}
    except OSError:
        return None
    for path in sorted(found):
        try:
            return ctypes.CDLL(path)
        except OSError:
            continue
    return None


_library = _find_library()
_copy: Any = getattr(_library, "cudaMemcpy", None)
_wait: Any = getattr(_library, "cudaDeviceSynchronize", None)
_forget_error: Any = getattr(_library, "cudaGetLastError", None)
if _copy is not None:
    _copy.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)


def read(pointer: int, nbytes: int) -> bytes:
    """Bytes at an address of the GPU. Raises ObservationError where CUDA refuses."""
    buffer = ctypes.create_string_buffer(nbytes)
    _transfer(ctypes.addressof(buffer), pointer, nbytes, _DEVICE_TO_HOST)
    return buffer.raw


def write(pointer: int, data: bytes) -> None:
    """Put bytes at an address of the GPU. Raises ObservationError where CUDA refuses."""
    buffer = ctypes.create_string_buffer(data, len(data))
    _transfer(pointer, ctypes.addressof(buffer), len(data), _HOST_TO_DEVICE)


def _transfer(target: int, source: int, nbytes: int, direction: int) -> None:
    if _copy is None:
        raise ObservationError("a tensor on a GPU, in a process without CUDA's runtime library")
    code = _wait() or _copy(target, source, nbytes, direction)
    if code:
        _forget_error()
        raise ObservationError(f"the GPU's memory cannot be copied (CUDA error {code})")
