"""Modules that this Python can import, and the packages that bring those that it cannot."""

from __future__ import annotations

import importlib.util
import re

# By top module, the packages that bring it, of those whose names tell another one; the first is pip's.
_PACKAGES = {
    "PIL": ("pillow",),
    "bs4": ("beautifulsoup4",),
    "cv2": ("opencv-python", "opencv-python-headless", "opencv-contrib-python", "opencv", "py-opencv"),
    "dateutil": ("python-dateutil",),
    "otter": ("otter-grader",),
    "skimage": ("scikit-image",),
    "sklearn": ("scikit-learn",),
    "torch": ("torch", "pytorch"),
    "yaml": ("pyyaml",),
}

_MISSED = re.compile(r"No module named '(\w+)[.\w]*'")


def missed_in(text: str) -> list[str]:
    """The top modules that Python did not find, by its own words within a text."""
    return _MISSED.findall(text)


def is_importable(module: str) -> bool:
    """Whether a top module is here, or its name is none."""
    try:
        return not module or importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def packages_with(module: str) -> tuple[str, ...]:
    """The packages that bring a top module, the one that pip is to install first."""
    return _PACKAGES.get(module, (module,))


def known_to_pip(package: str) -> str:
    """The name under which pip knows a package."""
    return next((names[0] for names in _PACKAGES.values() if package in names), package)
