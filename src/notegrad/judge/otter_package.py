"""Otter's package is imported without its API, until somebody asks for that.

`import otter` imports all that exports and runs notebooks: pandas, nbconvert and 800 modules more, 0.7 s of
processor time. The judge needs its classes of test files, which need none of that.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import sys
import threading
from types import ModuleType
from typing import Any

_PACKAGE = "otter"
_GRAMMAR = "rfc3987_syntax"
_API = ("__all__", "__version__")  # what else begins so is asked of every module, by whoever walks them
_lock = threading.RLock()


def defer_api() -> None:
    """Let imports of otter's submodules skip the package's own `__init__`, which runs at the first use of it.

    Source: PEP 562, `__getattr__` of a module. Nothing is done where otter is imported already, or missing.
    """
    if _PACKAGE in sys.modules or (spec := importlib.util.find_spec(_PACKAGE)) is None:
        return
    package = importlib.util.module_from_spec(spec)
    package.__dict__["__getattr__"] = _Missing(package)
    sys.modules[_PACKAGE] = package


def spare_grammars() -> None:
    """Import jsonschema, which otter's classes need through nbformat, without a grammar of web addresses.

    It is compiled at each import (0.85 s of processor time) where JupyterLab brought `rfc3987_syntax`, for
    the format `iri`, of which no notebook has a value. Without the package jsonschema leaves that check out;
    here it is told that it is not there.
    """
    if _GRAMMAR in sys.modules or "jsonschema" in sys.modules:
        return
    sys.modules[_GRAMMAR] = None  # type: ignore[assignment]
    try:
        with contextlib.suppress(ImportError):
            importlib.import_module("jsonschema")
    finally:
        del sys.modules[_GRAMMAR]


class _Missing:
    """The package's `__getattr__` until its `__init__` has run; other threads wait while it does."""

    def __init__(self, package: ModuleType) -> None:
        self._package = package
        self._is_running = False

    def __call__(self, name: str) -> Any:
        """A submodule, or what the `__init__` defines."""
        unknown = AttributeError(f"module {_PACKAGE!r} has no attribute {name!r}")
        if name.startswith("__") and name not in _API:
            raise unknown
        if importlib.util.find_spec(f"{_PACKAGE}.{name}") is not None:
            return importlib.import_module(f"{_PACKAGE}.{name}")
        with _lock:
            if self._is_running:
                raise unknown
            if self._package.__dict__.get("__getattr__") is self:
                self._run()
        return getattr(self._package, name)

    def _run(self) -> None:
        loader = self._package.__spec__.loader if self._package.__spec__ is not None else None
        assert loader is not None, "find_spec gave it one"
        self._is_running = True
        try:
            loader.exec_module(self._package)
            del self._package.__dict__["__getattr__"]
        finally:
            self._is_running = False
