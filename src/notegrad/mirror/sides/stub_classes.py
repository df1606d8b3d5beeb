"""Classes of stubs are called as the types of objects over there, and can do what these can."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator
from typing import Any

from notegrad.mirror.objects.lineage import Lineage, library_classes

FORWARDED = (
    "len", "getitem", "setitem", "delitem", "int", "float", "index", "abs", "neg", "enter",
    "pos", "invert", "round", "reversed", "trunc", "floor", "ceil", "complex", "bytes", "fspath",
)  # fmt: skip
"""Special methods, without their underscores, that a stub forwards whatever they are given."""

_ARITHMETIC = (
    *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor"),
    *("lshift", "rshift"),
)
REFLECTED = {f"r{name}": name for name in _ARITHMETIC}
OPERATORS = (*_ARITHMETIC, *REFLECTED, *(f"i{name}" for name in _ARITHMETIC))
ORDERS = ("lt", "le", "gt", "ge")
"""Operators and comparisons: an object that nobody asked for is given no operand of the test's."""

UNSHOWN = frozenset(
    {
        "array",
        "array_ufunc",
        "torch_function",
        "await",
        "aiter",
        "missing",
        "instancecheck",
        *("get", "set", "delete", "set_name"),
        *("divmod", "rdivmod", "aenter", "aexit", "anext", "dir", "sizeof", "length_hint", "buffer"),
    }
)
"""Special methods that no stub has: where an object has one of them, its stub does not show all."""

ALWAYS_FOUND: dict[str, object] = {
    name: vars(object).get(f"__{name}__") for name in (*ORDERS, "eq", "hash", "dir", "sizeof")
}
"""What every object has from `object`, which is no ability of a type."""


def _forward(method: str) -> Callable[..., Any]:
    def forwarded(self: Any, *args: Any) -> Any:
        return self._notegrad_caller.call(self._notegrad_id, method, args, {})

    forwarded.__name__ = method
    return forwarded


def _exit(self: Any, kind: object, error: object, _: object) -> Any:
    """The end of a block; the trace of an error stays here."""
    return self._notegrad_caller.call(self._notegrad_id, "__exit__", (kind, error, None), {})


def _forward_operator(method: str) -> Callable[..., Any]:
    def forwarded(self: Any, other: Any) -> Any:
        if not self._notegrad_may_meet(other):
            return NotImplemented
        return self._notegrad_caller.call(self._notegrad_id, method, (other,), {})

    forwarded.__name__ = method
    return forwarded


def _call(self: Any, *args: Any, **kwargs: Any) -> Any:
    """Call the student's function, over there.

    Raises AttributeError for a method of an object that nobody asked for, where it is given anything.
    """
    return self._notegrad_called(args, kwargs)


def _contains(self: Any, item: Any) -> bool:
    """Whether an object holds something: its own word where the test asked for it, else looked for here."""
    if self._notegrad_may_meet(item):
        return self._notegrad_caller.call(self._notegrad_id, "__contains__", (item,), {}) is True
    return any(item is each or item == each for each in self)


def _iterate(self: Any) -> Iterator[Any]:
    """The iterator over there: an iterator is its own, so that `iter(g) is g` holds."""
    found: Any = self._notegrad_caller.call(self._notegrad_id, "__iter__", (), {})
    return found if isinstance(type(found), StubKind) else iter(found)


ABILITIES: dict[str, Callable[..., Any] | None] = {
    **{name: _forward(f"__{name}__") for name in (*FORWARDED, "next")},
    **{name: _forward_operator(f"__{name}__") for name in (*OPERATORS, *ORDERS)},
    "call": _call,
    "exit": _exit,
    "iter": _iterate,
    "contains": _contains,
    "eq": None,
    "hash": None,
    "unhashable": None,
    **dict.fromkeys(sorted(UNSHOWN)),
}
"""What a stub can do where the object can: `callable`, `Iterable` and `Sized` answer as for the object.

None: no method is made for it.
"""


class StubKind(type):
    """The class of stubs' classes: `type(x) == torch.optim.Adam` and `type(x) == Net` go by claim."""

    _notegrad_lineage: Lineage = ()
    _notegrad_makers: Callable[[], Any] | None = None
    """Gives the mirror that showed an object of the class last, if that is still there."""

    def __eq__(cls, other: object) -> bool:
        if cls is other:
            return True
        claimed = cls._notegrad_lineage[:1]
        if isinstance(type(other), StubKind):
            record = other._notegrad_record  # type: ignore[attr-defined]
            return bool(record.is_class and claimed and record.lineage[:1] == claimed)
        return isinstance(other, type) and library_classes(claimed) == (other,)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """A new object of what this stands for: `type(x)(...)`, as `dataclasses.replace` makes one."""
        exact = library_classes(cls._notegrad_lineage[:1], values=True)
        if exact:
            return exact[0](*args, **kwargs)
        caller = None if cls._notegrad_makers is None else cls._notegrad_makers()
        made = None if caller is None else caller.find_class(cls._notegrad_lineage[:1])
        if made is None:
            if caller is not None:
                caller.asked_kind = True  # as `class Child(Base)` of a test's
            raise TypeError(f"cannot create {cls.__name__!r} instances")
        return made(*args, **kwargs)

    def __hash__(cls) -> int:
        exact = library_classes(cls._notegrad_lineage[:1])
        return hash(exact[0]) if exact else type.__hash__(cls)


def is_stub(value: object) -> bool:
    """Whether a value stands for a function or another object of the sandbox."""
    return isinstance(type(value), StubKind)


@functools.lru_cache(maxsize=1024)
def stub_class(
    base: type,
    abilities: frozenset[str],
    kind: str,
    lineage: Lineage,
    is_class: bool,
    fields: tuple[str, ...] | None,
) -> Any:
    """The class of the stubs of objects with these special methods, this type and this lineage."""
    methods: dict[str, Any] = {f"__{name}__": ABILITIES[name] for name in sorted(abilities)}
    if fields is not None:
        methods["__dataclass_fields__"] = _dataclass_fields(fields)
    if is_class:
        methods |= {"__instancecheck__": _has_instance, "__subclasscheck__": _has_subclass}
    module = next((name[0] for name in lineage if not isinstance(name, int)), "builtins")
    own = "__main__" if lineage and isinstance(lineage[0], int) else module
    namespace = {"__slots__": (), "__module__": own, "__doc__": property(_doc), **methods}
    made = StubKind(kind or "object", (base,), namespace)
    made._notegrad_lineage = () if is_class else lineage
    return made


def _doc(self: Any) -> str | None:
    text: str | None = self._notegrad_record.doc
    return text


def _has_instance(self: Any, value: object) -> bool:
    return bool(self._notegrad_has(value))


def _has_subclass(self: Any, kind: object) -> bool:
    return bool(self._notegrad_has_subclass(kind))


@functools.lru_cache(maxsize=256)
def _dataclass_fields(names: tuple[str, ...]) -> dict[str, Any]:
    try:
        made = dataclasses.make_dataclass("_", names)
    except (TypeError, ValueError):
        return {}
    found: dict[str, Any] = made.__dataclass_fields__  # type: ignore[attr-defined]
    return found
