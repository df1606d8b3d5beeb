"""Runs one test case after the other against a mirrored notebook, in the judge's process."""

from __future__ import annotations

import contextlib
import functools
import io
import os
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import torch

from notegrad.expect.sentences import Expectation
from notegrad.judge import verdict
from notegrad.judge.asked_fork import Forks, GoneError, Session
from notegrad.judge.doctest_environment import names_of_doctest
from notegrad.judge.doubts import doubt_of, doubt_of_pass
from notegrad.judge.inside_run import CasesInside
from notegrad.judge.inside_source import inside_source
from notegrad.judge.judge_settings import JUDGE_MARGIN_S, JudgeSettings
from notegrad.judge.library_settings import library_settings
from notegrad.judge.missing_files import noting_missing
from notegrad.judge.name_kinds import kinds, values_called
from notegrad.judge.names_told import names_told
from notegrad.judge.otter_tests import LoadedTest, run_test_case
from notegrad.judge.own_imports import own_imports
from notegrad.judge.own_side import NotOutsideError, OwnSide
from notegrad.judge.put_back_state import doubt_of_put_back
from notegrad.judge.question_run import CaseVerdict
from notegrad.judge.seeds import case_seed
from notegrad.judge.test_faults import TestFaultError, refuse_missing_modules, refuse_own_error
from notegrad.judge.type_questions import asked_by_equality
from notegrad.judge.unpickled import reading_only_data
from notegrad.messages import translate
from notegrad.mirror import CallTimeout, Environment, Mirror, ObservationError, ProcessDied
from notegrad.probes.fair_deadline import FREE_S, FairDeadline
from notegrad.records import Limits, TestCase, TestCaseResult, inside_name

ALARM_AGAIN_S = 1.0
"""The judge is interrupted again so much later: an exception in a finaliser or a callback is lost."""

MANY_CALLS = 1_000
"""Calls of a test case that ran out of time: with so many, it may have been the mirror's price."""

_AT_ONCE_S = 0.001  # a timer of 0 would be none

DEVICE_PARAMETER = "device"
"""The name under which a test asks for the device that it is to compute on."""


class CasesOfQuestion:
    """Judges the test cases of one question in this process (the protocol `AskedQuestion`)."""

    def __init__(self, test: LoadedTest, forks: Forks, settings: JudgeSettings) -> None:
        self._test, self._settings = test, settings
        self._session = Session(forks, test.question.name)
        self._session_inside = Session(forks, inside_name(test.question.name))
        self._inside = CasesInside(test, self._session_inside, settings)
        self._begun: set[Session] = set()

    def judge(
        self, index: int, patience_s: float = 0.0, *, inside: bool = False, again: bool = False
    ) -> CaseVerdict:
        """The verdict on the test case at `index`, whatever the student's code does.

        `patience_s`: how long it may wait for a processor beyond its limit. `inside`: in a fork of the
        notebook. `again`: outside, but on that same fork. Raises TestFaultError where the test case fails by
        itself.
        """
        session = self._session_inside if inside or again else self._session
        if session not in self._begun:
            self._begun.add(session)
            _prefer_complete_state(self._test, session, self._settings, patience_s)
        if inside:
            seed = case_seed(self._settings.assignment.seed, self._test.question.name, index + 1)
            return self._inside.judge(index, seed, patience_s)
        return _run_case(self._test, index, session, self._settings, patience_s)

    def end(self) -> None:
        """Give up the forks that the question was asked on."""
        self._session.renew()
        self._session_inside.renew()


def has_what_it_needs(
    test: LoadedTest, forks: Forks, settings: JudgeSettings, patience_s: float = 0.0
) -> bool:
    """Whether the notebook, as it stands, defines all names that the question's test cases need.

    False also where it does not answer.
    """
    session = Session(forks, test.question.name)
    try:
        return _has_all_names(test, session, settings, patience_s)
    except (CallTimeout, ProcessDied, Exception):  # whatever the other side answers to a question for names
        return False
    finally:
        session.renew()


def _has_all_names(test: LoadedTest, session: Session, settings: JudgeSettings, patience_s: float) -> bool:
    wanted = frozenset[str]().union(*test.names) - {DEVICE_PARAMETER}
    mirror = session.mirror()
    limit_s = settings.assignment.limits.test_case_wall_s
    try:
        keeps_state = settings.keeps_state(test.question.name)
        mirror.begin(settings.assignment.seed, limit_s, patience_s, keeps_state=keeps_state)
        return not wanted - set(mirror.defined(wanted))
    finally:
        mirror.end_case()


def _prefer_complete_state(
    test: LoadedTest, session: Session, settings: JudgeSettings, patience_s: float
) -> None:
    """Use the final state where a check cell stands above the answer: what it needs is missing there."""
    try:
        if not _has_all_names(test, session, settings, patience_s):
            session.renew()
    except GoneError:
        pass  # each test case will say so
    except (CallTimeout, ProcessDied, Exception):
        session.renew()


def _run_case(
    test: LoadedTest, index: int, session: Session, settings: JudgeSettings, patience_s: float
) -> CaseVerdict:
    case = test.question.test_cases[index]
    limits, language = settings.assignment.limits, settings.assignment.language
    doubts_failures = settings.doubts_failures(test.question.name)
    started, is_cut = time.monotonic(), True
    try:
        result, is_cut = _judge_case(test, index, session, settings, patience_s), False
    except NotOutsideError as error:
        result = verdict.not_judged(case, str(error), language)
    except CallTimeout:
        is_calling = doubts_failures and session.message_number > MANY_CALLS
        session.renew()
        result = verdict.timed_out(case, limits, language)
        if is_calling:  # inside, a call costs no messages
            result = verdict.not_judged(case, translate("inside_calls", language), language)
    except ProcessDied:
        session.renew()
        result = verdict.died(case, language)
    except ObservationError as error:
        session.renew()
        result = verdict.unobservable(case, error, limits, language)
        if doubts_failures:
            result = verdict.not_judged(case, _unseen(error, limits, language), language)
    except TestFaultError as error:
        if settings.assignment.judge_of(test.question.name) != "auto":
            raise
        result = verdict.not_judged(case, str(error), language)
    except GoneError as error:
        result = verdict.gone(case, str(error))
    return CaseVerdict(
        result=verdict.timed(result, time.monotonic() - started),
        is_broken=session.is_broken,
        beyond=session.beyond,
        is_cut=is_cut and result.outcome == "not_judged",
    )


def _unseen(error: ObservationError, limits: Limits, language: str) -> str:
    """Why what an answer gave, or what a test passes, could not cross."""
    if error.kind == "transform":
        return translate("inside_unseen_transform", language)
    if error.kind == "shipped":
        what = str(error).partition(": ")[2]
        return translate("inside_unseen_shipped", language, what=what)
    said = verdict.said_of_unseen(error, limits, language)
    return said or translate("inside_unseen", language, what=str(error))


def _judge_case(
    test: LoadedTest, index: int, session: Session, settings: JudgeSettings, patience_s: float
) -> TestCaseResult:
    case: TestCase = test.question.test_cases[index]
    limits, language = settings.assignment.limits, settings.assignment.language
    wall_s = limits.test_case_wall_s
    mirror = session.mirror()
    printed = io.StringIO()
    try:
        with (
            _alarm(_deadline(wall_s + JUDGE_MARGIN_S, mirror, patience_s)),
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
            contextlib.ExitStack() as settled,
        ):
            handout = settings.assignment.handout
            classes = None if handout is None else handout.classes
            seed = case_seed(settings.assignment.seed, test.question.name, case.number)
            mirror.begin(
                seed,
                wall_s,
                patience_s,
                classes,
                keeps_state=settings.keeps_state(test.question.name),
                keeps_objects=test.shares_state,
            )
            if settings.is_written_for_otter:
                settled.enter_context(library_settings(mirror))
            body, question = test.test_file.test_cases[index].body, test.question.name
            if isinstance(body, str):
                refuse_missing_modules(body, question, language)
            environment = _environment(test, index, mirror, settings)
            missing = test.names[index] - set(environment) if not test.wants_environment[index] else set()
            own_side = OwnSide(body if isinstance(body, str) else test.test_file.source, language)
            mirror.before_call = functools.partial(own_side.look, mirror)
            mirror.asked = names_told(body if isinstance(body, str) else test.test_file.source)
            with (
                contextlib.suppress(NotOutsideError),
                noting_missing(own_side.files) as missing_files,
                reading_only_data() as pickled,
            ):
                otter_result, error = run_test_case(test.test_file, index, environment)
            if settings.is_written_for_otter and not own_side.reason and not mirror.settle():
                session.spoil()
            own_side.need_files(missing_files)
            own_side.need_pickles(pickled)
    finally:
        mirror.end_case()
    if own_side.reason:
        raise NotOutsideError(own_side.reason)
    if isinstance(error, ObservationError):
        raise error  # the two sides may no longer agree: another fork for the next test case
    absent = sorted(missing)
    if not absent and not isinstance(body, str):
        is_asked = mirror.message_number > 0
        refuse_own_error(error, test.test_file.source, question, language, is_asked=is_asked)
    source = getattr(test.test_file, "source", "")
    if isinstance(error, Expectation):
        error.language = language
    lacking = kinds(absent, body if isinstance(body, str) else source)
    said = verdict.from_otter(
        case,
        otter_result,
        error,
        lacking,
        limits,
        language,
        settings.code,
        source,
        mirror.tried,
        not_functions=values_called(environment, body if isinstance(body, str) else source, error),
    )
    if absent:
        return said
    doubt = _doubt(said, error, test, index, mirror, settings)
    return verdict.not_judged(case, doubt, language) if doubt else said


def _doubt(
    said: TestCaseResult,
    error: BaseException | None,
    test: LoadedTest,
    index: int,
    mirror: Mirror,
    settings: JudgeSettings,
) -> str:
    """Why a test case that ran has no verdict from outside; empty where it has one."""
    question, language = test.question.name, settings.assignment.language
    source, body = getattr(test.test_file, "source", ""), test.test_file.test_cases[index].body
    asked = asked_by_equality(body if isinstance(body, str) else source)
    if not settings.doubts_failures(question):
        return doubt_of_pass(mirror, asked, language) if said.outcome == "passed" else ""
    if doubt := doubt_of(said, mirror, asked, error, language, settings.code.words):
        return doubt
    if said.outcome == "passed" or not settings.misses_state(question):
        return ""
    texts = (source, *(case.body for case in test.test_file.test_cases if isinstance(case.body, str)))
    lines = (*sorted(settings.code.lines), *(line for text in texts for line in text.splitlines()))
    return doubt_of_put_back(inside_source(test, index)[0], lines, language, is_drawn=mirror.is_drawn)


def _deadline(limit_s: float, mirror: Mirror, patience_s: float) -> FairDeadline:
    return FairDeadline(limit_s, (os.getpid(), mirror.pid), patience_s, free_s=FREE_S)


def _environment(test: LoadedTest, index: int, mirror: Mirror, settings: JudgeSettings) -> dict[str, Any]:
    handout = settings.assignment.handout
    names = test.names[index]
    if test.wants_environment[index]:
        return Environment(mirror, lambda name: own_imports({name}, handout))
    found = names_of_doctest(test, index, mirror, handout)
    if found is None:
        ours = own_imports(names, handout)
        found = mirror.get(sorted(names - set(ours))) | ours
    # Ours, not the notebook's: on the meta device any two tensors would be equal.
    if DEVICE_PARAMETER in names and _is_device(found.get(DEVICE_PARAMETER)):
        found[DEVICE_PARAMETER] = torch.device(settings.device)
    return found


def _is_device(value: object) -> bool:
    return value is None or isinstance(value, (torch.device, str))


@contextlib.contextmanager
def _alarm(deadline: FairDeadline) -> Iterator[None]:
    """Interrupt the judge itself: a test may loop for ever on what a student returned."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(*_: object) -> None:
        left_s = deadline.left_s()
        if left_s > 0:
            signal.setitimer(signal.ITIMER_REAL, left_s, ALARM_AGAIN_S)
            return
        raise CallTimeout

    former = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, max(deadline.left_s(), _AT_ONCE_S), ALARM_AGAIN_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)
