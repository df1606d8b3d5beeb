"""Functions that a test passes to student code are shipped by value, towards the sandbox only.

They carry no name, line or docstring of the test, but where the test itself speaks of these. Tensors, arrays,
stubs and the lists and dicts that a function captures keep their identity: in the pickle they are numbers.
The way back does not exist: the judge unpickles nothing.
"""

from __future__ import annotations

import dis
import functools
import io
import pickle
import types
from collections.abc import Callable
from typing import Any

import cloudpickle

from notegrad.mirror.memory import facts
from notegrad.mirror.objects.containers import container_kind
from notegrad.mirror.objects.lineage import classes_of
from notegrad.mirror.objects.live_objects import cell_contents
from notegrad.mirror.sides.anonymous_code import anonymous
from notegrad.mirror.sides.handing_out import HandedOut
from notegrad.mirror.sides.shared_state import functions_of, is_of_test, is_shareable, written_cells
from notegrad.mirror.sides.stubs import Stub
from notegrad.mirror.wire.forms import Id
from notegrad.mirror.wire.mirror_errors import ObservationError
from notegrad.records import Record

_CALLED = (types.FunctionType, types.MethodType, types.BuiltinMethodType, types.MethodWrapperType)
_Bound = types.MethodType | types.BuiltinMethodType | types.MethodWrapperType


def captured(function: object) -> list[object]:
    """What a function, or what it calls, finds around it: in cells, in its module, in its object."""
    found: list[object] = []
    seen: set[int] = set()
    stack = [function]
    while stack:
        current = stack.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, HandedOut):
            found.append(current.items)
        elif isinstance(current, Stub):  # a student's function: it says that it is one, and has no code here
            found.append(current)
        elif isinstance(current, _Bound):
            found.append(current.__self__)
            stack += [current.__func__] if isinstance(current, types.MethodType) else []
        elif isinstance(current, functools.partial):
            (stack if isinstance(current.func, _CALLED) else found).append(current.func)
            found += (*current.args, *current.keywords.values())
        elif isinstance(current, type):
            stack += (f for kind in classes_of(current) if is_of_test(kind) for f in functions_of(kind))
        elif isinstance(current, types.FunctionType):
            # of a namespace without a name, as tests have: cloudpickle would search every module, for 15 ms
            current.__module__ = current.__module__ or "__main__"
            shared = shared_cells(current)
            cells = _values_beside(current, shared)
            names = [current.__globals__[n] for n in current.__code__.co_names if n in current.__globals__]
            found += shared
            for value in (*cells, *names, *(current.__defaults__ or ())):
                (stack if isinstance(value, (*_CALLED, functools.partial)) else found).append(value)
    return found


def shared_cells(function: types.FunctionType) -> list[types.CellType]:
    """The cells of a function that are mirrored: names that it changes, or that stand for functions.

    What `def fib` names when `@memo` is given it, nobody knows yet: the cell is filled afterwards.
    """
    written = list(written_cells(function))
    return [
        cell
        for cell in function.__closure__ or ()
        if any(cell is each for each in written)
        or not (contents := cell_contents(cell))
        or isinstance(contents[0], (types.FunctionType, Stub))
    ]


def _values_beside(function: types.FunctionType, shared: list[types.CellType]) -> list[object]:
    """What the cells of a function hold that are not among its mirrored ones."""
    cells = function.__closure__ or ()
    return [cell.cell_contents for cell in cells if not any(cell is each for each in shared)]


def surroundings(function: types.FunctionType) -> list[object]:
    """What a function finds around it by names that are not mirrored; None for a name that is not there."""
    found: list[object] = []
    stack, seen = [function], set[int]()
    while stack:
        current = stack.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        near = _values_beside(current, shared_cells(current))
        near += [current.__globals__.get(name) for name in _global_names(current.__code__)]
        found += near
        stack += [each for each in near if isinstance(each, types.FunctionType) and is_of_test(each)]
    return found


@functools.lru_cache(maxsize=1024)
def _global_names(code: types.CodeType) -> tuple[str, ...]:
    own = (step.argval for step in dis.get_instructions(code) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"))
    inner = (each for each in code.co_consts if isinstance(each, types.CodeType))
    return tuple(dict.fromkeys((*own, *(name for each in inner for name in _global_names(each)))))


def captures_state(function: object) -> bool:
    """Whether a function holds an object of a test's class that goes by value: changes of it are lost."""
    return any(
        is_of_test(type(value)) and not isinstance(value, (type, types.FunctionType, Stub))
        for value in captured(function)
        if not is_shareable(value)
    )


class Asked(Record, frozen=True, kw_only=True):
    """What a test lets on about its functions: those of these `names`, or `all`, keep theirs; and `docs`."""

    names: frozenset[str] = frozenset()
    all: bool = False
    docs: bool = False


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc]
    def __init__(
        self, file: io.BytesIO, captured: set[int], refer: Callable[[object], Id], asked: Asked
    ) -> None:
        super().__init__(file)
        self._captured, self._refer, self._asked = captured, refer, asked

    def _function_getnewargs(self, function: types.FunctionType) -> Any:
        code, namespace, *rest = super()._function_getnewargs(function)
        for name in ("__package__", "__path__", "__file__"):
            namespace.pop(name, None)
        namespace["__name__"] = "__main__"
        name, defaults, closure = rest
        if closure is not None:
            cells = zip(closure, function.__closure__ or (), strict=True)
            closure = tuple(own if id(own) in self._captured else empty for empty, own in cells)
        return anonymous(code), namespace, name, defaults, closure

    def _dynamic_function_reduce(self, function: types.FunctionType) -> Any:
        make, arguments, (attributes, slots), *rest = super()._dynamic_function_reduce(function)
        is_named = self._asked.all or function.__name__ in self._asked.names
        name = function.__name__ if is_named else arguments[0].co_name
        doc = function.__doc__ if self._asked.docs else None
        slots |= {"__name__": name, "__qualname__": name, "__doc__": doc}
        slots["__module__"] = "__main__"
        if id(function.__dict__) in self._captured:
            slots["__dict__"] = function.__dict__
        return make, arguments, (attributes, slots), *rest

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, types.MethodType) and is_shareable(value.__self__):
            owner, name = value.__self__, value.__func__.__name__
            if name not in vars(owner) and getattr(type(owner), name, None) is value.__func__:
                return getattr, (owner, name)  # so that two of them are equal, as here
        return super().reducer_override(value)

    def persistent_id(self, value: object) -> Id | None:
        if facts.is_tensor(value) or facts.is_array(value) or isinstance(value, Stub):
            return self._refer(value)
        return self._refer(value) if id(value) in self._captured or is_shareable(value) else None


def pack(function: object, refer: Callable[[object], Id], asked: Asked | None = None) -> bytes:
    """A function of ours by value; `refer` gives the number of what it captures.

    Raises ObservationError where it cannot be pickled.
    """
    containers = {id(v) for v in captured(function) if container_kind(v) is not None}
    if isinstance(function, types.FunctionType) and is_of_test(function):
        containers.add(id(function.__dict__))  # `f.calls = 0` of the answer's is seen here
    file = io.BytesIO()
    try:
        _Pickler(file, containers, refer, asked or Asked()).dump(function)
    except (TypeError, pickle.PicklingError, AttributeError) as error:
        raise ObservationError(f"what a test passed cannot be shipped: {error}", "shipped") from None
    return file.getvalue()


class _Unpickler(pickle.Unpickler):
    def __init__(self, data: bytes, resolve: Callable[[Id], object]) -> None:
        super().__init__(io.BytesIO(data))
        self._resolve = resolve

    def persistent_load(self, pid: Any) -> object:
        return self._resolve(pid)


def unpack(data: bytes, resolve: Callable[[Id], object]) -> object:
    """The function that `pack` packed; only ever called in the sandbox, on what the judge sent."""
    return _Unpickler(data, resolve).load()
