"""Names of libraries are remembered with what they stand for, so that it is told when one is replaced.

A judge asks before every call of a student's function, so it looks only at the names that a test may replace.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import ModuleType

import torch

from notegrad.probes.genuine_names import is_ours

PACKAGES = frozenset({"numpy", "torch", "scipy", "pandas", "sklearn", "matplotlib"})
_OF_RUNNERS = frozenset({"sys", "pdb", "linecache", "doctest", "warnings", "unittest"})
"""Modules of Python's whose names are replaced while any test runs, doctests above all."""
_WITH_EFFECTS = frozenset({"__main__", "antigravity", "this"})
"""Modules that do something when they are imported."""

_Held = Mapping[str, object]
_first: dict[str, _Held] = {}
"""By library: what its public names stood for when this process, or the one it was forked from, saw it."""
_libraries_with: dict[str, list[str]] = {}
"""By public name: the libraries that have it."""
_classes: dict[str, _Held] = {}
_modules_known = 0


def remember(modules: Iterable[str] = ()) -> None:
    """Take note of libraries that came since the last time, and of these `modules`, which a test will import.

    Were one imported by `mock.patch("getpass.getpass")`, what is put there would be taken for its own.
    """
    global _modules_known  # noqa: PLW0603 (one table a process: libraries are the process's)
    for module in modules:
        _import(module)
    if len(sys.modules) == _modules_known:
        return
    _modules_known = len(sys.modules)
    for name, held in _libraries():
        if name not in _first:
            _first[name] = {key: value for key, value in held.items() if _is_public(key, value)}
            for key in _first[name]:
                _libraries_with.setdefault(key, []).append(name)


def _import(name: str) -> None:
    """Import a module of Python's or of a known library, or what of a dotted name is one."""
    top = name.partition(".")[0]
    if name in sys.modules or top in _WITH_EFFECTS or top not in PACKAGES | sys.stdlib_module_names:
        return
    with contextlib.suppress(Exception):  # no such module: a class in one, or a text that only looks so
        importlib.import_module(name)


def replaced(names: Collection[str] | None) -> str:
    """Which of these names of libraries, as `library.name`, stands for something else than at first.

    `names`: None for all. "" for none. What a library puts around its own names, and what notegrad put there,
    is no replacement.
    """
    remember()
    for key in list(_libraries_with) if names is None else names:
        for library in _libraries_with.get(key, ()):
            held = _held_now(library)
            first = _first[library][key]
            if held is None or (now := held.get(key)) is first:
                continue
            if not is_ours(now) and not _is_wrapped(now, first):
                return f"{library}.{key}"
    return ""


def _held_now(library: str) -> _Held | None:
    """The names of a library; None of a module that was taken away."""
    held = _classes.get(library)
    if held is not None:
        return held
    module = sys.modules.get(library)
    return None if module is None else getattr(module, "__dict__", {})


def _is_wrapped(value: object, first: object) -> bool:
    """Whether a library put a function of its own around what it had, as torch's compiler does."""
    package, _, _ = str(getattr(value, "__globals__", {}).get("__name__")).partition(".")
    return package in PACKAGES and getattr(value, "__wrapped__", None) is first


def _is_public(name: str, value: object) -> bool:
    return callable(value) and (not name.startswith("_") or name in ("__call__", "__init__"))


def _libraries() -> Iterator[tuple[str, _Held]]:
    for name, module in list(sys.modules.items()):
        parts = name.split(".")
        is_library = parts[0] in PACKAGES or parts[0] in sys.stdlib_module_names - _OF_RUNNERS
        is_public = is_library and not any(part.startswith("_") for part in parts)
        if isinstance(module, ModuleType) and is_public:
            yield name, vars(module)
    for kind in (torch.Tensor, *vars(torch.nn).values(), *vars(torch.optim).values()):
        if isinstance(kind, type):
            name = f"{kind.__module__}.{kind.__qualname__}"
            _classes[name] = vars(kind)
            yield name, _classes[name]
