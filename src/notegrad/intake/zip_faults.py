"""The exceptions that `zipfile` raises on unexpected bytes; fuzzing adds to them, not a guess."""

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
