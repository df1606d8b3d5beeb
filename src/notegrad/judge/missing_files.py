"""Files that a test looks for and the bundle lacks: the notebook may have written them, elsewhere.

Nothing that student code wrote is brought to the judge, so such a test case is not judged.
"""

from __future__ import annotations

import ast
import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from notegrad.judge.heard_events import listen
from notegrad.judge.made_files import MadeFiles
from notegrad.judge.parsed_tests import nodes_of, once_a_source, python_of

_LOOKS = re.compile(r"\b(?:exists|isfile|is_file|isdir|is_dir|getsize|iterdir|listdir|scandir|i?glob)\(")
_ASKS_ONE = frozenset({"exists", "isfile", "is_file"})
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_watching: list[tuple[list[str], MadeFiles]] = []


def looks_for_files(source: str) -> bool:
    """Whether a test asks which files there are: what it would hear is no answer of the notebook's.

    Not where it asks for files of the bundle by their names, which both sides have.
    """
    names = _names_asked(source)
    return names is None or not all(Path(name).is_file() for name in names)


@once_a_source
def _names_asked(source: str) -> frozenset[str] | None:
    """The files whose being there a test asks for, and nothing else of any; None where it asks for more."""
    if _LOOKS.search(source) is None:
        return frozenset()
    try:
        nodes = nodes_of(python_of(source))
    except SyntaxError:
        return None
    found: set[str] = set()
    for call in (node for node in nodes if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if _LOOKS.fullmatch(f"{name}(") is None:
            continue
        path = _literal(_arguments(call))
        if name not in _ASKS_ONE or path is None:
            return None
        found.add(path)
    return frozenset(found)


def _arguments(call: ast.Call) -> list[ast.expr]:
    """What a call is given; of a method of `Path("name")`, what that is given."""
    held = call.func.value if isinstance(call.func, ast.Attribute) else None
    if isinstance(held, ast.Call) and ast.unparse(held.func).rpartition(".")[2] == "Path":
        return held.args
    return call.args


def _literal(arguments: list[ast.expr]) -> str | None:
    """The relative path that a call is given, as it stands there."""
    only = arguments[0] if len(arguments) == 1 else None
    path = only.value if isinstance(only, ast.Constant) else None
    return path if isinstance(path, str) and not path.startswith(("/", ".")) else None


@contextlib.contextmanager
def noting_missing(made: MadeFiles) -> Iterator[list[str]]:
    """Note the names of files that are opened to be read and are not there, or are an answer's by now."""
    listen("open", _hear)
    found: list[str] = []
    _watching.append((found, made))
    try:
        yield found
    finally:
        _watching.pop()


def _hear(facts: tuple[object, ...]) -> None:
    if not _watching:
        return
    path, mode, flags = facts
    if mode is None:  # `os.open`, by which folders are removed
        return
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    if not isinstance(path, str) or path.startswith("<"):
        return
    found, made = _watching[-1]
    is_writing = isinstance(flags, int) and flags & _WRITING
    if is_writing or path.startswith("."):  # `.pdbrc` is doctest's own wish
        return
    is_missing = not (path.startswith("/") or Path(path).exists())
    if is_missing or made.is_shown(path):
        found.append(path)
