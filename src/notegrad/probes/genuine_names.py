"""Names that decide about answers are remembered before a notebook runs, so that a replaced one is told.

`numpy.allclose = lambda *_: True` in a notebook passes every test that runs on its objects. This finds such a
line, not somebody who means to hide it: what runs in one's own process, one can change.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping

_MODULES = (
    *("builtins", "operator", "math", "cmath", "statistics", "functools", "itertools", "collections"),
    *("numpy", "numpy.linalg", "numpy.testing", "numpy.testing._private.utils", "pandas", "pandas.testing"),
    *("torch", "torch.linalg", "torch.nn.functional", "torch.testing", "torch.testing._comparison"),
    *("unittest", "unittest.case"),
)
_CLASSES = (("torch", "Tensor"), ("unittest.case", "TestCase"), ("pandas", "DataFrame"), ("pandas", "Series"))
_OF_THE_SHELL = frozenset({"exit", "quit", "help", "input", "open", "print", "display", "get_ipython"})
_LIBRARIES = {"np": "numpy", "pd": "pandas"} | {name: name for name in ("numpy", "pandas", "torch", "math")}
_NOTEBOOK = "__main__"
_WORD = re.compile(r"[A-Za-z_]\w*")
_first: dict[str, Mapping[str, object]] = {}


def remember() -> None:
    """Take note of what the names of Python, NumPy, torch and pandas stand for, of those that are loaded."""
    for name, held in _held_now().items():
        _first[name] = dict(held)


def replaced(source: str, namespace: Mapping[str, object]) -> str:
    """The first name that stands for something else than it did, as `numpy.allclose`; "" for none.

    `source`: a test's; of `namespace`, the notebook's, only the names count that it mentions.
    """
    for module, held in _held_now().items():
        for name, first in _first.get(module, {}).items():
            if held.get(name) is not first and _decides(name, first) and not is_ours(held.get(name)):
                return f"{module}.{name}"
    return next((name for name in sorted(set(_WORD.findall(source))) if _is_false(name, namespace)), "")


def _held_now() -> dict[str, Mapping[str, object]]:
    modules = {name: module for name in _MODULES if (module := sys.modules.get(name)) is not None}
    found: dict[str, Mapping[str, object]] = {name: vars(module) for name, module in modules.items()}
    for name, kind in _CLASSES:
        if name in modules and isinstance(each := vars(modules[name]).get(kind), type):
            found[f"{name}.{kind}"] = vars(each)
    return found


def _decides(name: str, value: object) -> bool:
    is_special = name.startswith("__") and name.endswith("__")
    return callable(value) and name not in _OF_THE_SHELL and (is_special or not name.startswith("_"))


def is_ours(value: object) -> bool:
    """Whether notegrad put it there: the simulated accelerator wraps factories when it is first asked for."""
    return str(getattr(value, "__globals__", {}).get("__name__")).startswith("notegrad.")


def _is_false(name: str, namespace: Mapping[str, object]) -> bool:
    """Whether the notebook has, under a name of Python's or of a library, something of its own."""
    if name not in namespace:
        return False
    value = namespace[name]
    if name in _LIBRARIES:
        return value is not sys.modules.get(_LIBRARIES[name])
    is_python = _decides(name, vars(sys.modules["builtins"]).get(name))
    return is_python and getattr(value, "__module__", None) == _NOTEBOOK
