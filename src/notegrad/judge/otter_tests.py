"""The judge loads otter's test files once, and runs one test case at a time.

The classes are otter's own, so a test author changes nothing; see `otter.test_files`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from otter.nbmeta_config import OK_FORMAT_VARNAME
from otter.test_files.abstract_test import TestCaseResult as OtterResult
from otter.test_files.abstract_test import TestFile
from otter.test_files.exception_test import ExceptionTestFile
from otter.test_files.ok_test import OKTestFile

from notegrad.errors import InputError
from notegrad.judge import function_transforms
from notegrad.judge.compared_values import keep_compared
from notegrad.judge.doctest_names import DoctestNames, doctest_names
from notegrad.judge.own_side import NotOutsideError
from notegrad.judge.shared_test_state import shares_state
from notegrad.judge.type_questions import asked_by_equality
from notegrad.messages import Message
from notegrad.mirror.objects.exceptions import is_printable
from notegrad.mirror.wire.mirror_errors import CallInterrupted
from notegrad.records import Question, Record, TestCase

ENVIRONMENT_PARAMETER = "env"
"""The parameter that otter fills with the whole namespace."""


class LoadedTest(Record, frozen=True, kw_only=True):
    """A question with otter's test file; `names` are, per test case, what it needs of the notebook.

    `doctests` are the names of each test case that is a doctest, None for a test function.
    """

    question: Question
    test_file: Any
    names: tuple[frozenset[str], ...]
    wants_environment: tuple[bool, ...]
    doctests: tuple[DoctestNames | None, ...]

    @property
    def shares_state(self) -> bool:
        """Whether its test cases build on one another by names of their file."""
        return isinstance(self.test_file, ExceptionTestFile) and shares_state(self.test_file.source)


class Recording:
    """Stands before a test case of otter's and keeps the exception that it raised."""

    def __init__(self, body: Any) -> None:
        self._body = body
        self.error: BaseException | None = None

    def call_func(self, environment: dict[str, Any]) -> None:
        """Run the test function as otter does.

        Raises what it raised; an AssertionError with its type's name where that has no text, and with its
        text for what is no Exception, as `pytest.raises` and `pytest.fail` end a test.
        """
        try:
            self._body.call_func(environment)
        except (CallInterrupted, NotOutsideError, KeyboardInterrupt):
            raise
        except BaseException as raised:
            # Otter's message and ours need a text, which a number of too many digits does not have
            error = raised if is_printable(raised) else AssertionError(type(raised).__name__)
            if not isinstance(error, Exception):
                error = AssertionError(str(error) or type(error).__name__)
            self.error = error
            trace = raised.__traceback__
            inner = trace.tb_next.tb_next if trace is not None and trace.tb_next is not None else None
            # Otter looks for the failing line two frames below its own: this one must not count.
            raise error.with_traceback(inner) from raised.__cause__


def load_tests(sources: Sequence[tuple[str, str]]) -> tuple[LoadedTest, ...]:
    """The test files of a bundle, in order of their names.

    Raises InputError for a file that otter could not read either.
    """
    function_transforms.install()  # before tests import them
    return tuple(_load(name, source) for name, source in sources)


def _load(file_name: str, source: str) -> LoadedTest:
    try:
        test_file = _parse(file_name, source)
    except ModuleNotFoundError as error:
        name = (error.name or "?").partition(".")[0]
        raise InputError(Message("test_file_imports", file_name=file_name, name=name)) from error
    except Exception as error:
        cause = f"{type(error).__name__}: {error}"
        raise InputError(Message("test_file_unreadable", file_name=file_name, cause=cause)) from error
    if isinstance(test_file, ExceptionTestFile):
        for case in test_file.test_cases:
            if not case.hidden:
                keep_compared(case.body.test_func, asked_by_equality(source))
    cases = tuple(
        TestCase(
            name=case.name or f"{test_file.name} - {number}",
            number=number,
            points=float(case.points),
            hidden=bool(case.hidden),
            success_message=case.success_message,
            failure_message=case.failure_message,
            function="" if isinstance(case.body, str) else case.body.test_func.__name__,
        )
        for number, case in enumerate(test_file.test_cases, 1)
    )
    doctests = [doctest_names(c.body) if isinstance(c.body, str) else None for c in test_file.test_cases]
    needs = [
        set(case.body._get_func_params()) if found is None else set(found.needs)  # noqa: SLF001 - no public way
        for case, found in zip(test_file.test_cases, doctests, strict=True)
    ]
    question = Question(
        name=test_file.name,
        points=float(sum(case.points for case in cases)),
        test_cases=cases,
        all_or_nothing=bool(test_file.all_or_nothing),
        asks_for=tuple(sorted(set[str]().union(*needs) - {ENVIRONMENT_PARAMETER})),
    )
    return LoadedTest(
        question=question,
        test_file=test_file,
        names=tuple(frozenset(names) - {ENVIRONMENT_PARAMETER} for names in needs),
        wants_environment=tuple(
            isinstance(test_file, ExceptionTestFile) and ENVIRONMENT_PARAMETER in names for names in needs
        ),
        doctests=tuple(doctests),
    )


def _parse(file_name: str, source: str) -> TestFile:
    environment: dict[str, Any] = {}
    code = compile(source, file_name, "exec", dont_inherit=True)  # this file's `annotations` are its own
    exec(code, environment)  # noqa: S102 - the author's tests are trusted
    if OK_FORMAT_VARNAME not in environment:
        raise ValueError(f"it does not define {OK_FORMAT_VARNAME}")
    if environment[OK_FORMAT_VARNAME]:
        return OKTestFile.from_spec(environment["test"], file_name)
    test_file = ExceptionTestFile.from_string(asked_by_equality(source), path=file_name)
    test_file.source = source
    return test_file


def run_test_case(
    test_file: TestFile, index: int, environment: dict[str, Any]
) -> tuple[OtterResult, BaseException | None]:
    """Run one test case through otter's own class; also the exception it raised, if one is to be seen."""
    case = test_file.test_cases[index]
    recording = None if isinstance(case.body, str) else Recording(case.body)
    case = dataclasses.replace(case, body=recording or asked_by_equality(case.body))
    single = type(test_file)(test_file.name, test_file.path, [case], test_file.all_or_nothing)
    if isinstance(test_file, ExceptionTestFile):
        single.source = test_file.source
    single.run(environment)
    return single.test_case_results[0], recording.error if recording is not None else None
