"""Settings of a notebook's libraries are those that tests of other people's bundles compute and print under.

They are read in its process, where it set them (`np.seterr`, `getcontext().prec`, `pd.set_option`), or a
library that it imports (`datascience` prints as NumPy 1.13 did): a claim, of which numbers, truth values and
short texts are taken, within limits. With otter, tests run under them as well.
"""

from __future__ import annotations

import contextlib
import decimal
import importlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from notegrad.mirror import Mirror
from notegrad.mirror.wire.mirror_errors import ObservationError

MAX_TEXT_CHARACTERS = 40
"""Characters of a text among the settings, such as what stands for NaN."""

MAX_DIGITS = 10_000
"""Digits of a precision; of the others each may be as large as it likes, as `threshold=sys.maxsize`."""

_ERROR_ACTIONS = frozenset({"ignore", "warn", "raise"})
"""Those of NumPy's that need no function or file of the notebook's."""

_ROUNDINGS = frozenset(name for name in vars(decimal) if name.startswith("ROUND_"))


@contextlib.contextmanager
def library_settings(mirror: Mirror) -> Iterator[None]:
    """Set libraries as they are in a notebook's process, for a while."""
    try:
        groups = dict(mirror.library_settings())
    except ObservationError:
        groups = {}
    torchs = torch._tensor_str.PRINT_OPTS  # noqa: SLF001 (torch has no other way to ask for them)
    before = vars(torchs).copy()
    with contextlib.ExitStack() as stack:
        stack.enter_context(np.printoptions())
        stack.enter_context(np.errstate())
        context = stack.enter_context(decimal.localcontext())
        stack.callback(vars(torchs).update, before)
        _set(np.set_printoptions, dict(np.get_printoptions()), groups.get("numpy.print", ()))
        _set(np.seterr, dict(np.geterr()), groups.get("numpy.errors", ()), _is_error_action)
        _set(torch.set_printoptions, before, groups.get("torch.print", ()))
        now = {"prec": context.prec, "rounding": context.rounding}
        _set(_setter_of(context), now, groups.get("decimal", ()), _is_of_decimal)
        if wanted := groups.get("pandas", ()):
            _set_pandas(stack, wanted)
        yield


def _set_pandas(stack: contextlib.ExitStack, wanted: tuple[tuple[str, object], ...]) -> None:
    pandas: Any = importlib.import_module("pandas")
    now = {name: _option(pandas, name) for name, _ in wanted}
    _set(lambda **option: stack.enter_context(pandas.option_context(*option.popitem())), now, wanted)


def _option(pandas: Any, name: str) -> object:
    try:
        return pandas.get_option(name)
    except Exception:  # of a name that is none of its own
        return None


def _setter_of(context: decimal.Context) -> Callable[..., object]:
    def set_one(**setting: object) -> None:
        for name, value in setting.items():
            setattr(context, name, value)

    return set_one


def _set(
    setter: Callable[..., object],
    now: dict[str, Any],
    wanted: tuple[tuple[str, object], ...],
    may_be: Callable[[str, object], bool] | None = None,
) -> None:
    for name, value in wanted:
        if name in now and value != now[name] and (may_be or _may_be)(name, value):
            with contextlib.suppress(Exception):  # what a library refuses, it refused over there too
                setter(**{name: value})


def _may_be(name: str, value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_TEXT_CHARACTERS
    if name == "precision":
        return isinstance(value, int) and 0 <= value <= MAX_DIGITS
    return value is None or isinstance(value, (bool, int, float))


def _is_error_action(_: str, value: object) -> bool:
    return value in _ERROR_ACTIONS


def _is_of_decimal(name: str, value: object) -> bool:
    if name == "prec":
        return isinstance(value, int) and 0 < value <= MAX_DIGITS
    return value in _ROUNDINGS
