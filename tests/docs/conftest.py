"""The site of the documentation, built once for all tests that look at it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site's folder."""
    for name in ("furo", "myst_parser"):
        pytest.importorskip(
            name, reason="skipped, because the extra docs is not installed: pip install -e '.[docs]'"
        )
    made = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-b", "site", "--quiet", "--fail-on-warning", "--keep-going"]
    places = ["-c", "docs/site", "-d", str(made / "doctrees"), ".", str(made / "html")]
    done = subprocess.run([*command, *places], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return made / "html"
