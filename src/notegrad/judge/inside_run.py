"""A test case is judged inside: its source runs in a fork of the notebook's process, which says how it ended.

Asked after everything that is judged outside, on forks that nothing else is asked of.
"""

from __future__ import annotations

import time

from notegrad.judge import verdict
from notegrad.judge.asked_fork import GoneError, Session
from notegrad.judge.inside_source import inside_source
from notegrad.judge.judge_settings import JudgeSettings
from notegrad.judge.otter_tests import LoadedTest
from notegrad.judge.question_run import CaseVerdict
from notegrad.judge.test_faults import TestFaultError, refuse_missing_inside
from notegrad.mirror import CallTimeout, ObservationError, ProcessDied
from notegrad.records import TestCaseResult

MAX_NAME_CHARACTERS = 200
"""Characters of a name that the notebook's process tells."""


class CasesInside:
    """Judges test cases of one question inside."""

    def __init__(self, test: LoadedTest, session: Session, settings: JudgeSettings) -> None:
        self._test, self._session, self._settings = test, session, settings

    def judge(self, index: int, seed: int, patience_s: float) -> CaseVerdict:
        """The verdict on the test case at `index`: the word of the notebook's process."""
        case = self._test.question.test_cases[index]
        limits, language = self._settings.assignment.limits, self._settings.assignment.language
        started, replaced = time.monotonic(), ""
        try:
            result, replaced = self._judge(index, seed, patience_s)
        except CallTimeout:
            self._session.renew()
            result = verdict.timed_out(case, limits, language)
        except ProcessDied:
            self._session.renew()
            result = verdict.died(case, language)
        except ObservationError as error:
            self._session.renew()
            result = verdict.unobservable(case, error, limits, language)
        except TestFaultError as error:
            result = verdict.not_judged(case, str(error), language)
        except GoneError as error:
            result = verdict.gone(case, str(error))
        timed = verdict.timed(result, time.monotonic() - started)
        return CaseVerdict(
            result=timed, is_broken=self._session.is_broken, replaced=replaced[:MAX_NAME_CHARACTERS]
        )

    def _judge(self, index: int, seed: int, patience_s: float) -> tuple[TestCaseResult, str]:
        case = self._test.question.test_cases[index]
        mirror = self._session.mirror()
        limit_s = self._settings.assignment.limits.test_case_wall_s
        source, function = inside_source(self._test, index)
        try:
            keeps_state = self._settings.keeps_state(self._test.question.name)
            mirror.begin(seed, limit_s, patience_s, keeps_state=keeps_state)
            passed, replaced, said = mirror.run_case(source, function)
        finally:
            mirror.end_case()
        if not passed:
            refuse_missing_inside(
                source,
                said,
                self._test.question.name,
                self._settings.assignment.language,
                is_doctest=not function,
                code=self._settings.code,
            )
        return verdict.from_inside(case, said.strip(), passed=passed), replaced
