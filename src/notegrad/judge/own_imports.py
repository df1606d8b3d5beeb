"""Names of libraries in a test stand for the judge's own libraries, whatever the notebook has put there."""

from __future__ import annotations

import functools
import importlib
import math
import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
import torch

from notegrad.errors import InputError
from notegrad.judge.otter_tests import LoadedTest
from notegrad.messages import Message
from notegrad.settings import Handout

_ALWAYS: dict[str, Any] = {"torch": torch, "np": np, "numpy": np, "math": math}
"""Names by which every notebook has a library."""

_MODULES: dict[str, Any] = {
    "F": torch.nn.functional,
    "nn": torch.nn,
    "optim": torch.optim,
    "testing": torch.testing,
}
_COMPARISON_NAMES = (
    *("allclose", "isclose", "equal", "array_equal", "array_equiv", "assert_close", "assert_allclose"),
    *("assert_equal", "assert_array_equal", "assert_almost_equal", "assert_array_almost_equal"),
)


def _comparison(name: str) -> Callable[..., Any]:
    """Torch's function of this name where it is given a tensor, else NumPy's or that of math."""
    of_torch = next((getattr(m, name) for m in (torch, torch.testing) if hasattr(m, name)), None)
    other = next((getattr(m, name) for m in (np, np.testing) if hasattr(m, name)), of_torch)

    def compare(*args: Any, **kwargs: Any) -> Any:
        is_torch = of_torch is not None and any(isinstance(value, torch.Tensor) for value in args)
        if not is_torch and kwargs.keys() & {"rel_tol", "abs_tol"}:
            return math.isclose(*args, **kwargs)
        result = (of_torch if is_torch else other)(*args, **kwargs)  # type: ignore[misc]
        return bool(result) if isinstance(result, np.bool_) else result

    return compare


_COMPARISONS: dict[str, Any] = {name: _comparison(name) for name in _COMPARISON_NAMES}


def load_imports(tests: Sequence[LoadedTest], handout: Handout | None) -> None:
    """Import once what the tests will ask for, so that each judge's process begins with it.

    Raises InputError that names a library that is not here.
    """
    if any("assert_close" in repr(_text(case)) for test in tests for case in test.test_file.test_cases):
        torch.testing.assert_close(torch.ones(1), torch.ones(1))  # its first call imports for two seconds
    for test in tests:
        try:
            own_imports(test.question.asks_for, handout)
        except ImportError as error:
            name = (error.name or "?").partition(".")[0]
            raise InputError(Message("tests_use", name=test.question.name, name2=name, error=error)) from None


def _text(case: Any) -> object:
    """A doctest, or the names in the code of a test function."""
    return case.body if isinstance(case.body, str) else case.body.test_func.__code__.co_names


def own_imports(names: Collection[str], handout: Handout | None) -> dict[str, Any]:
    """Those of `names` that the handout binds by an import, with what they stand for here.

    Raises ImportError for a library that is not here.
    """
    given = frozenset(handout.given if handout else ())  # a list of marks may be called `math`
    found = {name: value for name, value in _ALWAYS.items() if name in names and name not in given}
    imports = {} if handout is None else handout.imports
    return found | {name: _resolved(path) for name, path in imports.items() if name in names}


def usual_imports(doctest: str, names: Collection[str], of_question: Collection[str]) -> dict[str, Any]:
    """The same for a doctest of a bundle that does not tell the handout's imports: usual names only.

    `of_question` are all names that the question's test cases use. Where these are nothing but comparisons,
    it is the exercise to write them, and they are the student's.
    """
    found = {
        name: module
        for name, module in _MODULES.items()
        if name in names and _are_of(module, re.findall(rf"\b{name}\b(?!\s*=)(?:\.(\w+))?", doctest))
    }
    if set(of_question) - _ALWAYS.keys() - found.keys() - _COMPARISONS.keys():
        found |= {name: value for name, value in _COMPARISONS.items() if name in names}
    return found


def _are_of(module: Any, attributes: list[str]) -> bool:
    """Whether a name is used as this module's only: a student's function may be called F."""
    return all(attribute and hasattr(module, attribute) for attribute in attributes)


@functools.cache
def _resolved(path: str) -> Any:
    module, _, name = path.partition(":")
    found = importlib.import_module(module)
    if not name:
        return found
    try:
        return getattr(found, name)
    except AttributeError:
        return importlib.import_module(f"{module}.{name}")
