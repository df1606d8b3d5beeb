"""torch's compiler is imported by what compiles, and not by each function that it has to leave alone.

Functions that torch keeps from its compiler (`torch._compile._disable_dynamo`: the references behind `meta`
tensors, dispatch modes, optimisers' setters) import the whole compiler at their first call, only to be told
that it leaves them alone: 336 modules, 0.5 s of processor time, in each grading that starts from nothing.
Where nobody has imported it, there is nothing to be kept from.
"""

from __future__ import annotations

import functools
import gc
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import _compile

_COMPILER = "torch._dynamo"
_KEPT_AS = "__dynamo_disable"  # where a function's kept form is looked for before the compiler is imported
_is_prepared = False


def prepare() -> None:
    """Make all such functions, those that torch has and those to come, wait for the compiler.

    Does nothing where the compiler is here, and with a torch that does this in another way.
    """
    global _is_prepared  # noqa: PLW0603 - torch is one per process
    if _is_prepared or _COMPILER in sys.modules:
        return
    _is_prepared = True
    for function in _kept_functions():
        _wait(function, recursive=True)
    keep = _compile._disable_dynamo  # noqa: SLF001 - no public name does this

    @functools.wraps(keep)
    def keep_late(function: Any = None, recursive: bool = True) -> Any:
        if function is None:
            return functools.partial(keep_late, recursive=recursive)
        _wait(function, recursive)
        return keep(function, recursive)

    for module in (torch, _compile):
        setattr(module, keep.__name__, keep_late)


def _wait(function: Any, recursive: bool) -> None:
    if not isinstance(function, types.FunctionType) or hasattr(function, _KEPT_AS):
        return

    def late(*args: Any, **kwargs: Any) -> Any:
        disable = getattr(sys.modules.get(_COMPILER), "disable", None)
        if disable is None:  # also while it is being imported
            return function(*args, **kwargs)
        setattr(function, _KEPT_AS, disable(function, recursive, wrapping=False))
        return getattr(function, _KEPT_AS)(*args, **kwargs)

    setattr(function, _KEPT_AS, late)


def _kept_functions() -> Iterator[Callable[..., Any]]:
    """The functions that torch has made wait already: what the closures of its decorator hold."""
    constants = getattr(_compile._disable_dynamo, "__code__", None)  # noqa: SLF001
    bodies = [
        each
        for each in getattr(constants, "co_consts", ())
        if isinstance(each, types.CodeType) and _KEPT_AS in each.co_consts and "fn" in each.co_freevars
    ]
    for body in bodies:
        place = body.co_freevars.index("fn")
        for user in gc.get_referrers(body):
            if isinstance(user, types.FunctionType) and user.__code__ is body and user.__closure__:
                yield user.__closure__[place].cell_contents
