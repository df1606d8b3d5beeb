"""Makes ready, once in a grader, what its judges would each import and set up again.

A judge is forked for one submission, so what a test imports on its first call would be paid by every
submission, inside the time limit of its first test case: 516 modules, 0.6 s of processor time, for
`torch.testing.assert_close` alone. Only what the tests name is made ready.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import io
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import torch

from notegrad.judge import library_names
from notegrad.judge.name_kinds import kinds
from notegrad.judge.otter_tests import LoadedTest
from notegrad.judge.own_side import may_replace
from notegrad.probes import accelerator, late_compiler


def _differentiate() -> None:
    x = torch.arange(6.0).reshape(2, 3).requires_grad_()
    (x * x).sum().backward()  # type: ignore[no-untyped-call]
    torch.autograd.grad((x**3).sum(), x, create_graph=True)[0].sum().backward()  # type: ignore[no-untyped-call]


def _compare() -> None:
    x = torch.arange(3.0)
    torch.testing.assert_close(x, x.clone())
    with contextlib.suppress(AssertionError):
        torch.testing.assert_close(x, x + 1)


def _compare_arrays() -> None:
    np.testing.assert_allclose(np.arange(3.0), np.arange(3.0))


def _load_batches() -> None:
    next(iter(torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.zeros(1)))))


def _save() -> None:
    torch.save(torch.zeros(1), io.BytesIO())


def _import_compiler() -> None:
    importlib.import_module("torch._dynamo")  # as each first optimiser or transform does: 350 modules


_STEPS: dict[str, Callable[[], None]] = {
    "DataLoader": _load_batches,
    "assert_close": _compare,
    "backward": _differentiate,
    "checkpoint": _import_compiler,
    "functional_call": _import_compiler,
    "grad": _differentiate,
    "hessian": _import_compiler,
    "jacfwd": _import_compiler,
    "jacrev": _import_compiler,
    "jvp": _import_compiler,
    "optim": _import_compiler,
    "torch.save": _save,
    "vmap": _import_compiler,
    "testing": _compare_arrays,
    "works_on_accelerator": accelerator.prepare,
    "works_on_meta": accelerator.prepare,
}
"""By a word of the tests: a step that makes lazy parts of a library happen."""


def warm_judge(sources: Iterable[str], tests: Iterable[LoadedTest], *, differentiates: bool = True) -> None:
    """Import what the tests import, and take the steps that they will take; `sources` are the author's.

    differentiates: not where judges register an accelerator, which they must before the first backward pass.
    """
    for source in {source for test in tests for source in _sources_of_cases(test)}:
        may_replace(source), kinds((), source)
    late_compiler.prepare()
    text = "\n".join(sources)
    for name in sorted(_imported_modules(text)):
        with contextlib.suppress(Exception):  # said where the test itself asks for it
            importlib.import_module(name)
    for step in {step for word, step in _STEPS.items() if word in text}:
        if differentiates or step is not _differentiate:
            step()
    x = torch.arange(6.0).reshape(2, 3)
    repr(x), torch.equal(x, x.clone()), torch.allclose(x, x.T.mT)
    torch.manual_seed(0)
    library_names.remember()


def _sources_of_cases(test: LoadedTest) -> Iterator[str]:
    """What each test case is known by: a doctest by itself, a function by its file."""
    for case in test.test_file.test_cases:
        yield case.body if isinstance(case.body, str) else test.test_file.source


def _imported_modules(text: str) -> set[str]:
    """Modules that import statements name, at any depth; doctests' lines too."""
    found: set[str] = set()
    for line in text.splitlines():
        statement = line.strip().removeprefix(">>> ")
        if not statement.startswith(("import ", "from ")):
            continue
        with contextlib.suppress(SyntaxError):
            for node in ast.parse(statement).body:
                if isinstance(node, ast.Import):
                    found.update(alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module)
                    found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found
