"""Our own wheel, made from the installed package: no network, no build tool, the same bytes each time.

A bundle must carry the notegrad that built it, also where that one was itself installed from a wheel and
there is no checkout to build from. So the wheel is put together from what is installed: the package's files
and the metadata that the installer left (PEP 427, and "Recording installed projects" of the packaging
specifications). A test compares it with what hatchling builds from the same sources.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
from pathlib import Path

import notegrad
from notegrad.authoring.documentation import DOCS_DIR, TOPICS, docs_folder
from notegrad.authoring.reproducible_zip import pack
from notegrad.errors import BuildError
from notegrad.messages import Message

DISTRIBUTION = "notegrad"
_COPIED = ("METADATA", "entry_points.txt", "licenses/LICENSE")
_LEFT_OUT = ("__pycache__", ".pyc", ".pyo", ".swp", "~")


def own_wheel() -> tuple[str, bytes]:
    """The wheel's file name and its bytes; raises BuildError where the package is not installed."""
    try:
        installed = importlib.metadata.distribution(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        raise BuildError(Message("wheel_not_installed")) from None
    version = notegrad.__version__
    if installed.version != version:
        raise BuildError(Message("wheel_other_version", version=version, version2=installed.version))
    return f"{DISTRIBUTION}-{version}-py3-none-any.whl", _wheel(installed, version)


def _wheel(installed: importlib.metadata.Distribution, version: str) -> bytes:
    info = f"{DISTRIBUTION}-{version}.dist-info"
    members = _package_files()
    for name in _COPIED:
        text = installed.read_text(name)
        if text is None:
            raise BuildError(Message("wheel_lacks", name=name))
        members[f"{info}/{name}"] = text.encode()
    members[f"{info}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: notegrad {version}\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    ).encode()
    record = [f"{name},sha256={_digest(members[name])},{len(members[name])}" for name in sorted(members)]
    members[f"{info}/RECORD"] = ("\n".join([*record, f"{info}/RECORD,,"]) + "\n").encode()
    return pack(members)


def _package_files() -> dict[str, bytes]:
    package = Path(notegrad.__file__).resolve().parent
    pages = {
        f"{DISTRIBUTION}/{DOCS_DIR}/{name}": (docs_folder() / name).read_bytes()
        for name in TOPICS.values()
        if (docs_folder() / name).is_file()
    }
    return pages | {
        f"{DISTRIBUTION}/{path.relative_to(package).as_posix()}": path.read_bytes()
        for path in sorted(package.rglob("*"))
        if path.is_file() and not any(part.endswith(_LEFT_OUT) for part in path.relative_to(package).parts)
    }


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
