"""Names of a test's own functions that the test itself speaks of: what an answer makes of them is asked.

`assert add.__name__ == "add"` after `@count_calls`, or `"calling add"` among what was printed: such functions
are passed with their names. All others are passed without, since a name says what is tried.
"""

from __future__ import annotations

import ast
import re

from notegrad.judge.parsed_tests import nodes_of, once_a_source, python_of, wanted_of
from notegrad.mirror import Asked

_NAMES = re.compile(r"__(?:name|qualname|wrapped)__")
_DOCS = re.compile(r"__doc__|\bgetdoc\b|__wrapped__")
_WORD = re.compile(r"[A-Za-z_]\w*")


@once_a_source
def names_told(source: str) -> Asked:
    """What a test, functions or a doctest, lets on about the functions that it passes."""
    try:
        nodes = nodes_of(python_of(source))
    except SyntaxError:
        return Asked(all=True)
    defined = {n.name for n in nodes if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))}
    texts = [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    texts += wanted_of(source)
    said = {word for text in texts for word in _WORD.findall(text)}
    return Asked(
        names=frozenset(defined & said),
        all=_NAMES.search(source) is not None,
        docs=_DOCS.search(source) is not None,
    )
