"""Modules of a bundle's own that a test imports: the notebook has another copy of each, and another state."""

from __future__ import annotations

import ast
import re
import sys
from collections import deque
from pathlib import Path

from notegrad.judge.parsed_tests import nodes_of, once_a_source, python_of
from notegrad.records import Record

_PATCHED = re.compile(r"['\"]([A-Za-z_]\w*)\.(?!py['\"])\w")
"""What `patch("module.name")` names."""


class HelperModules(Record, frozen=True, kw_only=True):
    """The modules of the bundle that a test imports.

    `used`: module and name of all that it uses of them. `changed`: one in which it gives something else to a
    name.
    """

    names: tuple[str, ...] = ()
    used: tuple[tuple[str, str], ...] = ()
    changed: str = ""


@once_a_source
def helper_modules(source: str) -> HelperModules:
    """The modules that a test imports of the folder in which tests run, which is one for a whole judge."""
    imported = _imported(source)
    names = {name: module for name, module in imported.names.items() if _is_file(module)}
    patched = [module for module in _PATCHED.findall(source) if _is_file(module)]
    if not (names or patched):
        return HelperModules()
    changed = next((names[name] for name, _ in imported.stored if name in names), "")
    used = [(names[name], attribute) for name, attribute in imported.read if name in names]
    used += [(names[name], of) for name, of in imported.taken.items() if name in names]
    changed = changed or next(iter(patched), "")
    return HelperModules(names=tuple(dict.fromkeys(names.values())), used=tuple(used), changed=changed)


def is_state_of(used: tuple[str, str]) -> bool:
    """Whether a name of a module that was imported here stands for what functions of it may change."""
    module, name = used
    return isinstance(vars(sys.modules.get(module, re)).get(name), (list, dict, set, deque, bytearray))


class _Imported(Record, frozen=True, kw_only=True):
    names: dict[str, str] = {}
    taken: dict[str, str] = {}
    read: tuple[tuple[str, str], ...] = ()
    stored: tuple[tuple[str, str], ...] = ()


def _imported(source: str) -> _Imported:
    """By each name that an import binds, its top module; what is taken from them, read, and given."""
    try:
        nodes = nodes_of(python_of(source))
    except SyntaxError:
        return _Imported()
    names: dict[str, str] = {}
    taken: dict[str, str] = {}
    read: list[tuple[str, str]] = []
    stored: list[tuple[str, str]] = []
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {(a.asname or a.name).partition(".")[0]: a.name.partition(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            found = {alias.asname or alias.name: alias.name for alias in node.names}
            names |= dict.fromkeys(found, (node.module or "").partition(".")[0])
            taken |= found
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else stored).append((node.value.id, node.attr))
        elif isinstance(node, ast.Call) and _gives_attribute(node) and isinstance(node.args[0], ast.Name):
            stored.append((node.args[0].id, ""))
    return _Imported(names=names, taken=taken, read=tuple(read), stored=tuple(stored))


def _gives_attribute(call: ast.Call) -> bool:
    """Whether it is `setattr(module, ...)`, `monkeypatch.setattr(...)` or `patch.object(...)`."""
    return bool(call.args) and ast.unparse(call.func).rpartition(".")[2] in ("setattr", "delattr", "object")


def _is_file(module: str) -> bool:
    return bool(module) and (Path(f"{module}.py").is_file() or (Path(module) / "__init__.py").is_file())
