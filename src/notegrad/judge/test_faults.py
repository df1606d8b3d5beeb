"""A test that fails by itself, whatever the answer, is a fault of ours: no verdict is made of it."""

from __future__ import annotations

import ast
import doctest
import importlib.util
from collections.abc import Iterable, Iterator

from notegrad.messages import translate
from notegrad.mirror.objects.exceptions import is_remote


class TestFaultError(Exception):
    """A test case cannot be judged; the text is one sentence for staff."""

    __test__ = False  # pytest must not collect it


def refuse_missing_modules(text: str, question: str, language: str) -> None:
    """Raise TestFaultError where a doctest imports a module that is not here."""
    for example in doctest.DocTestParser().get_examples(text):
        try:
            tree = ast.parse(example.source)
        except SyntaxError:
            continue
        for name in sorted(_imported(tree)):
            if not _is_here(name):
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
        if name in _imported(ast.parse(source)) and not _is_here(name):
            raise TestFaultError(_lacks(name, question, language))
    if (
        isinstance(error, (ImportError, NameError))
        and not isinstance(error, UnboundLocalError)
        and not is_asked
    ):
        raise TestFaultError(_fails(error, question, language))


def _lacks(name: str, question: str, language: str) -> str:
    return translate("test_lacks_module", language, question=question, module=name)


def _fails(error: BaseException, question: str, language: str) -> str:
    said = f"{type(error).__name__}: {error}"[:200]
    return translate("test_fails_itself", language, question=question, error=said)


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


def _is_here(name: str) -> bool:
    try:
        return not name or importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
