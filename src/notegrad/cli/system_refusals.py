"""Refusals of the operating system, said to the person who may change what they are for."""

from __future__ import annotations

import errno

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

    key = REFUSALS.get(error.errno or 0, "") if isinstance(error, OSError) else ""
    if not key:
        return ""
    name = getattr(error, "filename2", None) or getattr(error, "filename", None)
    named = name if isinstance(name, (str, bytes)) else ""
    path = named.decode("utf-8", "replace") if isinstance(named, bytes) else named
    return translate(key, language, path=path or Message("system_no_path"))
