"""All that `zipfile` is known to raise on bytes it did not expect; fuzzing adds to it, not a guess."""

from __future__ import annotations

import struct
import zipfile
import zlib

ZIPFILE_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    NotImplementedError,
    RuntimeError,
)
