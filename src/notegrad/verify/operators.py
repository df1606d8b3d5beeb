"""The mutation operators: each takes a node of its own copy and yields what may stand in its place."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import TypeVar

Replacement = ast.AST | list[ast.stmt]
_Node = TypeVar("_Node", bound=ast.AST)

_BINARY: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.MatMult),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.MatMult: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}
_COMPARE: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_NAMES = {
    "stack": ("cat",),
    "cat": ("stack",),
    "sum": ("mean", "prod"),
    "mean": ("sum",),
    "std": ("var",),
    "cumsum": ("cumprod",),
    "reshape": ("view",),
    "view": ("reshape",),
    "flatten": ("view",),
    "expand": ("repeat",),
    "repeat": ("expand",),
    "dot": ("mul",),
    "mv": ("mul",),
    "matmul": ("mul",),
    "full_like": ("zeros_like",),
    "empty_like": ("zeros_like",),
    "float32": ("float64", "int64"),
    "float64": ("float32",),
    "int64": ("float32",),
    "detach": ("clone",),
    "clone": ("detach",),
    "exp": ("exp_",),
    "ndim": ("shape",),
    "max": ("min",),
    "min": ("max",),
    "all": ("any",),
    "any": ("all",),
    "logical_and": ("logical_or",),
    "T": ("mT",),
    "tensor": ("as_tensor", "Tensor"),
}
_IN_PLACE = (
    "add",
    "sub",
    "mul",
    "div",
    "copy",
    "clamp",
    "masked_fill",
    "fill",
    "zero",
    "neg",
    "relu",
    "requires_grad",
)


def arithmetic(node: ast.AST) -> Iterator[Replacement]:
    """Another operator between the same operands."""
    if isinstance(node, (ast.BinOp, ast.AugAssign)):
        for other in _BINARY.get(type(node.op), ()):
            yield _with(node, op=other())
    if isinstance(node, ast.UnaryOp):
        yield node.operand


def comparison(node: ast.AST) -> Iterator[Replacement]:
    """Another comparison; `and` for `or`."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for other in _COMPARE.get(type(node.ops[0]), ()):
            yield _with(node, ops=[other()])
    if isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        yield from node.values


def operands(node: ast.AST) -> Iterator[Replacement]:
    """The two operands, arguments or items of a pair swapped; one operand alone."""
    if isinstance(node, ast.BinOp):
        yield _with(node, left=node.right, right=node.left)
        yield node.left
        yield node.right
    if isinstance(node, ast.Call) and len(node.args) >= 2:
        yield _with(node, args=[node.args[1], node.args[0], *node.args[2:]])
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) >= 2:
        yield _with(node, elts=[node.elts[1], node.elts[0], *node.elts[2:]])


def constant(node: ast.AST) -> Iterator[Replacement]:
    """A number one off, or of the other sign (axes and bounds); the other truth value (keepdim, flags)."""
    if not isinstance(node, ast.Constant):
        return
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, (int, float)):
        for other in (value + 1, value - 1, -value):
            yield ast.Constant(other)


def keyword(node: ast.AST) -> Iterator[Replacement]:
    """One keyword argument left out (dim, keepdim, dtype, retain_graph …)."""
    if isinstance(node, ast.Call):
        for k in node.keywords:
            yield _with(node, keywords=[other for other in node.keywords if other is not k])


def dropped_call(node: ast.AST) -> Iterator[Replacement]:
    """A method call left out of a chain: clone, detach, zero_, contiguous, float, item …; `.T`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owner = node.func.value
        if not (isinstance(owner, ast.Name) and owner.id in {"torch", "np", "math"}):
            yield owner
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
        yield node.args[0]
    if isinstance(node, ast.Attribute) and node.attr in {"T", "mT", "data", "grad"}:
        yield node.value


def other_name(node: ast.AST) -> Iterator[Replacement]:
    """The function that beginners take for this one, another dtype, in place or out of place."""
    if not isinstance(node, ast.Attribute):
        return
    for other in _NAMES.get(node.attr, ()):
        yield _with(node, attr=other)
    if node.attr.removesuffix("_") in _IN_PLACE:
        other = node.attr[:-1] if node.attr.endswith("_") else f"{node.attr}_"
        if other in dir(_tensor_type()):
            yield _with(node, attr=other)


def assignment(node: ast.AST) -> Iterator[Replacement]:
    """`x += y` as `x = x + y`; `x[...] = v` as `x = v`; `x = x + y` as `x += y`."""
    if isinstance(node, ast.AugAssign):
        value = ast.BinOp(_loaded(node.target), node.op, node.value)
        yield ast.Assign([node.target], value, lineno=0)
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            yield ast.Assign([ast.Name(target.value.id, ast.Store())], node.value, lineno=0)
        if isinstance(target, ast.Name) and isinstance(node.value, ast.BinOp):
            yield ast.AugAssign(target, node.value.op, node.value.right)
    if (
        isinstance(node, ast.Return)
        and isinstance(node.value, ast.BinOp)
        and isinstance(node.value.left, ast.Name)
    ):
        name = node.value.left.id
        yield [
            ast.AugAssign(ast.Name(name, ast.Store()), node.value.op, node.value.right),
            ast.Return(ast.Name(name, ast.Load())),
        ]


def statement(node: ast.AST) -> Iterator[Replacement]:
    """A statement left out; a `with` block without its context; a condition always true or false."""
    if isinstance(node, (ast.Expr, ast.AugAssign)) or (
        isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Name)
    ):
        yield ast.Pass()
    if isinstance(node, ast.With):
        yield node.body
    if isinstance(node, ast.If):
        yield node.body
        yield node.orelse or [ast.Pass()]
    if isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse


def result(node: ast.AST) -> Iterator[Replacement]:
    """The returned value cut from its graph, in another dtype, with an axis more or less."""
    if isinstance(node, ast.Return) and node.value is not None:
        for method, args in (("detach", ()), ("double", ()), ("unsqueeze", (0,)), ("squeeze", ())):
            call = ast.Call(
                ast.Attribute(node.value, method, ast.Load()), [ast.Constant(a) for a in args], []
            )
            yield ast.Return(call)


def index(node: ast.AST) -> Iterator[Replacement]:
    """A slice bound left out; an index left out."""
    if isinstance(node, ast.Slice):
        for bound in ("lower", "upper", "step"):
            if getattr(node, bound) is not None:
                yield _with(node, **{bound: None})
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield node.value


OPERATORS: dict[str, Callable[[ast.AST], Iterator[Replacement]]] = {
    f.__name__: f
    for f in (
        arithmetic,
        comparison,
        operands,
        constant,
        keyword,
        dropped_call,
        other_name,
        assignment,
        statement,
        index,
        result,
    )
}


def _with(node: _Node, **fields: object) -> _Node:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _loaded(target: ast.expr) -> ast.expr:
    expression = ast.parse(ast.unparse(target), mode="eval").body
    assert isinstance(expression, ast.expr)
    return expression


def _tensor_type() -> type:
    import torch

    return torch.Tensor
