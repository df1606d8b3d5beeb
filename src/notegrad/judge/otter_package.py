"""Otter's package without its API, until somebody asks for that.

`import otter` imports all that exports and runs notebooks: pandas, nbconvert and 800 modules more, 0.7 s of
processor time. The judge needs its classes of test files, which need none of that.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType
from typing import Any

_PACKAGE = "otter"
_API = ("__all__", "__version__")  # what else begins so is asked of every module, by whoever walks them


def defer_api() -> None:
    """Let imports of otter's submodules skip the package's own `__init__`, which runs at the first use of it.

    Source: PEP 562, `__getattr__` of a module. Nothing is done where otter is imported already, or missing.
    """
    if _PACKAGE in sys.modules or (spec := importlib.util.find_spec(_PACKAGE)) is None:
        return
    package = importlib.util.module_from_spec(spec)
    package.__dict__["__getattr__"] = lambda name: _find(package, name)
    sys.modules[_PACKAGE] = package


def _find(package: ModuleType, name: str) -> Any:
    if name.startswith("__") and name not in _API:
        raise AttributeError(f"module {_PACKAGE!r} has no attribute {name!r}")
    if importlib.util.find_spec(f"{_PACKAGE}.{name}") is not None:
        return importlib.import_module(f"{_PACKAGE}.{name}")
    del package.__dict__["__getattr__"]
    loader = package.__spec__.loader if package.__spec__ is not None else None
    assert loader is not None, "find_spec gave it one"
    loader.exec_module(package)
    return getattr(package, name)
