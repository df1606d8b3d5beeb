"""Fixtures for tests of batches."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose sub-folder `marks` stands for a bundle; the grader that misbehaves writes into it."""
    (tmp_path / "marks").mkdir()
    return tmp_path
