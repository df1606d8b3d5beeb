"""A test case is run on the real objects of a notebook's process, exactly as otter does it.

The process then holds the test's source, and student code can change the verdict: whoever asks for it knows.
Otter itself is not here (`sandbox/inside/otter_stub.py`), so its two ways of running a case are repeated.
"""

from __future__ import annotations

import contextlib
import doctest
import inspect
import io
import traceback
from typing import Any

from notegrad.mirror.wire.mirror_errors import CallInterrupted
from notegrad.probes import genuine_names

MAX_SAID_CHARACTERS = 20_000
"""Characters of what a test case said when it failed."""

_NAME = "test"


class TestFileNames:
    """The names of the test file whose cases run here: it is executed once, as otter does."""

    def __init__(self) -> None:
        self._source = ""
        self._names: dict[str, Any] = {}

    def of(self, source: str) -> dict[str, Any]:
        """The names that a source defines. Raises what it raises."""
        if source != self._source:
            names: dict[str, Any] = {}
            exec(compile(source, _NAME, "exec", dont_inherit=True), names)  # noqa: S102 - the author's
            self._source, self._names = source, names
        return self._names


def run_case(
    source: str, function: str, namespace: dict[str, Any], files: TestFileNames
) -> tuple[bool, str, str]:
    """Whether a test case passes, a name that decides and that the notebook replaced, and what it said.

    `source` is a doctest where no `function` is named; else a program that defines it, as otter's test files
    do, with a namespace of its own, kept in `files`. `namespace` is the notebook's.
    """
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        passed, said = (
            _run_function(source, function, namespace, files) if function else _run_doctest(source, namespace)
        )
    replaced = genuine_names.replaced(source, namespace) if passed else ""
    return passed, replaced, said[:MAX_SAID_CHARACTERS].encode("utf-8", "replace").decode()


def _run_doctest(source: str, namespace: dict[str, Any]) -> tuple[bool, str]:
    examples = doctest.DocTestParser().get_examples(source)
    case = doctest.DocTest(examples, namespace, _NAME, None, None, source)  # which copies the namespace
    said = io.StringIO()
    failed, _ = doctest.DocTestRunner(verbose=False).run(case, out=said.write, clear_globs=False)
    return not failed, said.getvalue()


def _run_function(
    source: str, function: str, namespace: dict[str, Any], files: TestFileNames
) -> tuple[bool, str]:
    try:
        called = files.of(source)[function]
        wanted = inspect.signature(called).parameters
        called(**{name: namespace if name == "env" else namespace.get(name) for name in wanted})
    except CallInterrupted:
        raise
    except BaseException as error:  # as `pytest.fail` raises
        return False, _said_of(error, source)
    return True, ""


def _said_of(error: BaseException, source: str) -> str:
    """The line of the test that failed, and the error, as otter shows them."""
    lines = source.split("\n")
    numbers = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == _NAME]
    line = lines[numbers[-1] - 1].strip() if numbers and numbers[-1] and numbers[-1] <= len(lines) else ""
    text = f"{type(error).__name__}: {error}".rstrip(": ")
    return f"{line}\n{text}" if line else text
