"""Names that the tests of a bundle fetch from a notebook, read from their source; no test is run here.

The judge loads the tests with otter and knows them too (`judge/otter_tests.py`); whoever reads what was
handed in must know them without importing otter and torch.
"""

from __future__ import annotations

import ast
import builtins
import doctest
from collections.abc import Iterable, Iterator

_NO_NAMES = frozenset({"env", "device"})  # parameters that otter and the judge fill themselves
_LIBRARIES = frozenset({"torch", "np", "numpy", "math", "plt", "F", "nn"})


def asked_names(sources: Iterable[str]) -> frozenset[str]:
    """The names that the test files ask for; a file that does not parse asks for none."""
    return frozenset(name for source in sources for name in _asked(source)) - _NO_NAMES


def _asked(source: str) -> Iterator[str]:
    try:
        module = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            yield from (argument.arg for argument in (*node.args.args, *node.args.kwonlyargs))
            yield from _from_environment(node)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict):
            yield from _of_doctests(node.value)


def _from_environment(function: ast.FunctionDef) -> Iterator[str]:
    """Names that a test takes by `env["name"]`."""
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Name)
            and node.value.id == "env"
            and isinstance(node.slice, ast.Constant)
            and isinstance(node.slice.value, str)
        ):
            yield node.slice.value


def _of_doctests(test: ast.Dict) -> Iterator[str]:
    """Names that the doctests of otter's other format load before they bind them."""
    for node in ast.walk(test):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and ">>>" in node.value:
            yield from _loaded(node.value)


def _loaded(text: str) -> Iterator[str]:
    try:
        code = "\n".join(example.source for example in doctest.DocTestParser().get_examples(text))
        nodes = list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError):
        return
    names = [node for node in nodes if isinstance(node, ast.Name)]
    bound = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    bound |= {
        alias.asname or alias.name
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    known = bound | _LIBRARIES | set(dir(builtins))
    yield from (node.id for node in names if node.id not in known)
