"""Marks of answers in code cells: those that otter takes out with the answer, and those it does not see."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence

from notegrad.authoring.cell_marks import is_close, plain_words
from notegrad.authoring.free_names import without_magics
from notegrad.authoring.master_cells import MasterCell
from notegrad.authoring.slips import Slip, slip

_EDGES = ("BEGIN", "END", "START", "DEBUT", "FIN")
_SEEN_BY_OTTER = re.compile(r"# ?SOLUTION|# (BEGIN|END) SOLUTION")
_COMMENT_ANYWHERE = re.compile(r"#.*$")


def find_answer_slips(cell: MasterCell, question: str) -> Iterator[Slip]:
    """Yield why students would read an answer, or a part of it, in a code cell of a SOLUTION block."""
    from otter.assign.solutions import replace_solutions

    broken = list(_unpaired(cell, question))
    if broken:
        yield from broken
        return
    try:
        kept = replace_solutions(list(cell.lines), "python")
    except AssertionError:
        yield slip("slip_solution_unpaired", cell, question)
        return
    untouched = kept == list(cell.lines)
    missed = [line for line in kept if is_meant_as_answer_mark(line)]
    if missed and (untouched or not all(map(is_remark, missed))):
        yield slip("slip_solution_misspelt", cell, question, line=missed[0].strip())
    elif untouched and _says_something(cell.source):
        yield slip("slip_solution_forgotten", cell, question)
    elif _statements(cell.source) is not None and (line := _torn_line(kept)):
        yield slip("slip_solution_torn", cell, question, line=line)


def find_answer_marks_outside(cell: MasterCell, question: str) -> Iterator[Slip]:
    """Yield marks of answers in a code cell outside of SOLUTION blocks, where otter leaves the answer in."""
    for comment in _comments(cell.lines):
        if _SEEN_BY_OTTER.match(comment) or is_meant_as_answer_mark(comment):
            yield slip("slip_solution_outside", cell, question, line=comment.strip())
            return


def is_meant_as_answer_mark(line: str) -> bool:
    """Whether the comment of a line is, or was meant to be, a mark of an answer."""
    found = _COMMENT_ANYWHERE.search(line)
    words = plain_words(found[0]) if found else []
    if words[-2:] == ["NO", "PROMPT"]:
        words = words[:-2]
    if len(words) == 1:
        joined = re.match(r"(BEGIN|END)(.+)", words[0])
        return is_close(words[0], ("SOLUTION",)) or bool(joined and is_close(joined[2], ("SOLUTION",)))
    return len(words) == 2 and is_close(words[0], _EDGES) and is_close(words[1], ("SOLUTION", "SOLUTIONS"))


def is_remark(line: str) -> bool:
    """Whether a line says `# solution` and nothing else: above an answer that is marked it does no harm."""
    return line.lstrip().startswith("#") and len(plain_words(line)) == 1


def _unpaired(cell: MasterCell, question: str) -> Iterator[Slip]:
    """Yield a BEGIN or END SOLUTION of which the other is missing or misspelt."""
    opened = 0
    for number, line in enumerate(cell.lines, 1):
        if line.rstrip().endswith("# END SOLUTION"):
            if not opened:
                yield slip("slip_solution_no_begin", cell, question, line_number=number)
                return
            opened = 0
        elif re.match(r"\s*# BEGIN SOLUTION", line):
            if opened:
                yield slip("slip_solution_no_end", cell, question, line_number=opened)
                return
            opened = number
    if opened:
        meant = [line.strip() for line in cell.lines[opened:] if is_meant_as_answer_mark(line)]
        key = "slip_solution_end_misspelt" if meant else "slip_solution_no_end"
        yield slip(key, cell, question, line_number=opened, line="".join(meant[:1]))


def _says_something(source: str) -> bool:
    """Whether code binds a name: a call, a print or an import beside the answer gives nothing away."""
    return bool(_statements(source) is None and source.strip()) or bool(answered_names(source))


def answered_names(source: str) -> set[str]:
    """Return the names that code binds at its top level to more than a place for an answer."""
    answers = [node for node in _statements(source) or [] if not _is_place_for_answer(node)]
    names = {n.name for n in answers if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    bound = [n for n in answers if isinstance(n, ast.Assign | ast.AnnAssign | ast.AugAssign)]
    stored = (n for statement in bound for n in ast.walk(statement) if isinstance(n, ast.Name))
    return names | {n.id for n in stored if isinstance(n.ctx, ast.Store)}


def _statements(source: str) -> list[ast.stmt] | None:
    try:
        return ast.parse(without_magics(source)).body
    except (SyntaxError, ValueError):
        return None


def _is_place_for_answer(node: ast.stmt) -> bool:
    value = getattr(node, "value", None)
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        node = node.body[-1]
        value = getattr(node, "value", None)
        return isinstance(node, ast.Pass) or (isinstance(value, ast.Constant) and value.value is ...)
    return isinstance(value, ast.Constant) and value.value is ...


def _torn_line(kept: Sequence[str]) -> str:
    """The line of what students get at which a statement is torn, half of it taken out with the answer."""
    try:
        ast.parse(without_magics("\n".join(kept)))
    except SyntaxError as error:
        if "expected an indented block" in error.msg or not error.lineno:  # nothing is left: no harm
            return ""
        return kept[min(error.lineno, len(kept)) - 1].strip()
    except ValueError:
        pass
    return ""


def _comments(lines: Sequence[str]) -> list[str]:
    """The comments of a cell; of one that is no Python, all that stands behind a `#`."""
    source = without_magics("\n".join(lines))
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return [found[0] for line in lines if (found := _COMMENT_ANYWHERE.search(line))]
    return [token.string for token in tokens if token.type == tokenize.COMMENT]
