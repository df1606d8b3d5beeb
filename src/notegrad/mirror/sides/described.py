"""Objects of the sandbox are described to the judge: name, parameters, lineage, what their type can do."""

from __future__ import annotations

import inspect
from typing import Any

from notegrad.mirror.objects.encoding import encode
from notegrad.mirror.objects.lineage import classes_of, lineage_of
from notegrad.mirror.objects.referring import Referring
from notegrad.mirror.sides.stub_classes import ABILITIES, ALWAYS_FOUND
from notegrad.mirror.wire.changes import HandleRecord
from notegrad.mirror.wire.forms import Id, Ref, Value

_FUNCTIONS = ("function", "method", "builtin_function_or_method")
_MAX_NAME = 200
_MAX_DOC = 10_000
_MAX_NAMES = 100
_PLAIN = (bool, int, float, str, type(None))
_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE
_dict = type.__dict__["__dict__"].__get__
_abilities_of_builtins: dict[type, tuple[str, ...]] = {}


def describe_handle(handle_id: Id, value: object, refer: Referring) -> HandleRecord:
    """The record of an object of the sandbox; its classes, where they are the notebook's, become known."""
    kind = type(value)
    is_class = isinstance(value, type) and type in classes_of(kind)
    function = callable(value) and kind.__name__ in _FUNCTIONS
    described: Any = value if is_class else kind
    parameters = _parameters(value) if function or is_class else None
    return HandleRecord(
        handle_id,
        _clean(getattr(value, "__name__", None) or kind.__name__)[:_MAX_NAME],
        _doc(value),
        function,
        None if parameters is None else tuple((p.name, int(p.kind), _has_default(p)) for p in parameters),
        (*_abilities(kind), "getitem") if is_class and _takes_items(described) else _abilities(kind),
        _clean(kind.__name__)[:_MAX_NAME],
        lineage_of(described, lambda each: _number(each, refer)),
        is_class,
        _fields(described),
        _defaults(parameters or [], refer),
    )


def _number(kind: type, refer: Referring) -> Id:
    reference = refer.refer_other(kind)
    return reference.id if isinstance(reference, Ref) else 0


def _doc(value: object) -> str | None:
    try:
        doc = getattr(value, "__doc__", None)
    except Exception:
        return None
    return _clean(doc)[:_MAX_DOC] if isinstance(doc, str) else None


def _abilities(kind: type) -> tuple[str, ...]:
    """The special methods that a type has, as Python finds them; none that every object has."""
    if kind.__flags__ & _HEAP_TYPE:
        return _abilities_now(kind)
    if kind not in _abilities_of_builtins:  # which nobody can change
        _abilities_of_builtins[kind] = _abilities_now(kind)
    return _abilities_of_builtins[kind]


def _abilities_now(kind: type) -> tuple[str, ...]:
    lineage = classes_of(kind)
    found = ((name, _found(lineage, f"__{name}__")) for name in ABILITIES)
    shown = tuple(name for name, method in found if method not in (None, ALWAYS_FOUND.get(name)))
    return shown if _found(lineage, "__hash__") is not None else (*shown, "unhashable")


def _takes_items(kind: type) -> bool:
    """Whether a class itself is asked for items, as `Table[int]` is, where its metaclass has no way to."""
    is_of_meta = _found(classes_of(type(kind)), "__getitem__") is not None
    return not is_of_meta and _found(classes_of(kind), "__class_getitem__") is not None


def _found(lineage: tuple[type, ...], method: str) -> object:
    return next((_dict(kind)[method] for kind in lineage if method in _dict(kind)), None)


def _fields(kind: type) -> tuple[str, ...] | None:
    found = _found(classes_of(kind), "__dataclass_fields__")
    if type(found) is not dict:
        return None
    return tuple(_clean(name)[:_MAX_NAME] for name in list(found)[:_MAX_NAMES])


def _parameters(value: Any) -> list[inspect.Parameter] | None:
    try:
        return list(inspect.signature(value).parameters.values())[:_MAX_NAMES]
    except Exception:
        return None


def _has_default(parameter: inspect.Parameter) -> bool:
    return parameter.default is not inspect.Parameter.empty


def _defaults(parameters: list[inspect.Parameter], refer: Referring) -> tuple[tuple[str, Value], ...]:
    return tuple(
        (each.name, encode(each.default, refer))
        for each in parameters
        if type(each.default) in _PLAIN and len(str(each.default)) <= _MAX_DOC
    )


def _clean(text: object) -> str:
    return str(text).encode("utf-8", "replace").decode().replace("\0", "")
