"""The judge, which is trusted, runs otter's own test files over a mirrored notebook."""

from __future__ import annotations

from notegrad.judge.otter_package import defer_api, spare_grammars

defer_api()  # before the imports below, which import otter
spare_grammars()

from notegrad.judge.asked_fork import Forks, GoneError  # noqa: E402
from notegrad.judge.case_run import CasesOfQuestion, has_what_it_needs  # noqa: E402
from notegrad.judge.hidden_messages import load as load_message_words  # noqa: E402
from notegrad.judge.judge_settings import JudgeSettings  # noqa: E402
from notegrad.judge.otter_tests import LoadedTest, load_tests  # noqa: E402
from notegrad.judge.own_imports import load_imports  # noqa: E402
from notegrad.judge.question_run import CaseVerdict, run_inside, run_question, without_verdict  # noqa: E402
from notegrad.judge.seeds import notebook_seed  # noqa: E402
from notegrad.judge.test_faults import imported_by  # noqa: E402
from notegrad.judge.warm_judge import warm_judge  # noqa: E402

__all__ = [
    "CaseVerdict",
    "CasesOfQuestion",
    "Forks",
    "GoneError",
    "JudgeSettings",
    "LoadedTest",
    "has_what_it_needs",
    "imported_by",
    "load_imports",
    "load_message_words",
    "load_tests",
    "notebook_seed",
    "run_inside",
    "run_question",
    "warm_judge",
    "without_verdict",
]
