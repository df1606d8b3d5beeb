"""The work of a submission is counted, not timed: forks, and a judge's waits and pages, of each assignment."""

from __future__ import annotations

import resource
from typing import NamedTuple

import pytest

from notegrad.intake.submissions import read_submissions
from notegrad.sandbox.outside.forked_run import ForkedRun
from tests.support.compose import composed_cases
from tests.support.confined_graders import bundle_of, confined_grader

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
MARGIN = 1.4


class Work(NamedTuple):
    """Forks of the notebook that were asked; waits for messages and page faults of the judge, the kernel's count."""

    forks: int
    waits: int
    pages: int


MEASURED = {
    "tp1-tenseurs": Work(forks=20, waits=1_350, pages=4_850),
    "tp2-memoire": Work(forks=16, waits=930, pages=4_500),
    "tp3-algebre-lineaire": Work(forks=20, waits=1_350, pages=4_850),
    "tp4-derivation": Work(forks=17, waits=660, pages=8_200),
    "tp5-reseau": Work(forks=10, waits=570, pages=8_200),
}


@pytest.mark.parametrize("slug", MEASURED)
def test_a_submission_takes_no_more_than_it_did(slug, tmp_path, monkeypatch):
    """Full marks take at most 1.4 times the forks, messages and pages that were counted when this was written."""
    asked = []
    fork = ForkedRun.fork
    monkeypatch.setattr(ForkedRun, "fork", lambda run, *which: asked.append(which) or fork(run, *which))
    [case] = composed_cases(slug, tmp_path, lessons=True, limit=1)
    submission = read_submissions([case.path])[0]
    with confined_grader(bundle_of(slug)) as grader:
        grader.grade(submission)
        asked.clear()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)  # a judge is waited for, a notebook is not
        result = grader.grade(submission)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert result.score == result.max_score
    work = Work(len(asked), after.ru_nvcsw - before.ru_nvcsw, after.ru_minflt - before.ru_minflt)
    assert all(now <= MARGIN * once for now, once in zip(work, MEASURED[slug], strict=True)), work
