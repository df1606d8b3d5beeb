"""Versions of what decides results: notegrad, Python, and the packages that compute."""

from __future__ import annotations

import functools
import platform
from importlib import metadata

from notegrad import __version__

_PACKAGES = ("torch", "numpy", "otter-grader", "ipython", "msgspec")


def versions() -> dict[str, str]:
    """Versions of notegrad, Python and the packages that decide results; imports none of them."""
    return dict(_versions())


@functools.cache
def _versions() -> dict[str, str]:
    found = {"notegrad": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
