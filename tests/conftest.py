"""Fixtures for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.course import Course


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course of one assignment with two questions, one test case visible and two hidden."""
    return Course(tmp_path)
