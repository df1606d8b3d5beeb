"""The source of a test is parsed once, in the grader, for all judges and all that they ask of it."""

from __future__ import annotations

import ast
import doctest
import functools
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

PROMPT = ">>> "
MAX_SOURCES = 2048
"""Sources of tests that are kept parsed: files of test functions, and doctests one by one."""


@functools.lru_cache(MAX_SOURCES)
def nodes_of(source: str) -> tuple[ast.AST, ...]:
    """All nodes of a source, as `ast.walk` gives them; nobody may change one. Raises SyntaxError."""
    return tuple(ast.walk(ast.parse(source)))


def python_of(source: str) -> str:
    """The program that a test is: a file of functions as it stands, of a doctest its examples."""
    return "".join(each.source for each in _examples(source)) if PROMPT in source else source


def wanted_of(source: str) -> list[str]:
    """The outputs that a doctest expects; of a file of functions, none."""
    return [each.want for each in _examples(source)] if PROMPT in source else []


def _examples(source: str) -> list[doctest.Example]:
    return doctest.DocTestParser().get_examples(source)


def once_a_source(read: Callable[[str], Found]) -> Callable[[str], Found]:
    """Keep what a function reads from the source of a test (a decorator)."""
    return functools.lru_cache(MAX_SOURCES)(read)
