"""The line of a master on which a test failed: otter writes tests anew, so statements are counted."""

from __future__ import annotations

import ast

from notegrad.authoring.case_cells import CaseCell
from notegrad.messages import translate
from notegrad.records import Record
from notegrad.verify.insertions import case_decorators
from notegrad.verify.trying.watched_tests import statements_of


class MasterLine(Record, frozen=True, kw_only=True):
    """A statement as its author wrote it; `line` counts in its cell, `text_line` in a text."""

    source: str
    cell: int
    line: int
    text_line: int = 0

    def place(self, path: str, language: str) -> str:
        """Return the place in words; `path` is the master's."""
        if self.text_line:
            return translate("path_and_line", language, path=path, line=self.text_line)
        return translate("try_place", language, path=path, number=self.cell, line=self.line)


def case_functions(source: str) -> list[ast.FunctionDef]:
    """Return the test functions of a test file, in the order of its test cases; none of doctests."""
    return [function for function, _ in case_decorators(ast.parse(source))]


def master_line(function: ast.FunctionDef, line: int, case: CaseCell) -> MasterLine | None:
    """Return the author's statement that became the one on `line` of the test file."""
    numbers = [i for i, statement in enumerate(statements_of(function)) if statement.lineno <= line]
    own = next((n for n in ast.parse(case.code).body if isinstance(n, ast.FunctionDef)), None)
    statements = statements_of(own) if own is not None else []
    if not numbers or numbers[-1] >= len(statements):
        return None
    statement = statements[numbers[-1]]
    above = len(case.cell.lines) - len(case.code.split("\n"))
    number = above + statement.lineno
    lines = case.cell.text_lines
    source = _head(case.code, statement)
    return MasterLine(
        source=source, cell=case.cell.number, line=number, text_line=lines[number - 1] if lines else 0
    )


def _head(code: str, statement: ast.stmt) -> str:
    """Return the text of a statement, of one with a block its first line."""
    lines = code.split("\n")
    body = getattr(statement, "body", None)
    last = body[0].lineno - 1 if isinstance(body, list) and body else statement.end_lineno
    return "\n".join(line.strip() for line in lines[statement.lineno - 1 : last or statement.lineno])
