"""Calls that tests make to an answer, recorded in the judge: the form of each argument, not its numbers.

From them `notegrad verify` makes inputs of other sizes, to see whether a mutant could be told apart at all.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import torch

from notegrad.probes.argument_forms import MAX_ITEMS, ArgumentForm, RecordedCall

MAX_CALLS = 400  # of one run of a question's tests

_PLAIN = (bool, int, float, str, type(None))


def recorded(path: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator of a test function: each call of its parameters is written to the file `path`."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(**parameters: Any) -> Any:
            return function(**{name: _recording(name, value, path) for name, value in parameters.items()})

        return call

    return decorate


def _recording(name: str, value: Any, path: str) -> Any:
    if not callable(value):
        return value
    count = 0

    def answer(*args: Any, **kwargs: Any) -> Any:
        nonlocal count
        count += 1
        if count <= MAX_CALLS:
            made = RecordedCall(
                function=name,
                arguments=tuple(form_of(argument) for argument in args),
                keywords={key: form_of(argument) for key, argument in kwargs.items()},
            )
            with Path(path).open("ab") as file:
                file.write(msgspec.json.encode(made) + b"\n")
        return value(*args, **kwargs)

    return answer


def form_of(value: Any) -> ArgumentForm:
    """Return the form of an argument: of a tensor all but its numbers, of a plain value the value itself."""
    kind = type(value)
    if issubclass(kind, torch.Tensor) and value.layout is torch.strided:
        return ArgumentForm(
            kind="tensor",
            shape=tuple(value.shape),
            dtype=str(value.dtype).removeprefix("torch."),
            requires_grad=value.requires_grad and value.is_leaf,
        )
    if kind in _PLAIN:
        return ArgumentForm(kind="plain", value=value)
    if kind in (list, tuple, torch.Size) and len(value) <= MAX_ITEMS:
        return ArgumentForm(kind="list" if kind is list else "tuple", items=tuple(map(form_of, value)))
    return ArgumentForm(kind="opaque")
