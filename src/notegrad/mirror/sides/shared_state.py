"""Objects of a test's own that both sides share: of such an object the state, a dict, is mirrored both ways.

So a model or an environment that a test passes is, before and after the call, the same object to it. What
cannot be shared is shipped by value, and what a student does to it stays over there.
"""

from __future__ import annotations

import dis
import functools
import types
from collections.abc import Iterator
from typing import Any, Generic, Protocol

import torch

from notegrad.mirror.objects.lineage import classes_of
from notegrad.mirror.sides.stub_classes import StubKind
from notegrad.mirror.wire.mirror_errors import ObservationError

_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE
_MAX_BASIC_SIZE = object.__basicsize__ + 32  # room for a dict and weak references, and nothing else
_OF_TESTS = (
    "builtins",
    "__main__",
    "test",
)  # what classes and functions are of in a namespace without a name
_BASES = frozenset({object, Generic, Protocol})
_WITH_STATE = (torch.nn.Module, torch.optim.Optimizer)  # their `__setstate__` is for old files
_FAMILIES = (
    *_WITH_STATE,
    torch.optim.lr_scheduler.LRScheduler,
    torch.utils.data.Dataset,
    torch.utils.data.DataLoader,
    torch.utils.data.Sampler,
    torch.distributions.Distribution,
)
_OWN_COPIES = frozenset(
    {"__reduce__", "__reduce_ex__", "__getstate__", "__setstate__", "__new__", "__slots__"}
)
_KEEPS_GLOBALS = frozenset({"STORE_GLOBAL", "DELETE_GLOBAL"})
_KEEPS = _KEEPS_GLOBALS | {"DELETE_DEREF"}
_NO_STATE = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType, type)
_CHANGEABLE = (list, dict, set)
_PACKAGES_OF_SPIES = ("unittest", "_pytest", "pytest")


def is_shareable(value: object) -> bool:
    """Whether all of an object's state is its dict, and its class needs nothing else to make one."""
    kind = type(value)
    if isinstance(kind, StubKind) or issubclass(kind, (*_NO_STATE, BaseException)):
        return False
    if not kind.__dictoffset__ or not is_of_statement(kind) or kind.__basicsize__ > _MAX_BASIC_SIZE:
        return False
    if any(each.__module__.partition(".")[0] in _PACKAGES_OF_SPIES for each in classes_of(kind)):
        return False
    if not is_of_test(kind) and not issubclass(kind, _FAMILIES):
        return False
    is_family = issubclass(kind, _WITH_STATE)
    return all(each in _BASES or _is_plain(each, is_family=is_family) for each in classes_of(kind))


def _is_plain(kind: type, *, is_family: bool) -> bool:
    if not is_of_statement(kind):
        return False
    own = _OWN_COPIES & vars(kind).keys()
    return not own or (is_family and kind.__module__.startswith("torch."))


def changes_beside(kind: type) -> bool:
    """Whether objects of a test's class may change what is not in their dict: the class, names around it."""
    for each in classes_of(kind):
        if not is_of_test(each):
            continue
        if any(isinstance(value, _CHANGEABLE) for name, value in vars(each).items() if name[:2] != "__"):
            return True
        if any(keeps_state(function, each.__name__) for function in functions_of(each)):
            return True
    return False


def functions_of(kind: type) -> Iterator[types.FunctionType]:
    """The functions in a class statement, those of properties and class methods among them."""
    for value in vars(kind).values():
        parts = (value.fget, value.fset, value.fdel) if isinstance(value, property) else (value,)
        for part in parts:
            function = getattr(part, "__func__", part)
            if isinstance(function, types.FunctionType):
                yield function


def keeps_state(function: types.FunctionType, class_name: str = "") -> bool:
    """Whether a test's function gives new values to names outside it, or to attributes of its class."""
    return is_of_test(function) and code_keeps(function.__code__, class_name)


def keeps_globals(function: types.FunctionType) -> bool:
    """Whether a test's function gives new values to names of its module; `nonlocal` ones are mirrored."""
    return is_of_test(function) and _stores_globals(function.__code__)


def _stores_globals(code: types.CodeType) -> bool:
    if any(step.opname in _KEEPS_GLOBALS for step in dis.get_instructions(code)):
        return True
    return any(_stores_globals(each) for each in code.co_consts if isinstance(each, types.CodeType))


def written_cells(function: types.FunctionType) -> Iterator[types.CellType]:
    """The cells of a function to whose names it, or a function in it, gives new values (`nonlocal`)."""
    names = _written_names(function.__code__)
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    return (cell for name, cell in cells if name in names)


@functools.lru_cache(maxsize=1024)
def _written_names(code: types.CodeType) -> frozenset[str]:
    outer = set(code.co_freevars)
    found = {
        str(step.argval)
        for step in dis.get_instructions(code)
        if step.opname in ("STORE_DEREF", "DELETE_DEREF") and step.argval in outer
    }
    inner = (each for each in code.co_consts if isinstance(each, types.CodeType))
    return frozenset(found.union(*(_written_names(each) & outer for each in inner)))


def code_keeps(code: types.CodeType, class_name: str = "") -> bool:
    """Whether code gives new values to names outside it, or to attributes of its class."""
    return _code_keeps(code, class_name, set(code.co_freevars))


def _code_keeps(code: types.CodeType, class_name: str, outer: set[str]) -> bool:
    names = {*code.co_names, *code.co_freevars}
    for step in dis.get_instructions(code):
        if step.opname in _KEEPS or (step.opname == "STORE_DEREF" and step.argval in outer):
            return True
        is_of_class = (
            class_name in names or "cls" in code.co_varnames or names & {"__class__", "type"} - outer
        )
        if class_name and step.opname == "STORE_ATTR" and is_of_class:
            return True
    inner = (each for each in code.co_consts if isinstance(each, types.CodeType))
    return any(_code_keeps(each, class_name, outer & set(each.co_freevars)) for each in inner)


def is_of_statement(kind: type) -> bool:
    """Whether a class was made by a class statement, and not in C."""
    return bool(kind.__flags__ & _HEAP_TYPE)


def is_of_test(made: type | types.FunctionType) -> bool:
    """Whether a class or a function was made by a test's own source."""
    if isinstance(made, type) and not is_of_statement(made):
        return False
    return (made.__module__ or "__main__") in _OF_TESTS


def check_state(kind: type, held: dict[Any, Any], now: dict[Any, Any]) -> None:
    """Refuse a state that takes the place of a test's own methods.

    Raises ObservationError.
    """
    for name, value in now.items():
        if type(name) is not str:
            raise ObservationError("an object's attributes without names")
        # a schedule counts an optimiser's steps: torch puts its own function in the place of `step`
        is_schedule = name == "step" and issubclass(kind, torch.optim.Optimizer)
        is_new = not is_schedule and (name not in held or held[name] is not value)
        if is_new and isinstance(type(value), StubKind) and hasattr(kind, name):
            raise ObservationError(f"the method {name[:80]!r} of an object of the test's was replaced")
