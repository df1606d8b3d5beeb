"""The trusted side: otter's own test files, run over a mirrored notebook."""

from __future__ import annotations

from notegrad.judge.otter_tests import LoadedTest, load_tests
from notegrad.judge.run import Forks, run_question

__all__ = ["Forks", "LoadedTest", "load_tests", "run_question"]
