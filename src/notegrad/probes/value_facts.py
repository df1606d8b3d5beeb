"""Facts of a value as a test's author wants to see them: numbers, shape, dtype, memory and graph.

Only plain values, tensors and arrays are looked at. Anything else may be an object of a student's, of which
nothing is asked but its type's name.
"""

from __future__ import annotations

import collections
import datetime as dt
import decimal
import fractions
from typing import Any

import numpy as np
import torch

from notegrad.probes.seen_values import ValueFacts

MAX_NUMBERS = 24
MAX_TEXT_CHARACTERS = 400
MAX_DEPTH = 3

_PLAIN = (
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    type(None),
    torch.dtype,
    torch.device,
    slice,
    range,
    type(...),
    decimal.Decimal,
    fractions.Fraction,
    dt.date,
    dt.datetime,
    dt.time,
    dt.timedelta,
)
_BRACKETS: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    torch.Size: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("{", "}"),
    collections.deque: ("deque([", "])"),
}
_DICTS = (dict, collections.Counter, collections.OrderedDict, collections.defaultdict)


def facts_of(name: str, value: Any) -> ValueFacts:
    """Return what can be said of a value without asking anything of a student's code."""
    if issubclass(type(value), torch.Tensor):
        return _of_tensor(name, value)
    if type(value) is np.ndarray:
        return _of_array(name, value)
    return ValueFacts(name=name, kind=type(value).__name__, text=_text(value))


def _of_tensor(name: str, value: torch.Tensor) -> ValueFacts:
    has_storage = value.layout is torch.strided and value.device.type != "meta"
    return ValueFacts(
        name=name,
        kind="tensor",
        text=_numbers(value),
        shape=tuple(value.shape),
        dtype=str(value.dtype).removeprefix("torch."),
        device="" if value.device.type == "cpu" else str(value.device),
        strides=value.stride() if value.layout is torch.strided else (),
        offset=int(value.storage_offset()) if has_storage else 0,
        storage=value.untyped_storage().data_ptr() if has_storage else 0,
        identity=id(value),
        graph=_graph(value),
    )


def _of_array(name: str, value: np.ndarray[Any, Any]) -> ValueFacts:
    base = value
    while isinstance(base.base, np.ndarray):
        base = base.base
    address = base.__array_interface__["data"][0]
    return ValueFacts(
        name=name,
        kind="ndarray",
        text=_flat(value.size, value.reshape(-1)[:MAX_NUMBERS].tolist(), value.tolist),
        shape=value.shape,
        dtype=str(value.dtype),
        strides=tuple(step // max(value.itemsize, 1) for step in value.strides),
        offset=(value.__array_interface__["data"][0] - address) // max(value.itemsize, 1),
        storage=address,
        identity=id(value),
    )


def _graph(value: torch.Tensor) -> str:
    if not value.requires_grad:
        return ""
    if value.grad_fn is not None:
        return "graph"
    return "leaf_with_grad" if value.grad is not None else "leaf"


def _numbers(value: torch.Tensor) -> str:
    if value.device.type == "meta":
        return "…"
    try:
        plain = value.detach()
        return _flat(value.numel(), plain.reshape(-1)[:MAX_NUMBERS].tolist(), plain.tolist)
    except Exception as error:  # noqa: BLE001 - a form of tensor without numbers to show
        return f"({type(error).__name__})"


def _flat(count: int, first: list[Any], whole: Any) -> str:
    if count <= MAX_NUMBERS:
        return _cut(repr(_rounded(whole())))
    return f"[{', '.join(map(repr, _rounded(first)))}, … {count}]"


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    return float(f"{value:.7g}") if isinstance(value, float) else value


def _text(value: Any, depth: int = 0) -> str:
    kind = type(value)
    if kind in _PLAIN:
        return _cut(repr(value))
    if kind in _BRACKETS and depth < MAX_DEPTH:
        if kind in (set, frozenset) and not value:
            return f"{kind.__name__}()"
        inner = ", ".join(_text(each, depth + 1) for each in list(value)[:MAX_NUMBERS])
        more = ", …" if len(value) > MAX_NUMBERS else ""
        opened, closed = _BRACKETS[kind]
        lone = "," if opened == "(" and len(value) == 1 else ""
        return _cut(f"{opened}{inner}{lone}{more}{closed}")
    if kind in _DICTS and depth < MAX_DEPTH:
        pairs = list(dict.items(value))[:MAX_NUMBERS]
        inner = ", ".join(f"{_text(k, 9)}: {_text(v, depth + 1)}" for k, v in pairs)
        return _cut(f"{{{inner}}}" if kind is dict else f"{kind.__name__}({{{inner}}})")
    if issubclass(kind, torch.Tensor):
        return f"tensor({_numbers(value)})"
    if issubclass(kind, np.generic):
        return _cut(repr(str(value)) if kind is np.str_ else str(value))
    return f"<{kind.__name__}>"


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT_CHARACTERS else f"{text[: MAX_TEXT_CHARACTERS - 1]}…"
