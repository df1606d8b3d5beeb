"""The trusted side: otter's own test files, run over a mirrored notebook."""

from __future__ import annotations

from notegrad.judge.otter_tests import LoadedTest, load_tests
from notegrad.judge.run import Forks, has_what_it_needs, run_question

__all__ = ["Forks", "LoadedTest", "has_what_it_needs", "load_tests", "run_question"]
