"""The code of a test's function without what tells which test it is of: names, lines, file and docstring.

Constants and operations stay: whoever runs a function can read them.
"""

from __future__ import annotations

import dis
import types

FILE_NAME = "<test>"
FUNCTION_NAME = "f"
_KEPT_NAMES = ("__class__",)  # found by its name, by `super()`
_INSIDE = ".<locals>."
_UNITS_OF_AN_ENTRY = 8
_ENTRY_WITHOUT_COLUMNS = 0x80 | 13 << 3  # of CPython's table of locations: a step of lines, no columns
_SAME_LINE = 0


def anonymous(code: types.CodeType) -> types.CodeType:
    """The same code, all of it in one line of no file; names of parameters stay, for calls by keyword."""
    parameters = code.co_argcount + code.co_kwonlyargcount
    parameters += bool(code.co_flags & 0x04) + bool(code.co_flags & 0x08)  # *args, **kwargs
    kept = {*code.co_varnames[:parameters], *_KEPT_NAMES}
    local = dict.fromkeys((*code.co_varnames, *code.co_cellvars, *code.co_freevars))
    names = {name: name if name in kept else f"_{number}" for number, name in enumerate(local)}
    own_name = code.co_name if code.co_name.startswith("<") else FUNCTION_NAME
    return code.replace(
        co_name=own_name,
        co_qualname=own_name,
        co_filename=FILE_NAME,
        co_firstlineno=1,
        co_linetable=_one_line(len(code.co_code) // 2),
        co_consts=_used_constants(code),
        co_varnames=tuple(names[name] for name in code.co_varnames),
        co_cellvars=tuple(names[name] for name in code.co_cellvars),
        co_freevars=tuple(names[name] for name in code.co_freevars),
    )


def _one_line(units: int) -> bytes:
    """A table of locations that puts every code unit on the first line (CPython, Objects/locations.md)."""
    table = bytearray()
    while units > 0:
        length = min(units, _UNITS_OF_AN_ENTRY)
        table += bytes((_ENTRY_WITHOUT_COLUMNS | length - 1, _SAME_LINE))
        units -= length
    return bytes(table)


def _used_constants(code: types.CodeType) -> tuple[object, ...]:
    """The constants that an instruction reads; in the place of others, such as a docstring, is None."""
    used = {i.arg for i in dis.get_instructions(code) if i.opcode in dis.hasconst}
    return tuple(
        _anonymous_constant(value) if number in used else None for number, value in enumerate(code.co_consts)
    )


def _anonymous_constant(value: object) -> object:
    if isinstance(value, types.CodeType):
        return anonymous(value)
    if isinstance(value, str) and _INSIDE in value:  # the name of a class in a function
        return value.rpartition(_INSIDE)[2]
    return value
