"""Test cells: the configuration in front and the one function below it, as otter takes them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from notegrad.authoring.cell_marks import is_close, is_test_config_mark
from notegrad.authoring.cell_yaml import TEST_KEYS, find_not_boolean, find_not_text, find_unknown, read_keys
from notegrad.authoring.master_cells import MasterCell
from notegrad.authoring.points import PointedCase, find_wrong_number, is_number
from notegrad.authoring.python_slips import find_syntax_error
from notegrad.authoring.slips import Slip, slip
from notegrad.records import Record

# As otter reads them, on the first line of a cell and on any below it.
_BEGIN = re.compile(r'(?:.\s*=\s*)?""?"?\s*#\s*BEGIN\s*TEST\s*CONFIG', re.IGNORECASE)
_END = re.compile(r'""?"?\s*#\s*END\s*TEST\s*CONFIG', re.IGNORECASE)
_HIDDEN = re.compile(r"\bhidden\b", re.IGNORECASE)
_ONLY_HIDDEN = re.compile(r"\s*#\s*hidden\s*$", re.IGNORECASE)
_WORD_OF_COMMENT = re.compile(r"#\W*(\w+)\W*$")


class CaseCell(Record, frozen=True, kw_only=True):
    """One test cell: its function's name (empty for a doctest), its options, the code; and what is wrong."""

    cell: MasterCell
    name: str = ""
    pointed: PointedCase = PointedCase(points=None, hidden=False)
    code: str = ""
    failure_message: str = ""
    slips: tuple[Slip, ...] = ()


def read_case_cell(cell: MasterCell, question: str, *, ok_format: bool) -> CaseCell:
    """Read a cell that stands between `# BEGIN TESTS` and `# END TESTS`."""
    if cell.kind != "code":
        return CaseCell(cell=cell, slips=(slip("slip_test_not_code", cell, question),))
    if cell.is_empty:
        return CaseCell(cell=cell, slips=(slip("slip_test_empty", cell, question),))
    misplaced = tuple(_misplaced_config(cell, question))
    if misplaced:
        return CaseCell(cell=cell, slips=misplaced)
    keys, start, slips = _config(cell, question)
    hidden = keys.get(
        "hidden", bool(cell.lines[0].lstrip().startswith("#") and _HIDDEN.search(cell.lines[0]))
    )
    code = "\n".join(cell.lines[start:])
    slips += find_syntax_error(code, cell, question, first=start + 1) or find_syntax_error(
        cell.source, cell, question
    )
    if not slips:
        slips += _ok_format(code, cell, question) if ok_format else _one_function(code, cell, question)
        slips += _hidden_comment(cell, question, hidden=bool(hidden))
    points = keys.get("points")
    functions = [n.name for n in ast.parse(code).body if isinstance(n, ast.FunctionDef)] if not slips else []
    return CaseCell(
        cell=cell,
        name=functions[0] if functions and not ok_format else "",
        pointed=PointedCase(points=points if is_number(points) else None, hidden=bool(hidden)),
        code=code,
        failure_message=str(keys.get("failure_message") or ""),
        slips=tuple(slips),
    )


def _misplaced_config(cell: MasterCell, question: str) -> Iterator[Slip]:
    """Yield where a configuration is not read as one, so that a hidden test would be shown to students."""
    begins = [i for i, line in enumerate(cell.lines) if is_test_config_mark(line, "begin")]
    if _BEGIN.match(cell.lines[0]):
        ends = [i for i, line in enumerate(cell.lines) if _END.match(line)]
        meant = next((line for line in cell.lines[1:] if is_test_config_mark(line, "end")), "")
        if not ends:
            key = "slip_test_config_end_misspelt" if meant else "slip_test_config_no_end"
            yield slip(key, cell, question, line=meant.strip())
        elif len(begins) > 1:
            yield slip("slip_test_config_twice", cell, question, line_number=begins[1] + 1)
    elif begins:
        line = cell.lines[begins[0]]
        if _BEGIN.match(line):
            yield slip("slip_test_config_not_first", cell, question, line_number=begins[0] + 1)
        elif _BEGIN.match(line.strip()):
            yield slip("slip_test_config_indented", cell, question, line_number=begins[0] + 1)
        else:
            yield slip("slip_test_config_misspelt", cell, question, line=line.strip())
    else:
        end = next((line for line in cell.lines if is_test_config_mark(line, "end")), "")
        keys = [k for line in cell.lines if (k := line.partition(":")[0]) in TEST_KEYS and ":" in line]
        if (
            end
            or (keys and "'''" not in cell.source and not _parses(cell.source))
            or (keys and cell.lines[0].lstrip().startswith(('"""', "'''", "# ")))
        ):
            yield slip("slip_test_config_no_begin", cell, question)


def _config(cell: MasterCell, question: str) -> tuple[dict[str, Any], int, list[Slip]]:
    """Return the options of a test cell, the number of lines that they take, and what is wrong with them."""
    if not _BEGIN.match(cell.lines[0]):
        # otter leaves a first line out only where it says that the test is hidden
        return {}, 0, []
    end = next(i for i, line in enumerate(cell.lines) if _END.match(line))
    read = read_keys(cell.lines[1:end], cell, question, first=2)
    keys, slips = read.keys, list(read.slips)
    if not keys and not slips:  # otter stops at a configuration without a key
        slips.append(slip("slip_test_config_empty", cell, question))
    slips += find_unknown(keys, TEST_KEYS, cell, question)
    slips += find_not_boolean(keys, ("hidden",), cell, question)
    slips += find_not_text(keys, ("success_message", "failure_message"), cell, question)
    slips += find_wrong_number(keys.get("points"), cell, question)
    return keys, end + 1, slips


def _one_function(code: str, cell: MasterCell, question: str) -> Iterator[Slip]:
    """Yield what stands beside the one function of a test cell: otter keeps the first statement only."""
    body = ast.parse(code).body
    functions = [node for node in body if isinstance(node, ast.FunctionDef)]
    if not functions:
        late = next((node for node in body if isinstance(node, ast.AsyncFunctionDef | ast.ClassDef)), None)
        yield slip("slip_test_async" if late else "slip_test_no_function", cell, question)
        return
    tests = [f for f in functions if f.name.startswith("test")] or functions[:1]
    if len(tests) > 1:
        names = ", ".join(f.name for f in tests[1:])
        yield slip("slip_test_two_functions", cell, question, first=tests[0].name, others=names)
        return
    test = tests[0]
    before, after = body[: body.index(test)], body[body.index(test) + 1 :]
    for node in before:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield slip("slip_test_text_before", cell, question, name=test.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield slip("slip_test_import_before", cell, question, name=test.name, line=ast.unparse(node))
        else:
            yield slip("slip_test_helper_before", cell, question, name=test.name, line=_first_line(node))
    for number, node in enumerate(after):
        if number or not _calls(node, test.name):
            yield slip("slip_test_below_function", cell, question, name=test.name, line=_first_line(node))
    for decorator in test.decorator_list:
        if "test_case" in ast.unparse(decorator):
            yield slip("slip_test_decorated", cell, question, name=test.name)


def _ok_format(code: str, cell: MasterCell, question: str) -> Iterator[Slip]:
    """Yield a function that nothing calls: as a doctest it passes whatever the student wrote."""
    body = ast.parse(code).body
    if body and all(isinstance(node, ast.FunctionDef | ast.Import | ast.ImportFrom) for node in body):
        functions = [node.name for node in body if isinstance(node, ast.FunctionDef)]
        if functions:
            yield slip("slip_ok_format", cell, question, name=functions[-1])


def _hidden_comment(cell: MasterCell, question: str, *, hidden: bool) -> Iterator[Slip]:
    """Yield a comment that was meant to hide the test and does not."""
    if hidden:
        return
    for number, line in enumerate(cell.lines, 1):
        word = _WORD_OF_COMMENT.match(line.strip())
        if _ONLY_HIDDEN.match(line) and number > 1:
            yield slip("slip_hidden_not_first", cell, question, line_number=number)
        elif word and number == 1 and is_close(word[1].upper(), ("HIDDEN", "CACHE", "CACHÉ")):
            yield slip("slip_hidden_misspelt", cell, question, line=line.strip())


def _calls(node: ast.stmt, name: str) -> bool:
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == name


def _first_line(node: ast.stmt) -> str:
    return ast.unparse(node).splitlines()[0]


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return True
