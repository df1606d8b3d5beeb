"""Attributes that a test asked for last are held for a while, as the objects that have them hold them.

In `id(net.a) == id(net.b)` and `net.head.weight.data_ptr() == net.emb.weight.data_ptr()` nobody here holds
what was asked first when the second is asked; over there the model does.
"""

from __future__ import annotations

from collections import deque
from typing import cast

import numpy as np
import torch

from notegrad.mirror.memory import facts
from notegrad.mirror.sides.stubs import Stub

MAX_HELD = 100
"""Objects, which every message looks at."""

_CONTAINERS = (list, dict, set)
_ITEM_BYTES = 8
_MADE_ANEW = ("method", "builtin_function_or_method")  # at each access: over there, too


class RecentAttributes:
    """Objects in the order in which they were asked for, up to a number and a size."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes, self._nbytes = max_bytes, 0
        self._held: deque[tuple[object, int]] = deque()

    def hold(self, value: object) -> None:
        """Hold what an attribute is, where its death would be noticed: memory, lists, objects of theirs."""
        size = _held_bytes(value)
        if size is None:
            return
        self._held.append((value, size))
        self._nbytes += size
        while len(self._held) > MAX_HELD or self._nbytes > self._max_bytes:
            self._nbytes -= self._held.popleft()[1]


def _held_bytes(value: object) -> int | None:
    """The bytes that an object keeps, 0 of one that stays over there; None of a plain value."""
    if type(value) in _CONTAINERS:
        return _ITEM_BYTES * len(cast("list[object]", value))
    if isinstance(value, np.ndarray):
        return value.nbytes
    if type(value) in (torch.Tensor, torch.nn.Parameter) and facts.has_storage(value):
        with facts.no_torch_function():
            return facts.storage_span(facts.storage_of(cast("torch.Tensor", value)))[1]
    return 0 if isinstance(value, Stub) and value._notegrad_record.kind not in _MADE_ANEW else None
