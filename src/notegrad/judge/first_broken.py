"""The place in a test function where it failed tells whether it had yet to come to what it is about.

A test on memory or gradients looks at the values first; where these are wrong, its sentence on memory and the
wrong value do not fit together, unless it is said that the test did not come so far.
"""

from __future__ import annotations

import ast
import traceback

from notegrad.expect.sentences import RESULT, Expectation
from notegrad.judge.parsed_tests import nodes_of, once_a_source
from notegrad.messages import Message

FIRST = frozenset({"assert_values", "assert_form"})
"""The expectations that a test asks on its way to another one."""

BESIDE = frozenset({"assert_inputs_untouched", "assert_global_state"})
"""Those that a test asks besides, whatever it is about."""


def is_before_the_rest(error: Expectation, source: str) -> bool:
    """Whether a test failed on a value or a form, and would have asked for one other thing after that.

    A test that asks for several is about all of them, and its sentence, too; so is one that names what it
    looks at, such as the tensor that a view belongs to.
    """
    if _subject(error.said) != RESULT:
        return False
    lines = dict[str, list[tuple[int, str]]](_expectations(source))
    for frame in traceback.extract_tb(error.__traceback__):
        asked = lines.get(frame.name, [])
        here = [name for line, name in asked if line == frame.lineno]
        if here:
            later = {name for line, name in asked if line > (frame.lineno or 0)}
            return here[0] in FIRST and len(later - FIRST - BESIDE) == 1
    return False


def _subject(said: Message) -> object:
    """The fact that a sentence is about, whichever of its cells is told."""
    about = said.facts.get("name", said.facts.get("place"))
    is_cell = isinstance(about, Message) and "index" in about.facts
    return about.facts["name"] if isinstance(about, Message) and is_cell else about


@once_a_source
def _expectations(source: str) -> tuple[tuple[str, list[tuple[int, str]]], ...]:
    """By test function: the lines and names of the expectations that it calls."""
    return tuple(
        (
            function.name,
            [
                (node.lineno, name)
                for node in ast.walk(function)
                if isinstance(node, ast.Call) and (name := _expected(node))
            ],
        )
        for function in ast.iter_child_nodes(nodes_of(source)[0])
        if isinstance(function, ast.FunctionDef)
    )


def _expected(node: ast.Call) -> str:
    """The name of the expectation that a call asks; the empty string for other calls."""
    if not isinstance(node.func, ast.Attribute):
        return ""
    name = node.func.attr
    is_one = name.startswith(("assert_", "works_on_"))
    return name if is_one and isinstance(node.func.value, ast.Name) else ""
