"""A stub stands, on the judge's side, for a function or another object of the sandbox."""

from __future__ import annotations

import inspect
import sys
import weakref
from collections.abc import Callable
from typing import Any, Protocol, Self

from notegrad.mirror.objects.lineage import claimed, is_known, is_of_values, library_classes
from notegrad.mirror.objects.method_names import OF_LIBRARIES, QUERIES, VERDICTS
from notegrad.mirror.sides.stub_classes import ABILITIES, StubKind, stub_class
from notegrad.mirror.wire.changes import HandleRecord
from notegrad.mirror.wire.forms import Id
from notegrad.probes.operations import Operations


class Caller(Protocol):
    """The part of the mirror that a stub needs."""

    is_strict: bool
    """Whether it is known which classes the test's author asks for."""

    asked_kind: bool
    """Whether somebody asked what a stub is, which it cannot say."""

    refused: bool
    """Whether a stub refused what the object itself might have answered."""

    message_number: int
    """Counts the requests, so that a stub knows whether it came with the last one."""

    def call(self, target: Id, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call an object, or one of its methods."""

    def call_there(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a library's function, over there."""

    def observe(self, target: Id, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Operations:
        """Call a function, and count what it does."""

    def seconds(self) -> float | None:
        """Processor time of the process where it lives."""


class Stub:
    """An object of the sandbox; calling it calls the student's, over there.

    Attributes, items, iteration and length are asked and set over there too. What it is, it says by the
    lineage of the object's type: a claim, as all that comes from there. `inspect.getsource` finds nothing.

    Its methods answer for the object. So they may be given what a test made only where the test's author
    asked for the class (`is_asked`), or where the method is one of a library's objects (`OF_LIBRARIES`).
    """

    __slots__ = (
        "__weakref__",
        "_notegrad_asked",
        "_notegrad_born",
        "_notegrad_caller",
        "_notegrad_held",
        "_notegrad_id",
        "_notegrad_method",
        "_notegrad_record",
    )

    def __new__(cls, _: Caller, record: HandleRecord, **__: object) -> Self:
        """An instance of the class that has the special methods which the object over there has."""
        abilities = frozenset(record.abilities) | ({"call"} if record.function else frozenset())
        found = frozenset(name for name in abilities if ABILITIES.get(name) is not None)
        kind = stub_class(Stub, found, record.kind, record.lineage, record.is_class, record.fields)
        made: Self = object.__new__(kind)
        return made

    def __init__(
        self, caller: Caller, record: HandleRecord, *, is_asked: bool = False, method: str = ""
    ) -> None:
        """`method`: the name under which it was got from an object that nobody asked for."""
        kind: Any = type(self)
        kind._notegrad_makers = weakref.ref(caller)
        self._notegrad_asked, self._notegrad_method = is_asked, method
        self._notegrad_held: object = None
        self._notegrad_born = caller.message_number
        self._notegrad_caller = caller
        self._notegrad_id = record.id
        self._notegrad_record = record

    def __notegrad_operations__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Operations:
        """A call, and what it did over there (the protocol of `expect.operations`)."""
        return self._notegrad_caller.observe(self._notegrad_id, args, kwargs)

    def __notegrad_seconds__(self) -> float | None:
        """Processor time used over there until now (the protocol of `expect.assert_no_loop`)."""
        return self._notegrad_caller.seconds()

    @property
    def __notegrad_kind__(self) -> tuple[str, str]:
        """Its kind, and the name that the student knows (the protocol of `expect.sentences.kind_of`)."""
        record = self._notegrad_record
        if not record.function:
            return "object", record.name
        # of what torch and NumPy have built in, Python knows no parameters
        is_method = record.parameters is None and record.name in VERDICTS
        return "method" if is_method else "function", record.name

    @property
    def _notegrad_type(self) -> str:
        """What Python calls the type of such an object in its errors."""
        kind, name = self.__notegrad_kind__
        return {"function": "function", "method": "builtin_function_or_method"}.get(kind, name)

    @property  # type: ignore[misc]
    def __class__(self) -> type[Any]:
        """What it claims to be; noted where the test itself asked, and this side has not all its classes."""
        record = self._notegrad_record
        if record.is_class:
            return type
        if not is_known(record.lineage) and _is_of_test(sys._getframe(1).f_code.co_filename):
            self._notegrad_caller.asked_kind = True
        return claimed(record.kind, record.lineage) or type(self)

    def _notegrad_has(self, value: object) -> bool:
        """Whether a value is, by claim, an object of the class that this stands for."""
        own = self._notegrad_record.lineage[:1]
        if isinstance(type(value), StubKind):
            record = value._notegrad_record  # type: ignore[attr-defined]
            return bool(own) and not record.is_class and own[0] in record.lineage
        if is_of_values(self._notegrad_record.lineage):
            self._notegrad_caller.asked_kind = True  # it came as a plain value, whatever class it is of
        return isinstance(value, library_classes(own, values=True))

    def _notegrad_has_subclass(self, kind: object) -> bool:
        """Whether a class derives, by claim, from the one that this stands for."""
        own = self._notegrad_record.lineage[:1]
        if isinstance(type(kind), StubKind):
            return bool(own) and own[0] in kind._notegrad_record.lineage  # type: ignore[attr-defined]
        return isinstance(kind, type) and issubclass(kind, library_classes(own, values=True))

    def _notegrad_may_meet(self, other: object) -> bool:
        """Whether an operator of the object may be given this: none of the test's, if nobody asked for it."""
        if self._notegrad_asked or isinstance(type(other), StubKind):
            return True
        self._notegrad_caller.refused = True
        return False

    def _notegrad_called(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self._notegrad_method and (args or kwargs):
            self._notegrad_caller.refused = True
            raise AttributeError(_unasked(self._notegrad_method))
        return self._notegrad_caller.call(self._notegrad_id, "", args, kwargs)

    def _notegrad_named(self, name: str) -> Any:
        """What Python keeps under special names of functions, classes. Raises AttributeError for others."""
        record = self._notegrad_record
        if name == "__dict__":
            return {} if record.function else self._notegrad_caller.call(self._notegrad_id, name, (), {})
        if name in ("__name__", "__qualname__") and (record.function or record.is_class):
            return record.name
        if name == "__signature__" and record.parameters is not None:
            return _signature(record)
        if name == "__bases__" and record.is_class:
            return library_classes(record.lineage, values=True)
        if name in _NAMED_BY_OBJECTS and not record.is_class:
            return self._notegrad_caller.call(self._notegrad_id, "__getattribute__", (name,), {})
        raise AttributeError(name)

    def _notegrad_note_hidden(self, name: str, file_name: str) -> None:
        """Take note of a test that asks for a special name which the object may have, and a stub has not."""
        record = self._notegrad_record
        shown = _SHOWN_OF_CLASSES if record.is_class else _SHOWN_OF_OBJECTS
        is_absent = not (record.is_class or record.function) and name[2:-2] in ABILITIES
        if name not in shown and not is_absent and (name in _OF_TYPES or _is_of_test(file_name)):
            self._notegrad_caller.asked_kind = True

    def __getattr__(self, name: str) -> Any:
        if name in _OF_FUNCTIONS:
            self._notegrad_caller.asked_kind = True
        if name.startswith("__"):
            self._notegrad_note_hidden(name, sys._getframe(1).f_code.co_filename)
            return self._notegrad_named(name)
        value = self._notegrad_caller.call(self._notegrad_id, "__getattribute__", (name,), {})
        if name in VERDICTS and not self._notegrad_asked and _can_answer(value):
            self._notegrad_caller.refused = True
            raise AttributeError(f"{self._notegrad_type!r} object has no attribute {name!r}")
        is_free = self._notegrad_asked or name in OF_LIBRARIES
        if is_free or not (self._notegrad_caller.is_strict or name in QUERIES):
            return value
        return self._guarded(name, value)

    def _guarded(self, name: str, value: Any) -> Any:
        """The attribute of an object that nobody asked for: what can be called takes no arguments."""
        is_stub = isinstance(type(value), StubKind)
        if isinstance(value, type) and not is_stub:
            self._notegrad_caller.refused = True
            raise AttributeError(_unasked(name))
        if not is_stub or value._notegrad_method:
            return value
        if value._notegrad_born != self._notegrad_caller.message_number:  # known, and free, by another way
            twin = Stub(self._notegrad_caller, value._notegrad_record, method=name)
            twin._notegrad_held = value  # both sides know it by its number as long as it lives
            return twin
        value._notegrad_method = name
        return value

    def __repr__(self) -> str:
        if self._notegrad_record.function:
            return f"<function {self._notegrad_record.name}>"
        return str(self._notegrad_caller.call(self._notegrad_id, "__repr__", (), {}))

    def __str__(self) -> str:
        if self._notegrad_record.function:
            return repr(self)
        return str(self._notegrad_caller.call(self._notegrad_id, "__str__", (), {}))

    def __setattr__(self, name: str, value: object) -> None:
        if name.startswith("_notegrad_"):
            object.__setattr__(self, name, value)
        else:
            self._notegrad_caller.call(self._notegrad_id, "__setattr__", (name, value), {})

    def __delattr__(self, name: str) -> None:
        self._notegrad_caller.call(self._notegrad_id, "__delattr__", (name,), {})

    def __deepcopy__(self, _: object) -> Any:
        if self._notegrad_record.function or self._notegrad_record.is_class:
            return self
        return self._notegrad_caller.call(self._notegrad_id, "__deepcopy__", (), {})

    def __copy__(self) -> Any:
        if self._notegrad_record.function or self._notegrad_record.is_class:
            return self
        return self._notegrad_caller.call(self._notegrad_id, "__copy__", (), {})

    def __eq__(self, other: object) -> bool:
        record = self._notegrad_record
        if isinstance(other, StubKind):
            return other == self  # `type(x) in (Dog, Cat)`: by claim
        if self is not other and record.function and _is_function(other):  # `g.hello == g.hello`
            return self._notegrad_caller.call(self._notegrad_id, "__eq__", (other,), {}) is True
        if self is other or record.function or record.is_class:
            if record.is_class and isinstance(other, type) and is_of_values(record.lineage):
                self._notegrad_caller.asked_kind = True  # objects of it came as plain values
            return self is other or (record.is_class and library_classes(record.lineage[:1]) == (other,))
        if not isinstance(type(other), StubKind):  # what the test expects is not shown to a student's object
            self._notegrad_caller.refused |= "eq" in record.abilities
            return False
        return self._notegrad_caller.call(self._notegrad_id, "__eq__", (other,), {}) is True

    def __hash__(self) -> int:
        abilities = self._notegrad_record.abilities
        if "unhashable" in abilities:
            raise TypeError(f"unhashable type: {self._notegrad_type!r}")
        if "hash" not in abilities or self._notegrad_record.function or self._notegrad_record.is_class:
            return object.__hash__(self)
        # whoever is found under it is compared: by the objects themselves, or not equal to what is ours
        found = self._notegrad_caller.call(self._notegrad_id, "__hash__", (), {})
        return hash(found) if isinstance(found, int) else object.__hash__(self)

    def __bool__(self) -> bool:
        if self._notegrad_record.function:
            return True
        return self._notegrad_caller.call(self._notegrad_id, "__bool__", (), {}) is not False


_NAMED_BY_OBJECTS = frozenset({"__name__", "__qualname__", "__wrapped__"})
"""Special names that an object may have by itself, as what a decorator's class makes has."""

_SHOWN_OF_OBJECTS = _NAMED_BY_OBJECTS | {"__dict__", "__signature__"}
_SHOWN_OF_CLASSES = frozenset({"__dict__", "__signature__", "__name__", "__qualname__", "__bases__"})
_OF_TYPES = frozenset({"__flags__", "__abstractmethods__", "__mro__"})
"""Special names that `inspect` asks for, as `isabstract` does."""

_OF_FUNCTIONS = frozenset({"__code__", "__closure__", "__defaults__", "__globals__", "__annotations__"})


def _is_of_test(file_name: str) -> bool:
    """Whether code of this file is a test's: a doctest's, a test file's (no path), or unittest's checks."""
    is_shown = file_name.startswith("<doctest") or "/" not in file_name.removeprefix("<")
    return is_shown or "/unittest/" in file_name


def call_there(
    stub: Stub, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Call a library's function where an object is, with it first. Raises as a call of the object does."""
    return stub._notegrad_caller.call_there(function, (stub, *args), kwargs)


def _is_function(value: object) -> bool:
    """Whether a value is a stub of a function or method, of which there may be two for one method."""
    return isinstance(type(value), StubKind) and value._notegrad_record.function  # type: ignore[attr-defined]


def _can_answer(value: object) -> bool:
    """Whether what has the name of a tensor's method is no data: to call it would be to ask the object."""
    return isinstance(type(value), StubKind) or callable(value)


def _unasked(name: str) -> str:
    return (
        f"{name!r} of an object whose class no name of the handout stands for: a test gives it nothing, "
        "since its answer would be the student's; ask for the class by its name, or compare what it holds"
    )


def _signature(record: HandleRecord) -> inspect.Signature | None:
    kinds = list(inspect._ParameterKind)
    defaults = dict(record.defaults)
    try:
        return inspect.Signature(
            [
                inspect.Parameter(
                    name,
                    kinds[kind],
                    default=defaults.get(name, ...) if has_default else inspect.Parameter.empty,
                )
                for name, kind, has_default in record.parameters or ()
            ]
        )
    except (ValueError, IndexError, TypeError):
        return None
