"""Fixtures for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.course import Course

# Django is set up once in a process, whichever room's tests come first.
pytest_plugins = ["tests.support.real_browser", "tests.support.server_fixtures"]

# How long an example takes says how busy the machine is; what must be quick is measured in processor time.
settings.register_profile("notegrad", deadline=None)
settings.load_profile("notegrad")


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course of one assignment with two questions, one test case visible and two hidden."""
    return Course(tmp_path)
