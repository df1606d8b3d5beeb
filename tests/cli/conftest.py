"""Fixtures for tests of commands."""

from __future__ import annotations

import msgspec
import pytest

from notegrad.authoring.build import build, write
from notegrad.batch import class_run
from notegrad.course.config import load_config
from tests.support.course import Course
from tests.support.evening import Evening
from tests.support.fake_scores import FACTORY


@pytest.fixture
def evening(course: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Evening:
    """A built course, in whose grader processes a fake grades: it reads the score in the notebook's last cell."""
    write(build(load_config(course.config), "tp0", check=False), course.root)
    grade_all = class_run.grade_all

    def by_the_fake(facts, submissions, options, **keywords):
        return grade_all(facts, submissions, msgspec.structs.replace(options, factory=FACTORY), **keywords)

    monkeypatch.setattr(class_run, "grade_all", by_the_fake)
    monkeypatch.chdir(course.root)
    return Evening(course.root, capsys)
