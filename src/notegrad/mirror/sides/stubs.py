"""A stub stands, on the judge's side, for a function or another object of the sandbox."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from typing import Any, Protocol, Self

from notegrad.mirror.objects.method_names import OF_LIBRARIES, QUERIES, VERDICTS
from notegrad.mirror.wire.changes import HandleRecord
from notegrad.mirror.wire.forms import Id
from notegrad.probes.operations import Operations


class Caller(Protocol):
    """The part of the mirror that a stub needs."""

    is_strict: bool
    """Whether it is known which classes the test's author asks for."""

    asked_kind: bool
    """Whether somebody asked what a stub is, which it cannot say."""

    message_number: int
    """Counts the requests, so that a stub knows whether it came with the last one."""

    def call(self, target: Id, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call an object, or one of its methods."""

    def observe(self, target: Id, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Operations:
        """Call a function, and count what it does."""

    def seconds(self) -> float | None:
        """Processor time of the process where it lives."""


class Stub:
    """An object of the sandbox; calling it calls the student's, over there.

    Attributes, items, iteration and length are asked over there too. It is no
    instance of the student's class, and `inspect.getsource` finds nothing.

    Its methods answer for the object. So they may be given what a test made only where the test's author
    asked for the class (`is_asked`), or where the method is one of a library's objects (`OF_LIBRARIES`).
    """

    __slots__ = (
        "__dict__",
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
        kind: Any = _class_with(frozenset(abilities & _ABILITIES.keys()))
        made: Self = object.__new__(kind)
        return made

    def __init__(
        self, caller: Caller, record: HandleRecord, *, is_asked: bool = False, method: str = ""
    ) -> None:
        """`method`: the name under which it was got from an object that nobody asked for."""
        self._notegrad_asked, self._notegrad_method = is_asked, method
        self._notegrad_held: object = None
        self._notegrad_born = caller.message_number
        self._notegrad_caller = caller
        self._notegrad_id = record.id
        self._notegrad_record = record
        self.__name__ = self.__qualname__ = record.name
        self.__doc__ = record.doc
        if record.parameters is not None:
            self.__signature__ = _signature(record)

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

    @property  # type: ignore[misc]
    def __class__(self) -> type[Any]:
        """Its type; that the test itself asked is noted: the object over there is of another."""
        frame = sys._getframe(1)
        if _is_of_test(frame.f_code.co_filename):
            self._notegrad_caller.asked_kind = True
        return type(self)

    def __getattr__(self, name: str) -> Any:
        if name in _OF_FUNCTIONS:
            self._notegrad_caller.asked_kind = True
        if name.startswith("__"):
            raise AttributeError(name)
        if name in VERDICTS and not self._notegrad_asked:
            kind = self._notegrad_record.name
            raise AttributeError(
                f"an object of type {kind} is no tensor, set or text: it has no method {name!r}"
            )
        value = self._notegrad_caller.call(self._notegrad_id, "__getattribute__", (name,), {})
        is_free = self._notegrad_asked or name in OF_LIBRARIES
        if is_free or not (self._notegrad_caller.is_strict or name in QUERIES):
            return value
        return self._guarded(name, value)

    def _guarded(self, name: str, value: Any) -> Any:
        """The attribute of an object that nobody asked for: what can be called takes no arguments."""
        if isinstance(value, type):
            raise AttributeError(_unasked(name))  # noqa: TRY004 - as for a name that is not there
        if not isinstance(value, Stub) or value._notegrad_method:
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

    def __eq__(self, other: object) -> bool:
        if self is other or not isinstance(other, Stub) or self._notegrad_record.function:
            return self is other  # what the test expects is never shown to an object of the student's
        return self._notegrad_caller.call(self._notegrad_id, "__eq__", (other,), {}) is True

    def __hash__(self) -> int:
        return object.__hash__(self)

    def __bool__(self) -> bool:
        if self._notegrad_record.function:
            return True
        return self._notegrad_caller.call(self._notegrad_id, "__bool__", (), {}) is not False


_OF_FUNCTIONS = frozenset({"__code__", "__closure__", "__defaults__", "__globals__", "__annotations__"})


def _is_of_test(file_name: str) -> bool:
    """Whether code of this file is a test's: a doctest's, a test file's (no path), or unittest's checks."""
    is_shown = file_name.startswith("<doctest") or "/" not in file_name.removeprefix("<")
    return is_shown or "/unittest/" in file_name


FORWARDED = ["len", "getitem", "setitem", "delitem", "int", "float", "index", "abs", "neg", "enter", "exit"]
"""Special methods, without their underscores, that a stub forwards.

No comparison and no arithmetic with two operands is among them: an object of a student's class would be shown
what the test expects, and asked whether it is equal to it.
"""


def _unasked(name: str) -> str:
    return (
        f"{name!r} of an object whose class no name of the handout stands for: a test gives it nothing, "
        "since its answer would be the student's; ask for the class by its name, or compare what it holds"
    )


def _forward(method: str) -> Callable[..., Any]:
    def forwarded(self: Stub, *args: Any) -> Any:
        return self._notegrad_caller.call(self._notegrad_id, method, args, {})

    forwarded.__name__ = method
    return forwarded


def _call(self: Stub, *args: Any, **kwargs: Any) -> Any:
    """Call the student's function, over there.

    Raises AttributeError for a method of an object that nobody asked for, where it is given anything.
    """
    if self._notegrad_method and (args or kwargs):
        raise AttributeError(_unasked(self._notegrad_method))
    return self._notegrad_caller.call(self._notegrad_id, "", args, kwargs)


def _iterate(self: Stub) -> Iterator[Any]:
    iterator = self._notegrad_caller.call(self._notegrad_id, "__iter__", (), {})
    while True:
        try:
            yield iterator._notegrad_caller.call(iterator._notegrad_id, "__next__", (), {})
        except StopIteration:
            return


_ABILITIES: dict[str, Callable[..., Any]] = {
    **{name: _forward(f"__{name}__") for name in (*FORWARDED, "next")},
    "call": _call,
    "iter": _iterate,
}
"""What a stub can do where the object can: `callable`, `Iterable` and `Sized` answer as for the object."""


@functools.cache
def _class_with(abilities: frozenset[str]) -> type[Stub]:
    methods = {f"__{name}__": _ABILITIES[name] for name in sorted(abilities)}
    return type("Stub", (Stub,), {"__slots__": (), "__module__": __name__, **methods})


def _abilities(value: object) -> tuple[str, ...]:
    """The special methods that the type of an object has, as Python finds them."""
    lineage = _mro(type(value))
    return tuple(name for name in _ABILITIES if _finds(lineage, f"__{name}__") is not None)


def _finds(lineage: tuple[type, ...], method: str) -> object:
    return next((vars(kind)[method] for kind in lineage if method in vars(kind)), None)


_mro = type.__dict__["__mro__"].__get__


def _signature(record: HandleRecord) -> inspect.Signature | None:
    kinds = list(inspect._ParameterKind)
    try:
        return inspect.Signature(
            [
                inspect.Parameter(name, kinds[kind], default=... if has_default else inspect.Parameter.empty)
                for name, kind, has_default in record.parameters or ()
            ]
        )
    except (ValueError, IndexError, TypeError):
        return None


def describe_handle(handle_id: Id, value: object) -> HandleRecord:
    """The record of an object of the sandbox."""
    function = callable(value) and type(value).__name__ in (
        "function",
        "method",
        "builtin_function_or_method",
    )
    name = getattr(value, "__name__", None) or type(value).__name__
    doc = getattr(value, "__doc__", None) if function else None
    return HandleRecord(
        handle_id,
        _clean(name)[:200],
        _clean(doc)[:10_000] if isinstance(doc, str) else None,
        function,
        _parameters(value) if function else None,
        _abilities(value),
    )


def _clean(text: object) -> str:
    return str(text).encode("utf-8", "replace").decode()


def _parameters(value: Any) -> tuple[tuple[str, int, bool], ...] | None:
    try:
        found = inspect.signature(value).parameters.values()
    except (TypeError, ValueError):
        return None
    return tuple((p.name, int(p.kind), p.default is not inspect.Parameter.empty) for p in list(found)[:100])
