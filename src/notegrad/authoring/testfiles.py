"""Otter's test files as text: which test cases there are, which are hidden, what would go wrong silently."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from notegrad.errors import BuildError
from notegrad.messages import Message
from notegrad.records import Record

_COURSE_ONLY = ("notegrad",)  # packages that graders have and students do not


class CaseSource(Record, frozen=True, kw_only=True):
    """The text of one test case; `body` is without its decorator and `def` line."""

    name: str
    hidden: bool
    body: str


class TestSource(Record, frozen=True, kw_only=True):
    """The text of one question's test file."""

    question: str
    cases: tuple[CaseSource, ...]


def parse_tests(file_name: str, source: str) -> TestSource:
    """Read a test file, exception or OK format, without running it.

    Raises BuildError for what otter would accept and get wrong: two test functions of one name in one
    question (the last would stand for both), and a visible one that needs a package students do not have.
    """
    question = file_name.removesuffix(".py")
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        line = source.splitlines()[error.lineno - 1].strip() if error.lineno else ""
        raise BuildError(Message("build_bad_tests", question=question, msg=error.msg, line=line)) from None
    cases = (*_exception_cases(tree), *_ok_cases(tree))
    if not cases:
        raise BuildError(Message("build_no_case", question=question))
    for name, count in Counter(case.name for case in cases).items():
        if count > 1:
            raise BuildError(Message("build_same_name", question=question, count=count, name=name))
    for case in cases:
        if not case.hidden:
            _refuse_course_packages(question, case)
    return TestSource(question=question, cases=cases)


def _exception_cases(tree: ast.Module) -> Iterator[CaseSource]:
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "test_case":
                options = {k.arg: k.value for k in decorator.keywords}
                hidden = options.get("hidden")
                yield CaseSource(
                    name=node.name,
                    hidden=isinstance(hidden, ast.Constant) and bool(hidden.value),
                    body="\n".join(ast.unparse(statement) for statement in node.body),
                )


def _ok_cases(tree: ast.Module) -> Iterator[CaseSource]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "test":
            suites = ast.literal_eval(node.value).get("suites", [])
            for number, case in enumerate((c for s in suites for c in s.get("cases", [])), 1):
                lines = [line[4:] for line in case["code"].splitlines() if line[:4] in (">>> ", "... ")]
                yield CaseSource(
                    name=f"case {number}", hidden=bool(case.get("hidden", True)), body="\n".join(lines)
                )


def course_packages(code: str) -> list[str]:
    """Return the modules that code imports and that graders have and students do not."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return []  # a doctest may hold expected output between its lines
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return [name for name in names if name.split(".")[0] in _COURSE_ONLY]


def _refuse_course_packages(question: str, case: CaseSource) -> None:
    for name in course_packages(case.body):
        raise BuildError(Message("build_hide_test", question=question, case=case.name, name=name))
