"""Named tuples cross with their fields; of a class with more than these only the fields cross.

Tuples of two classes of torch's, which tests know by more than fields, are of these classes on both sides.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import torch
from torch.nn.modules.module import _IncompatibleKeys
from torch.nn.utils.rnn import PackedSequence

from notegrad.mirror.objects.method_names import QUERIES, VERDICTS
from notegrad.mirror.wire.limits import MAX_NAMED_TUPLE_FIELDS, MAX_NAMED_TUPLES
from notegrad.mirror.wire.mirror_errors import ObservationError

_mro = type.__dict__["__mro__"].__get__
_dict = type.__dict__["__dict__"].__get__
_METHODS = VERDICTS | QUERIES
_LIBRARY: dict[str, Any] = {
    "torch.PackedSequence": PackedSequence,
    "torch.IncompatibleKeys": _IncompatibleKeys,
}
_LIBRARY_NAMES: dict[Any, str] = {kind: name for name, kind in _LIBRARY.items()}
_BARE: Any = namedtuple("_BARE", "")  # noqa: PYI024 - asked for the names that all of them have
_OF_ALL = frozenset(vars(_BARE)) | {
    *("__annotations__", "__orig_bases__", "__annotate_func__", "__annotations_cache__"),
    *("__firstlineno__", "__static_attributes__", "__type_params__", "__annotate__"),
}
_named_tuples: dict[tuple[str, tuple[str, ...]], type[Any]] = {}


def fields_of(kind: type) -> tuple[str, ...] | None:
    """The fields of a class of named tuples; None for any other class."""
    found = next((_dict(each)["_fields"] for each in _mro(kind) if "_fields" in _dict(each)), None)
    is_named = type(found) is tuple and all(type(field) is str for field in found)
    return found if is_named else None


def is_bare_tuple(kind: type) -> bool:
    """Whether a class is a named tuple's with fields and nothing else."""
    fields = fields_of(kind)
    if fields is None or _mro(kind) != (kind, tuple, object):
        return False
    return not set(_dict(kind)) - _OF_ALL - set(fields)


def library_name(kind: type) -> str:
    """The name of a library's class of tuples that both sides have; "" for any other."""
    return _LIBRARY_NAMES.get(kind, "")


def made(name: str, fields: tuple[str, ...], items: list[Any]) -> object:
    """A named tuple of what arrived; a plain one where a field could be called for a verdict.

    Raises ObservationError for too many kinds of them.
    """
    if _answers_for_itself(fields, items):
        return tuple(items)
    kind = _LIBRARY.get(name) if fields else getattr(torch.return_types, name, None)
    if isinstance(kind, type) and issubclass(kind, tuple):
        return kind(*items) if fields else kind(items)
    try:
        return _named_tuple(name, fields)(*items) if fields else tuple(items)
    except (ValueError, TypeError):
        return tuple(items)


def _answers_for_itself(fields: tuple[str, ...], items: list[Any]) -> bool:
    """Whether a field could be called for a verdict: a stub, or a type under the name of a method."""
    return any(hasattr(type(item), "__notegrad_operations__") for item in items) or any(
        isinstance(item, type) and field in _METHODS for field, item in zip(fields, items, strict=False)
    )


def forget_named_tuples() -> None:
    """Forget the kinds of named tuples that crossed: a new test case begins."""
    _named_tuples.clear()


def _named_tuple(name: str, fields: tuple[str, ...]) -> type[Any]:
    kind = _named_tuples.get((name, fields))
    if kind is None:
        if len(fields) > MAX_NAMED_TUPLE_FIELDS or len(_named_tuples) >= MAX_NAMED_TUPLES:
            raise ObservationError(
                f"more than {MAX_NAMED_TUPLES:,} kinds of named tuples, or one of more than "
                f"{MAX_NAMED_TUPLE_FIELDS:,} fields"
            )
        kind = _named_tuples[name, fields] = namedtuple(name, fields)  # noqa: PYI024 - its fields come by wire
    return kind
