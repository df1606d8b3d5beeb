"""Names of methods by which a test asks values, or objects of a library, for something.

A test that expects a tensor, a set or a text asks it `equal`, `issubset`, `startswith`. Asked of an object of
a student's class, the same words would show it what the test expects and let it answer what it likes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, MutableMapping, MutableSequence, MutableSet, Sequence
from collections.abc import Set as AbstractSet

import numpy as np
import torch

_TENSORS = (torch.Tensor, np.ndarray)
_PLAIN = (set, frozenset, str, bytes, list, tuple, dict, deque, int, float, complex, range)
_OBJECTS = (
    torch.nn.Module,
    torch.optim.Optimizer,
    torch.optim.lr_scheduler.LRScheduler,
    torch.utils.data.Dataset,
    torch.utils.data.DataLoader,
    torch.distributions.Distribution,
    torch.Generator,
    np.random.Generator,
    Generator,
)


def _methods(*kinds: type) -> frozenset[str]:
    """The methods of classes, special ones apart."""
    return frozenset(
        name
        for kind in kinds
        for name in dir(kind)
        if not name.startswith("__") and callable(getattr(kind, name, None))
    )


_CHANGES = _methods(MutableSequence, MutableSet, MutableMapping, deque) - _methods(Sequence, AbstractSet) | {
    "sort"
}
_PREDICATES = frozenset(name for name in _methods(*_PLAIN) if name.startswith("is")) | {
    "startswith",
    "endswith",
}

# by name, since pandas is imported only where a table arrives; those that tensors have as well are not here
_OF_TABLES = frozenset(
    {"between", "compare", "duplicated", "equals", "identical", "isin", "isna", "isnull", "notna", "notnull"}
)

VERDICTS = (_methods(*_TENSORS) | _PREDICATES | _OF_TABLES) - _methods(torch.nn.Module)
"""Methods that answer for a value: of tensors, arrays, tables, and the predicates of Python's own types."""

QUERIES = _methods(*_PLAIN) - VERDICTS - _CHANGES - {"encode", "decode"}
"""Methods that answer for a value where they are given another one, such as `count` and `difference`.

Not those by which a list, a set or a dict is changed or looked up, nor `encode`, which autoencoders have:
what they return, the judge compares.
"""

OF_LIBRARIES = _methods(*_OBJECTS) - VERDICTS - QUERIES
"""Methods of models, optimisers, data sets and generators, which answers to exercises may be."""
