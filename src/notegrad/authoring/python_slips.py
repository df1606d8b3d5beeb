"""Python's own refusals: the line and the reason, told by the cell."""

from __future__ import annotations

import ast
import warnings

from notegrad.authoring.master_cells import MasterCell
from notegrad.authoring.slips import Slip, slip


def find_syntax_error(code: str, cell: MasterCell, question: str, *, first: int = 1) -> list[Slip]:
    """Return Python's refusal of code that begins on line `first` of its cell; nothing where it takes it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code)
    except SyntaxError as error:
        number = error.lineno or 1
        lines = code.split("\n")
        line = lines[number - 1].strip() if number <= len(lines) else ""
        key = "slip_tab" if isinstance(error, TabError) else "slip_syntax"
        return [slip(key, cell, question, line_number=first + number - 1, line=line, why=error.msg)]
    except (ValueError, RecursionError) as error:  # a null byte, brackets without end
        return [slip("slip_syntax", cell, question, line_number=first, line=cell.first_line, why=str(error))]
    return []
