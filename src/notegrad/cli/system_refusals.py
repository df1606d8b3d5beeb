"""Refusals of the operating system, said to the person who may change what they are for."""

from __future__ import annotations

import errno
import os

REFUSALS = {
    errno.EACCES: "system_denied",
    errno.EPERM: "system_denied",
    errno.EROFS: "system_read_only",
    errno.ENOSPC: "system_full",
    errno.EDQUOT: "system_full",
}
"""Reasons that lie in the machine, not in the program, and the key of the sentence on each."""


def refusal(error: BaseException, language: str) -> str:
    """Return the sentence on what the system refused, with the file if known; empty for another fault."""
    from notegrad.messages import Message, translate

    if not isinstance(error, OSError) or error.errno not in REFUSALS:
        return ""
    name = error.filename2 or error.filename
    path = os.fsdecode(name) if isinstance(name, (str, bytes)) else Message("system_no_path")
    return translate(REFUSALS[error.errno], language, path=path)
