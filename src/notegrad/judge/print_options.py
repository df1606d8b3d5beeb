"""Print options of a notebook are those that tests of other people's bundles see texts under.

They are read in its process, where it set them, or a library that it imports (`datascience` prints as NumPy
1.13 did): a claim, of which numbers, truth values and short texts are taken, within limits.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from notegrad.mirror import Mirror
from notegrad.mirror.wire.mirror_errors import ObservationError

MAX_TEXT_CHARACTERS = 40
"""Characters of a text among the options, such as what stands for NaN."""

MAX_DIGITS = 100
"""Digits of `precision`; of the others each may be as large as it likes, as `threshold=sys.maxsize`."""


@contextlib.contextmanager
def print_options(mirror: Mirror) -> Iterator[None]:
    """Set NumPy's and torch's print options as they are in a notebook's process, for a while."""
    try:
        of_numpy, of_torch = mirror.print_settings()
    except ObservationError:
        of_numpy, of_torch = (), ()
    torchs = torch._tensor_str.PRINT_OPTS  # noqa: SLF001 (torch has no other way to ask for them)
    before = vars(torchs).copy()
    with np.printoptions():
        try:
            _set(np.set_printoptions, dict(np.get_printoptions()), of_numpy)
            _set(torch.set_printoptions, before, of_torch)
            yield
        finally:
            vars(torchs).update(before)


def _set(setter: Any, now: dict[str, Any], wanted: tuple[tuple[str, object], ...]) -> None:
    for name, value in wanted:
        if name in now and value != now[name] and _may_be(name, value):
            with contextlib.suppress(Exception):  # what a library refuses, it refused over there too
                setter(**{name: value})


def _may_be(name: str, value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_TEXT_CHARACTERS
    if name == "precision":
        return isinstance(value, int) and 0 <= value <= MAX_DIGITS
    return value is None or isinstance(value, (bool, int, float))
