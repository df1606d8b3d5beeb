"""Normal form of code: equal for answers that differ in comments, docstrings and layout only."""

from __future__ import annotations

import ast


def normal_form(code: str) -> str:
    """Return the code without comments, docstrings and layout. Raises SyntaxError for what is no Python."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.Module)) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)
