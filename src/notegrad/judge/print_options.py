"""Print options that a notebook sets are those that doctests of other people's bundles compare texts under.

They are read from the notebook's lines as literals, and nothing of the notebook's is evaluated.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import torch

_MODULES: dict[str, Any] = {"np": np, "numpy": np, "torch": torch}


@contextlib.contextmanager
def print_options(lines: Iterable[str]) -> Iterator[None]:
    """Set NumPy's and torch's print options as these lines of code do, for a while."""
    found = [option for line in lines if "set_printoptions(" in line for option in _options(line)]
    with np.printoptions():
        try:
            for module, options in found:
                with contextlib.suppress(Exception):  # what a library refuses, it refused over there too
                    module.set_printoptions(**options)
            yield
        finally:
            if any(module is torch for module, _ in found):
                torch.set_printoptions(profile="default", sci_mode=None)  # type: ignore[no-untyped-call]


def _options(line: str) -> Iterator[tuple[Any, dict[str, object]]]:
    try:
        calls = [node for node in ast.walk(ast.parse(line)) if isinstance(node, ast.Call)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for call in calls:
        match call.func:
            case ast.Attribute(value=ast.Name(id=name), attr="set_printoptions") if name in _MODULES:
                keywords = {k.arg: k.value for k in call.keywords if k.arg}
                if all(isinstance(value, ast.Constant) for value in keywords.values()) and not call.args:
                    yield _MODULES[name], {key: ast.literal_eval(value) for key, value in keywords.items()}
