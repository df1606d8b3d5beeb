"""A test that fails by itself, whatever the answer, is a fault of ours: no verdict is made of it."""

from __future__ import annotations

import ast
import contextlib
import doctest
from collections.abc import Iterable, Iterator

from notegrad.judge.otter_tests import LoadedTest
from notegrad.judge.repeatable_errors import Code
from notegrad.messages import translate
from notegrad.mirror.objects.exceptions import is_remote
from notegrad.probes.installed_modules import is_importable, missed_in, packages_with


class TestFaultError(Exception):
    """A test case cannot be judged; the text is one sentence for staff."""

    __test__ = False  # pytest must not collect it


def imported_by(test: LoadedTest) -> frozenset[str]:
    """The top packages that a question's test cases import, but for those that they try."""
    bodies = [case.body for case in test.test_file.test_cases]
    doctests = [name for body in bodies if isinstance(body, str) for name in _imported_by_doctest(body)]
    source = getattr(test.test_file, "source", "")
    return frozenset(doctests) | (_imported(ast.parse(source)) if source else frozenset())


def refuse_missing_modules(text: str, question: str, language: str) -> None:
    """Raise TestFaultError where a doctest imports a module that is not here."""
    for name in _imported_by_doctest(text):
        if not is_importable(name):
            raise TestFaultError(_lacks(name, question, language))


def refuse_own_error(
    error: BaseException | None, source: str, question: str, language: str, *, is_asked: bool
) -> None:
    """Raise TestFaultError where a test function raised what no answer of a student's can be the cause of.

    That is a module that is not here, and, before anything was asked of the student's code (`is_asked`), any
    import that fails and a name that the test does not have. A missing answer, or one of another type, raises
    other errors.
    """
    if error is None or is_remote(error):
        return
    if isinstance(error, ModuleNotFoundError):
        name = (error.name or "").partition(".")[0]
        if name in _imported(ast.parse(source)) and not is_importable(name):
            raise TestFaultError(_lacks(name, question, language))
    if (
        isinstance(error, (ImportError, NameError))
        and not isinstance(error, UnboundLocalError)
        and not is_asked
    ):
        raise TestFaultError(_fails(error, question, language))


def refuse_missing_inside(
    source: str, said: str, question: str, language: str, *, is_doctest: bool, code: Code
) -> None:
    """Raise TestFaultError where a test case failed inside for want of a module that it imports itself.

    `said` is what the notebook's process said of it. A module that the notebook was to write, so that its
    `code` names the file, is an answer of the student's.
    """
    names = _imported_by_doctest(source) if is_doctest else sorted(_imported(ast.parse(source)))
    for name in names:
        is_missed = name in missed_in(said) and not is_importable(name)
        if is_missed and not any(f"{name}.py" in line for line in code.lines):
            raise TestFaultError(_lacks(name, question, language))


def _lacks(name: str, question: str, language: str) -> str:
    facts = {"question": question, "module": name, "package": packages_with(name)[0]}
    return translate("test_lacks_module", language, **facts)


def _fails(error: BaseException, question: str, language: str) -> str:
    said = f"{type(error).__name__}: {error}"[:200]
    return translate("test_fails_itself", language, question=question, error=said)


def _imported_by_doctest(text: str) -> Iterator[str]:
    """The top packages that a doctest imports, in order; a line that is no Python imports none."""
    for example in doctest.DocTestParser().get_examples(text):
        with contextlib.suppress(SyntaxError):
            yield from sorted(_imported(ast.parse(example.source)))


def _imported(tree: ast.Module) -> frozenset[str]:
    """The top packages that a program imports, but for those that it tries."""
    return frozenset(
        name.partition(".")[0]
        for node in _untried(tree.body)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    )


def _untried(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    for node in nodes:
        yield node
        if not isinstance(node, ast.Try):
            yield from _untried(ast.iter_child_nodes(node))
