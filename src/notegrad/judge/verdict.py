"""A verdict holds outcome and score of a test case, a message for the student, details for staff."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from notegrad.expect.sentences import RESULT, Expectation
from notegrad.judge.actual_expected import pair_told
from notegrad.judge.compared_values import asked_of_none, failing_line, is_of_a_call, line_and_values
from notegrad.judge.error_sentences import said_of_error, shortened, without_own_words
from notegrad.judge.first_broken import is_before_the_rest
from notegrad.judge.hidden_messages import UNSAID, said_of_hidden
from notegrad.judge.plain_words import plain
from notegrad.judge.repeatable_errors import Code
from notegrad.judge.tried_sentence import said_of_call
from notegrad.messages import Message, translate
from notegrad.messages.typography import SPACES, sentence
from notegrad.mirror.objects.exceptions import is_of_library, is_remote
from notegrad.mirror.wire.mirror_errors import ObservationError, ReadOnlyError, StudentError
from notegrad.probes.tried_calls import Tried
from notegrad.records import Limits, NameKind, Outcome, TestCase, TestCaseResult

MAX_MESSAGE_CHARACTERS = 1_000
"""Characters of what a student reads on one test case."""

MAX_DETAIL_CHARACTERS = 8_000
"""Characters of what staff read on one test case."""

_UNSEEN = frozenset({"size", "objects", "deep", "text", "integer", "graph", "state"})
_EXPECT_MODULE = "notegrad.expect"
_KEPT_SPACES = f"\n\t{SPACES}"
NOTHING: Mapping[str, str] = {}
REPLACED = "\N{REPLACEMENT CHARACTER}"


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
    missing: Mapping[str, NameKind],
    limits: Limits,
    language: str,
    code: Code,
    source: str = "",
    tried: Sequence[Tried] = (),
    not_functions: Mapping[str, str] = NOTHING,
) -> TestCaseResult:
    """The verdict on a test case that ran to its end; `code` is the student's, `source` the test file.

    `missing`: the names that the notebook lacks; `tried`: what the student's function was called with last;
    `not_functions`: names that the test calls and that cannot be called, with the type of what they are.
    """
    if otter_result.passed:
        return _result(case, "passed", case.success_message or "")
    detail = otter_result.message or ""
    if missing:
        names = [Message(f"missing_{kind}", name=name) for name, kind in missing.items()]
        said = " ".join(sentence(translate("missing_bare", language, what=what)) for what in names)
        return msgspec.structs.replace(_result(case, "failed", said, detail), missing=dict(missing))
    if not_functions:
        names = [Message("not_a_function", name=n, type=kind) for n, kind in not_functions.items()]
        return _result(case, "failed", " ".join(sentence(m.text(language)) for m in names), detail)
    call = said_of_call(tried, language) if case.hidden else ""
    if error is not None and is_remote(error) and not _is_of_a_lookup(error):
        said = said_of_error(error, limits, language, code, hidden=case.hidden)
        where = getattr(error, "__notegrad_where__", "")
        where = where if not case.hidden or where in code.lines else ""
        message = _join(case.failure_message, sentence(said), call)
        return _result(case, "errored", message, detail, where)
    fact = _fact(case, error, detail, code, source, language)
    result = _result(case, "failed", _join(case.failure_message, fact, call if fact else ""), detail)
    actual, expected = pair_told(case, error, fact, language)
    return msgspec.structs.replace(result, actual=actual, expected=expected)


def from_inside(case: TestCase, said: str, *, passed: bool) -> TestCaseResult:
    """The verdict on a test case that ran inside; what it said is shown where the test is."""
    if passed:
        return _result(case, "passed", case.success_message or "")
    shown = "" if case.hidden else said
    return _result(case, "failed", _join(case.failure_message, shown), said)


def _fact(
    case: TestCase, error: BaseException | None, detail: str, code: Code, source: str, language: str
) -> str:
    """The test case's own words on the failure, where students may read them.

    A visible one lies in their notebook, with its assertions; of a hidden one, what `notegrad.expect` says.
    """
    if error is None:
        return "" if case.hidden else detail
    if isinstance(error, Expectation):
        return _said_by_expectation(case, error, code, source, language)
    if case.hidden and _speaks_to_students(error):
        return said_of_hidden(str(error).strip(), error, code, source)
    if case.hidden:
        return "" if isinstance(error, AssertionError) else _stopped_unseen(case, error, source, language)
    if not isinstance(error, AssertionError):
        return _own_error(error, source, language)
    return str(error).strip() or _line_and_values(error, source, language)


def _said_by_expectation(case: TestCase, error: Expectation, code: Code, source: str, language: str) -> str:
    said = error.said if not case.hidden else without_own_words(error.said, error.__cause__, code)
    text = said.text(language)
    if case.hidden:
        text = said_of_hidden(text, error, code, source)
    if not case.failure_message or not is_before_the_rest(error, source):
        return text
    return translate("breaks_first", language, said=_within(text))


def _stopped_unseen(case: TestCase, error: BaseException, source: str, language: str) -> str:
    """The sentence on a hidden test that could not do with an answer what it does with a right one.

    Its own sentence is on what it would have come to: that it did not is said, and nothing of what it asked.
    """
    is_none = is_of_a_call(error, source)
    said = Message("expect_none", name=RESULT) if is_none else Message("hidden_stopped")
    if not case.failure_message:
        return sentence(said.text(language))
    return translate("breaks_first", language, said=_within(said.text(language)))


def _is_of_a_lookup(error: BaseException) -> bool:
    """Whether the test itself asked for an attribute that is not there: no line of a cell was on the way."""
    is_plain = isinstance(error, AttributeError) and not isinstance(error, StudentError)
    return is_plain and is_of_library(error) and not getattr(error, "__notegrad_where__", "")


def _own_error(error: BaseException, source: str, language: str) -> str:
    """The sentence on a visible test that could not do with an answer what it does with a right one."""
    said = f"{type(error).__name__}: {shortened(str(error))}"
    line = failing_line(error, source)
    if call := asked_of_none(error, source):
        none = Message("expect_none", name=call)
        return translate("test_stopped_since", language, said=none, line=line)
    return translate("test_stopped_on", language, line=line, error=said) if line else said


def _line_and_values(error: BaseException, source: str, language: str) -> str:
    """The line of the visible test that failed, with what it compared: an assertion without words."""
    line, values = line_and_values(error, source)
    key = "failing_line_values" if values else "failing_line"
    return translate(key, language, line=line, values="; ".join(values)) if line else ""


def timed_out(case: TestCase, limits: Limits, language: str) -> TestCaseResult:
    """The verdict where the student's code did not come back in time."""
    said = translate("test_timeout", language, limit_s=limits.test_case_wall_s)
    return _result(case, "timeout", sentence(said))


def not_judged(case: TestCase, reason: str, language: str) -> TestCaseResult:
    """No verdict: the test needs what cannot be done outside; `reason` is for staff."""
    return _result(case, "not_judged", sentence(translate("not_judged", language)), reason)


def died(case: TestCase, language: str) -> TestCaseResult:
    """The verdict where the process died in the student's code."""
    return _result(case, "errored", sentence(translate("child_died", language)))


def unobservable(case: TestCase, error: ObservationError, limits: Limits, language: str) -> TestCaseResult:
    """The verdict where the student's code returned what cannot be looked at."""
    if isinstance(error, ReadOnlyError):
        return _result(case, "failed", sentence(translate("wrote_read_only", language)), str(error))
    said = said_of_unseen(error, limits, language) or translate("unseen_other", language)
    return _result(case, "failed", sentence(said), str(error))


def said_of_unseen(error: ObservationError, limits: Limits, language: str) -> str:
    """The sentence on the limit that a value met which cannot cross; "" where it met none."""
    if error.kind not in _UNSEEN:
        return ""
    return translate(f"unseen_{error.kind}", language, limit_mb=limits.observation_bytes / 1e6)


def judge_died(case: TestCase, language: str) -> TestCaseResult:
    """What the student's code returned ended the process that looked at it."""
    return _result(case, "failed", sentence(translate("unseen_end", language)))


def gone(case: TestCase, reason: str) -> TestCaseResult:
    """The verdict where there is no notebook left to ask."""
    return _result(case, "skipped", sentence(reason))


def skipped_after_timeouts(case: TestCase, language: str) -> TestCaseResult:
    """The verdict where earlier test cases of the question ran into the time limit."""
    reason = translate("after_timeouts", language)
    return _result(case, "skipped", sentence(translate("skipped_because", language, reason=reason)))


def judged_inside(result: TestCaseResult, why: str) -> TestCaseResult:
    """The same verdict, named as the word of the notebook's process; `why` is for staff."""
    return msgspec.structs.replace(result, judged="inside", why_inside=_cut(why, MAX_MESSAGE_CHARACTERS))


def second_opinion(
    outside: TestCaseResult, inside: TestCaseResult, replaced: str, language: str
) -> TestCaseResult:
    """The verdict on a test case that failed outside, and was then asked inside; staff read of both.

    It passes where it passed inside, unless the notebook `replaced` there a name that decides.
    """
    if inside.outcome != "passed":
        return outside
    said = outside.detail or outside.message
    if replaced:
        kept = sentence(translate("inside_replaced", language, name=replaced))
        return msgspec.structs.replace(outside, detail=_cut(_join(kept, said), MAX_DETAIL_CHARACTERS))
    found = msgspec.structs.replace(inside, detail=said)
    return judged_inside(found, translate("inside_second", language))


def has_failed(result: TestCaseResult) -> bool:
    """Whether a test case ran and failed, and not for want of a name."""
    return result.outcome in ("failed", "errored") and not result.missing


def said_instead(result: TestCaseResult, message: str) -> TestCaseResult:
    """The same verdict in other words."""
    return msgspec.structs.replace(result, message=_cut(plain(message), MAX_MESSAGE_CHARACTERS))


def timed(result: TestCaseResult, duration_s: float) -> TestCaseResult:
    """The same verdict with how long it took."""
    return msgspec.structs.replace(result, duration_s=duration_s)


def _speaks_to_students(error: BaseException) -> bool:
    """Whether an assertion was made by `notegrad.expect`, whose messages are written for students."""
    frames = list(traceback.walk_tb(error.__traceback__))
    return bool(frames) and str(frames[-1][0].f_globals.get("__name__", "")).startswith(_EXPECT_MODULE)


def _join(*sentences: str | None) -> str:
    return " ".join(s for s in sentences if s)


def _within(text: str) -> str:
    """A sentence as it stands behind a colon; a name, such as `X`, keeps its capital."""
    first = text.split(" ", 1)[0]
    return text[0].lower() + text[1:] if first.istitle() and len(first) > 1 else text


def _cut(text: str, limit: int) -> str:
    text = text[: limit + 1]
    text = "".join(c if c.isprintable() or c in _KEPT_SPACES else REPLACED for c in text)
    return text if len(text) <= limit else text[: limit - 1] + UNSAID
