"""Pickles that a test reads may be an answer's, and a pickle calls what it names: only data is let through.

`pickle.loads(answer())`, `torch.load(buffer, weights_only=False)`, `np.load(file, allow_pickle=True)`: with
otter such code runs where the answer's does. Here it would run beside the tests.
"""

from __future__ import annotations

import collections
import contextlib
import datetime as dt
import decimal
import fractions
import re
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from notegrad.judge.heard_events import listen

_CLASSES: tuple[type, ...] = (
    *(bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, slice, range),
    *(collections.OrderedDict, collections.Counter, collections.deque, collections.defaultdict),
    *(dt.date, dt.time, dt.timedelta, dt.timezone),
    *(decimal.Decimal, fractions.Fraction),
    *(np.ndarray, np.dtype, np.generic, torch.Tensor, torch.Size, torch.dtype, torch.device),
)
_DATA = frozenset({
    ("torch._utils", "_rebuild_tensor_v2"), ("torch._utils", "_rebuild_parameter"),
    ("torch._utils", "_rebuild_tensor"), ("torch.storage", "_load_from_bytes"),
    ("numpy._core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "scalar"),
    ("numpy.core.multiarray", "_reconstruct"), ("numpy.core.multiarray", "scalar"),
    ("numpy._core.numeric", "_frombuffer"), ("copyreg", "_reconstructor"),
})  # fmt: skip
_OF_PANDAS = re.compile(
    r"pandas\._libs\.[\w.]*\.?(?:[A-Z]\w*|__pyx_unpickle_\w+|_unpickle_\w+)|pandas\.arrays\.[A-Z]\w*"
    r"|pandas\.(?:DataFrame|Series|\w*Index|Categorical|Timestamp|Timedelta|Period|Interval|\w*Dtype)"
    r"|pandas\.core\.(?:frame|series|internals|indexes|arrays|dtypes)\b[\w.]*\.(?:_new_\w+|[A-Z]\w*)"
)
_PACKAGES = frozenset({"builtins", "collections", "datetime", "decimal", "fractions", "numpy", "torch"})
_FORMER_NAMES = {"__builtin__": "builtins", "copy_reg": "copyreg"}  # of old protocols, which torch uses
_watching: list[list[str]] = []


class PickledCodeError(BaseException):
    """Ends a test that was about to read a pickle which names more than data."""


@contextlib.contextmanager
def reading_only_data() -> Iterator[list[str]]:
    """Refuse pickles that name what is no data, and note what they named."""
    listen("pickle.find_class", _hear)
    found: list[str] = []
    _watching.append(found)
    try:
        with contextlib.suppress(PickledCodeError):
            yield found
    finally:
        _watching.pop()


def _hear(facts: tuple[Any, ...]) -> None:
    if not _watching:
        return
    module, name = facts
    if not _is_data(str(module), str(name)):
        _watching[-1].append(f"{module}.{name}"[:200])
        raise PickledCodeError


def _is_data(module: str, name: str) -> bool:
    module = _FORMER_NAMES.get(module, module)
    if (module, name) in _DATA or _OF_PANDAS.fullmatch(f"{module}.{name}"):
        return True
    if module.partition(".")[0] not in _PACKAGES:
        return False
    found: object = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    if not isinstance(found, type):
        return False
    is_module = issubclass(found, torch.nn.Module) and found.__module__.startswith("torch.nn.modules.")
    return is_module or issubclass(found, _CLASSES) or (module == "torch" and name.endswith("Storage"))
