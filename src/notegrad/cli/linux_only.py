"""Refuses to grade on a system that is not Linux, before anything else is done."""

from __future__ import annotations

import sys
from pathlib import Path

from notegrad.errors import InputError

_NAMES = {"darwin": "macOS", "win32": "Windows", "cygwin": "Cygwin"}
_COMMAND_LINE_LANGUAGE = "en"  # of every error of the command line that knows no course


def require_linux(config_path: Path | None = None) -> None:
    """Return where submissions can be graded; the sandbox is made of Linux's namespaces and limits.

    Raises InputError with one sentence, in the course's language where its configuration can be read.
    """
    if (system := str(sys.platform)) == "linux":
        return
    from notegrad.messages import translate

    raise InputError(translate("linux_only", _language(config_path), system=_NAMES.get(system, system)))


def _language(config_path: Path | None) -> str:
    from notegrad.course.config import CONFIG_NAME, load_config

    try:
        config = load_config(config_path)
    except InputError:  # the system is told first; what is wrong in the file matters on Linux only
        return _COMMAND_LINE_LANGUAGE
    known = config_path is not None or (config.root / CONFIG_NAME).is_file()
    return config.course.language if known else _COMMAND_LINE_LANGUAGE
