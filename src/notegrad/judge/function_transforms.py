"""Transforms of functions, as `torch.func.grad(f)`, are made where a function of the notebook's lives.

Tensors inside a transform are wrapped, and cannot cross. What comes back is compared here: a derivative of
the student's function is the student's, as its values are. A test's own function stays here.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch

from notegrad.mirror import call_there, is_stub

_NAMES = (
    *("grad", "grad_and_value", "vjp", "jvp", "jacrev", "jacfwd", "hessian", "vmap", "linearize"),
    "functional_call",
)


def install() -> None:
    """Put such transforms in the place of torch's; what is no function of a notebook's, torch transforms."""
    for name in _NAMES:
        first = getattr(torch.func, name, None)
        if first is None or hasattr(first, "__notegrad_first__"):
            continue
        made = _transform(first)
        setattr(torch.func, name, made)
        if getattr(torch, name, None) is first:
            setattr(torch, name, made)


def _transform(first: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(first)
    def transform(function: Any = None, *args: Any, **kwargs: Any) -> Any:
        if is_stub(function):
            return call_there(function, first, args, kwargs)
        return first(*([] if function is None else [function]), *args, **kwargs)

    transform.__notegrad_first__ = first  # type: ignore[attr-defined]
    return transform
