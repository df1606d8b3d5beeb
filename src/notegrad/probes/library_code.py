"""Code is a library's where the library's own file, or the interpreter, holds that very code.

The name of a file proves nothing: `compile(source, torch.functional.__file__, "exec")` gives a student's loop
the name of torch's. So the code that runs is looked for among the code that the file holds.
"""

from __future__ import annotations

import _imp
import collections
import importlib.util
import marshal
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from operator import attrgetter
from pathlib import Path
from types import CodeType, FrameType

# sysconfig names neither Debian's own packages nor those that a `.pth` file brings along: the path does.
_PREFIXES = (
    *{sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")},
    str(Path(__file__).parents[1]),
    *(path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")),
)
_FROZEN = "<frozen "
_IMPORTING = "<frozen importlib."
_GENERATED = "<string>"
_PYC_HEADER_BYTES = 16
_LOW = 0xFFFFFFFF  # of a time and a size, which have four bytes each
_FROZEN_NAMES = {
    "importlib._bootstrap": "_frozen_importlib",
    "importlib._bootstrap_external": "_frozen_importlib_external",
}

# Captured at import, before student code could replace them.
_open, _stat, _loads, _compile, _frozen = open, os.stat, marshal.loads, compile, _imp.get_frozen_object
_namedtuple, _constructor = collections.namedtuple, attrgetter("__new__")  # noqa: PYI024
_compiled_at = importlib.util.cache_from_source

_codes: dict[str, frozenset[CodeType]] = {}
_known: dict[int, tuple[CodeType, bool]] = {}


def is_a_library_s(code: CodeType) -> bool:
    """Whether a library's file, or a module frozen into the interpreter, holds this code."""
    known = _known.get(id(code))
    if known is None:
        # the code is kept, so that its place in memory is not given to another
        known = _known[id(code)] = code, _is_held(code, code.co_filename)
    return known[1]


def remember(modules: Iterable[str]) -> None:
    """Read the code of modules that are imported already, once for all processes that are forked later."""
    for name in modules:
        filename = getattr(sys.modules.get(name), "__file__", None) or ""
        if _imp.is_frozen(name):
            filename = f"{_FROZEN}{name}>"
        if filename not in _codes and filename.startswith((*_PREFIXES, _FROZEN)):
            _codes[filename] = frozenset(_codes_of(filename))


def is_generated_by_a_library(frame: FrameType) -> bool:
    """Whether code made from a string was called by a library, as that of `namedtuple`; not a notebook's."""
    if frame.f_code.co_filename != _GENERATED:
        return False
    caller: FrameType | None = frame
    while caller is not None and caller.f_code.co_filename == _GENERATED:
        if caller.f_globals.get("__name__", "__main__") == "__main__":
            return False  # what a notebook generates
        caller = caller.f_back
    return caller is not None and is_a_library_s(caller.f_code)


def is_in_an_import(frame: FrameType) -> bool:
    """Whether a library imports something on behalf of what called it."""
    caller = frame.f_back
    while caller is not None and (is_a_library_s(caller.f_code) or caller.f_code.co_filename == _GENERATED):
        if caller.f_code.co_filename.startswith(_IMPORTING):
            return True
        caller = caller.f_back
    return False


def _is_held(code: CodeType, filename: str) -> bool:
    if filename == _GENERATED:
        return code.co_names == ("_tuple_new",) and _makes_named_tuples(code)
    if not filename.startswith((*_PREFIXES, _FROZEN)):
        return False
    if filename not in _codes:
        _codes[filename] = frozenset(_codes_of(filename))
    return code in _codes[filename]


def _makes_named_tuples(code: CodeType) -> bool:
    """Whether it is the code, and no other, that makes an object of a named tuple: it computes nothing."""
    try:
        made = _constructor(_namedtuple("_", code.co_varnames[1:]))
    except ValueError:
        return False
    return bool(code == made.__code__)


def _codes_of(filename: str) -> Iterator[CodeType]:
    if filename.startswith(_FROZEN):
        try:
            name = filename[len(_FROZEN) : -1]
            yield from _within(_frozen(_FROZEN_NAMES.get(name, name)))
        except ImportError:
            return
        return
    try:
        with _open(_compiled_at(filename), "rb") as file:
            header, compiled = file.read(_PYC_HEADER_BYTES), file.read()
            if _is_of_source(header, filename):
                yield from _within(_loads(compiled))
                return
    except (OSError, EOFError, ValueError, TypeError):
        pass  # never compiled to a file: its source is asked too
    try:
        with _open(filename, "rb") as file:
            yield from _within(_compile(file.read(), filename, "exec", dont_inherit=True))
    except (OSError, ValueError, SyntaxError):
        return


def _is_of_source(header: bytes, filename: str) -> bool:
    """Whether the interpreter runs a compiled file: it is not of another day than its source (PEP 552).

    Where bytecode may not be written, an old one stays there, and the source is compiled at each start.
    """
    flags, changed_s, size = (int.from_bytes(header[at : at + 4], "little") for at in (4, 8, 12))
    if flags:
        return True  # told apart by a hash, not by its time
    facts = _stat(filename)
    return (changed_s, size) == (int(facts.st_mtime) & _LOW, facts.st_size & _LOW)


def _within(code: object) -> Iterator[CodeType]:
    if isinstance(code, CodeType):
        yield code
        for constant in code.co_consts:
            yield from _within(constant)
