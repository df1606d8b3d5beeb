"""A verdict holds outcome and score of a test case, a message for the student, details for staff."""

from __future__ import annotations

import traceback
from typing import Any

import msgspec

from notegrad.judge.hidden_messages import said_of_hidden, said_of_unobservable
from notegrad.judge.limit_sentences import explain
from notegrad.judge.plain_words import plain
from notegrad.judge.repeatable_errors import Code, repeatable
from notegrad.messages import translate
from notegrad.mirror.objects.exceptions import is_remote
from notegrad.mirror.wire.mirror_errors import ObservationError, ReadOnlyError
from notegrad.records import Limits, Outcome, TestCase, TestCaseResult

MAX_MESSAGE_CHARACTERS = 1_000
"""Characters of what a student reads on one test case."""

MAX_DETAIL_CHARACTERS = 8_000
"""Characters of what staff read on one test case."""

_NO_CODE = Code()
_EXPECT_MODULE = "notegrad.expect"


def _result(
    case: TestCase, outcome: Outcome, message: str, detail: str = "", where: str = ""
) -> TestCaseResult:
    return TestCaseResult(
        test_case=case,
        outcome=outcome,
        score=case.points if outcome == "passed" else 0.0,
        message=_cut(plain(message), MAX_MESSAGE_CHARACTERS),
        detail=_cut(plain(detail), MAX_DETAIL_CHARACTERS),
        where=_cut(plain(where), MAX_MESSAGE_CHARACTERS),
    )


def from_otter(
    case: TestCase,
    otter_result: Any,
    error: BaseException | None,
    missing: list[str],
    limits: Limits,
    language: str,
    code: Code,
    source: str = "",
) -> TestCaseResult:
    """The verdict on a test case that ran to its end; `code` is the student's, `source` the test file."""
    if otter_result.passed:
        return _result(case, "passed", case.success_message or "")
    detail = otter_result.message or ""
    if missing:
        sentence = "; ".join(translate("missing_name", language, name=name) for name in missing)
        return _result(case, "failed", _sentence(sentence), detail)
    if error is not None and is_remote(error):
        text = repeatable(str(error), code) if case.hidden else str(error).strip()
        key = "student_error" if text is not None else "student_error_unsaid"
        said = translate(key, language, type=_type_name(error, code, hidden=case.hidden), text=text or "…")
        where = getattr(error, "__notegrad_where__", "")
        where = where if not case.hidden or where in code.lines else ""
        said = f"{said} [{where}]" if where else said
        limit = explain(f"{_type_name(error)}: {error}", limits, language)
        said = f"{said} ({limit})" if limit else said
        return _result(case, "errored", _join(case.failure_message, _sentence(said)), detail, where)
    return _result(
        case, "failed", _join(case.failure_message, _fact(case, error, detail, code, source)), detail
    )


def from_inside(case: TestCase, said: str, *, passed: bool) -> TestCaseResult:
    """The verdict on a test case that ran inside; what it said is shown where the test is."""
    if passed:
        return _result(case, "passed", case.success_message or "")
    shown = "" if case.hidden else said
    return _result(case, "failed", _join(case.failure_message, shown), said)


def _fact(case: TestCase, error: BaseException | None, detail: str, code: Code, source: str) -> str:
    """The test case's own words on the failure, where students may read them.

    A visible one lies in their notebook, with its assertions; of a hidden one, what `notegrad.expect` says.
    """
    if error is None:
        return "" if case.hidden else detail
    if case.hidden and not _speaks_to_students(error):
        return ""
    text = str(error).strip()
    text = text if isinstance(error, AssertionError) else f"{type(error).__name__}: {text}"
    if not text and not case.hidden:
        return _failing_line(detail)
    return said_of_hidden(text, error, code, source) if case.hidden else text


def _failing_line(detail: str) -> str:
    """The line of the test that failed, of what otter says: an assertion without words shows itself."""
    lines = [line.strip() for line in detail.splitlines()]
    return next((line for line in lines if line.startswith("assert ")), "")


def timed_out(case: TestCase, limits: Limits, language: str) -> TestCaseResult:
    """The verdict where the student's code did not come back in time."""
    said = translate("test_timeout", language, limit_s=limits.test_case_wall_s)
    return _result(case, "timeout", _sentence(said))


def not_judged(case: TestCase, reason: str, language: str) -> TestCaseResult:
    """No verdict: the test needs what cannot be done outside; `reason` is for staff."""
    return _result(case, "not_judged", _sentence(translate("not_judged", language)), reason)


def died(case: TestCase, language: str) -> TestCaseResult:
    """The verdict where the process died in the student's code."""
    return _result(case, "errored", _sentence(translate("child_died", language)))


def unobservable(case: TestCase, error: ObservationError, language: str, code: Code) -> TestCaseResult:
    """The verdict where the student's code returned what cannot be looked at; `code` is the student's."""
    if isinstance(error, ReadOnlyError):
        return _result(case, "failed", _sentence(translate("wrote_read_only", language)), str(error))
    what = said_of_unobservable(str(error), code) if case.hidden else str(error)
    said = translate("observation_limit", language, what=what)
    return _result(case, "failed", _sentence(said), str(error))


def judge_died(case: TestCase, language: str) -> TestCaseResult:
    """What the student's code returned ended the process that looked at it."""
    what = translate("judge_ended", language)
    return _result(case, "failed", _sentence(translate("observation_limit", language, what=what)))


def gone(case: TestCase, reason: str) -> TestCaseResult:
    """The verdict where there is no notebook left to ask."""
    return _result(case, "skipped", _sentence(reason))


def skipped_after_timeouts(case: TestCase, language: str) -> TestCaseResult:
    """The verdict where earlier test cases of the question ran into the time limit."""
    reason = translate("after_timeouts", language)
    return _result(case, "skipped", _sentence(translate("skipped_because", language, reason=reason)))


def judged_inside(result: TestCaseResult, why: str) -> TestCaseResult:
    """The same verdict, named as the word of the notebook's process; `why` is for staff."""
    return msgspec.structs.replace(result, judged="inside", why_inside=_cut(why, MAX_MESSAGE_CHARACTERS))


def timed(result: TestCaseResult, duration_s: float) -> TestCaseResult:
    """The same verdict with how long it took."""
    return msgspec.structs.replace(result, duration_s=duration_s)


def _speaks_to_students(error: BaseException) -> bool:
    """Whether an assertion was made by `notegrad.expect`, whose messages are written for students."""
    frames = list(traceback.walk_tb(error.__traceback__))
    return bool(frames) and str(frames[-1][0].f_globals.get("__name__", "")).startswith(_EXPECT_MODULE)


def _type_name(error: BaseException, code: Code = _NO_CODE, *, hidden: bool = False) -> str:
    """The type's name; of a type that the student made while a hidden test ran, nothing but that."""
    own = getattr(error, "type_name", None)
    return own if own and (not hidden or own in code.words) else type(error).__name__


def _join(*sentences: str | None) -> str:
    return " ".join(s for s in sentences if s)


def _sentence(text: str) -> str:
    text = text.strip()
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?…])" else ".")


def _cut(text: str, limit: int) -> str:
    text = text[: limit + 1]
    text = "".join(c if c.isprintable() or c in "\n\t" else "�" for c in text)
    return text if len(text) <= limit else text[: limit - 1] + "…"
