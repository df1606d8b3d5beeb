"""The values that a visible test compared are kept and shown where its assertion has no words of its own.

An assertion `assert f(x) == y` is compiled so that what stands left and right stays in the frame under a
name; it runs as before, on the same line, and a student reads both values.
"""

from __future__ import annotations

import ast
import copy
import itertools
from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType
from typing import Any

from notegrad.judge.parsed_tests import nodes_of
from notegrad.probes.value_facts import facts_of

KEPT = "_notegrad_seen_"
MAX_VALUES = 3
MAX_LINE_CHARACTERS = 160


class _Keeper(ast.NodeTransformer):
    """Names what the assertions without a message compare; leaves functions inside of the test alone."""

    def visit_Assert(self, node: ast.Assert) -> ast.Assert:
        """One assertion."""
        if node.msg is not None:
            return node
        test = _bare(node.test)
        kept = [_kept(part, node.lineno, number) for number, part in enumerate(_parts(test))]
        if isinstance(test, ast.Compare):
            test.left, test.comparators = kept[0], kept[1:]
        elif isinstance(test, ast.Call):
            test.args = kept
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Functions inside are left as they are."""
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        """So are these."""
        return node


def _bare(test: ast.expr) -> ast.expr:
    """What an assertion asks, without a `not` before it."""
    return test.operand if isinstance(test, ast.UnaryOp) else test


def _parts(test: ast.expr) -> list[ast.expr]:
    """What an assertion compares, or hands to a function that says whether it is right."""
    if isinstance(test, ast.Compare):
        return [test.left, *test.comparators]
    return list(test.args) if isinstance(test, ast.Call) else []


def _kept(node: ast.expr, line: int, number: int) -> ast.expr:
    if isinstance(node, _LEFT_ALONE):
        return node
    kept = ast.NamedExpr(target=ast.Name(id=_name(line, number), ctx=ast.Store()), value=node)
    return ast.fix_missing_locations(ast.copy_location(kept, node))


def _name(line: int, number: int) -> str:
    return f"{KEPT}{line}_{number}"


_LEFT_ALONE = (ast.Constant, ast.Starred, ast.GeneratorExp)


def keep_compared(function: FunctionType, source: str) -> None:
    """Compile a test function anew, so that its frame keeps what its assertions compare."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    found = [
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function.__name__
    ]
    if not found or function.__closure__:
        return
    definition = found[-1]
    definition.body = [_Keeper().visit(statement) for statement in definition.body]
    definition.decorator_list = []
    definition.returns = None
    module = compile(
        ast.Module(body=[definition], type_ignores=[]),
        function.__code__.co_filename,
        "exec",
        dont_inherit=True,
    )
    codes = [code for code in module.co_consts if isinstance(code, CodeType)]
    fitting = [code for code in codes if code.co_name == function.__name__ and not code.co_freevars]
    if fitting:
        function.__code__ = fitting[-1]


def line_and_values(error: BaseException, source: str) -> tuple[str, list[str]]:
    """The assertion of a test function that failed, as it is written, and what it compared."""
    try:
        asserts = [node for node in nodes_of(source) if isinstance(node, ast.Assert)]
    except SyntaxError:
        return "", []
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "", []
    line, held = trace.tb_lineno, trace.tb_frame.f_locals
    for node in asserts:
        if node.lineno <= line <= (node.end_lineno or node.lineno):
            written = ast.get_source_segment(source, node) or ast.unparse(node)
            return " ".join(written.split()), list(itertools.islice(_values(node, held), MAX_VALUES))
    return "", []


def failing_line(error: BaseException, source: str) -> str:
    """The line of a test function on which an error was raised; empty where none is of this file."""
    lines, found = source.splitlines(), ""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return ""
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    asked = {n.lineno: n for n in ast.walk(tree) if isinstance(n, ast.Assert) and n.msg is not None}
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_name
        if name in functions and trace.tb_lineno <= len(lines):
            number = trace.tb_lineno
            # an assertion's own words are for when it fails, which it did not come to
            own = asked.get(number)
            found = f"assert {_written_out(own, functions[name])}" if own else lines[number - 1].strip()
        trace = trace.tb_next
    return found


def _written_out(node: ast.Assert, function: ast.FunctionDef) -> str:
    """What an assertion asks, in which a name that was given a call's result before is that call."""
    given: dict[str, ast.expr] = {}
    for statement in function.body:
        if statement.lineno >= node.lineno:
            break
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name()) as call):
                given[name] = call
            case _:
                given = {name: call for name, call in given.items() if not _stores(statement, name)}
    shown = ast.unparse(_Filled(given).visit(copy.deepcopy(node.test)))
    return shown if len(shown) <= MAX_LINE_CHARACTERS else ast.unparse(node.test)


def _stores(statement: ast.stmt, name: str) -> bool:
    """Whether a statement gives a name something else."""
    names = (n for n in ast.walk(statement) if isinstance(n, ast.Name))
    return any(n.id == name and not isinstance(n.ctx, ast.Load) for n in names)


class _Filled(ast.NodeTransformer):
    """Puts in the place of names what they were given."""

    def __init__(self, given: Mapping[str, ast.expr]) -> None:
        self._given = given

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """One name."""
        return self._given.get(node.id, node)


def asked_of_none(error: BaseException, source: str) -> str:
    """The call whose result, None, was asked for an attribute that it does not have; empty where it is none.

    It stands on the failing line, or a name on it was given its result.
    """
    calls = _calls_behind_none(error, source)
    return calls[0] if len(calls) == 1 else ""


def is_of_a_call(error: BaseException, source: str) -> bool:
    """Whether the None that was asked for an attribute is what a call gave, and no `.grad` that is gone."""
    return bool(_calls_behind_none(error, source))


def _calls_behind_none(error: BaseException, source: str) -> list[str]:
    """The calls of which one gave the None on the failing line; none where something else may have."""
    line = failing_line(error, source)
    if not isinstance(error, AttributeError) or error.obj is not None or not line:
        return []
    try:
        statement, tree = ast.parse(line), ast.parse(source)
    except SyntaxError:
        return []
    owners = [n.value for n in ast.walk(statement) if isinstance(n, ast.Attribute) and n.attr == error.name]
    return _calls_behind(owners[0], tree) if len(owners) == 1 else []


def _calls_behind(owner: ast.expr, tree: ast.Module) -> list[str]:
    """The call of a plain name that an expression is, or those that its name is given and nothing else."""
    given = [owner]
    if isinstance(owner, ast.Name):
        given = [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and any(ast.unparse(t) == owner.id for t in node.targets)
        ]
    are_calls = all(isinstance(each, ast.Call) and isinstance(each.func, ast.Name) for each in given)
    return [ast.unparse(each) for each in given] if are_calls else []


def _values(node: ast.Assert, held: Mapping[str, Any]) -> Iterator[str]:
    """`expression = value` of each part of the assertion that was kept."""
    for number, part in enumerate(_parts(_bare(node.test))):
        kept = _name(node.lineno, number)
        if (
            kept in held
            and not isinstance(part, (ast.List, ast.Tuple, ast.Dict))
            and not isinstance(held[kept], type)
        ):
            shown = ast.unparse(part)
            yield f"{shown} = {facts_of(shown, held[kept]).text}"
