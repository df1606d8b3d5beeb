"""Code of libraries is known wherever the interpreter finds them, so that nobody's answer is counted for theirs."""

from __future__ import annotations

import os
import py_compile
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import somewhere
from notegrad.probes.library_code import is_a_library_s
forged = compile("def f():\\n    for i in range(9): pass", somewhere.__file__, "exec")
print(is_a_library_s(somewhere.f.__code__), is_a_library_s(forged))
"""


@pytest.mark.parametrize("folder", ["site-packages", "dist-packages"])
def test_a_library_beside_the_environment_is_one(tmp_path: Path, folder: str) -> None:
    """What a `.pth` file or Debian adds to the path holds libraries; a loop under such a file's name is none."""
    place = tmp_path / folder
    place.mkdir()
    (place / "somewhere.py").write_text("def f():\n    return 1\n")
    assert said(place) == ["True", "False"]


def test_a_library_whose_compiled_file_is_of_another_day_is_one(tmp_path: Path) -> None:
    """Where bytecode may not be written, the interpreter runs the source: what lies compiled beside it is old."""
    place = tmp_path / "site-packages"
    place.mkdir()
    (place / "somewhere.py").write_text("def f():\n    return 'as it was'\n")
    py_compile.compile(str(place / "somewhere.py"))
    (place / "somewhere.py").write_text("def f():\n    return 1\n")
    assert said(place) == ["True", "False"]


@pytest.mark.parametrize("how", py_compile.PycInvalidationMode)
def test_a_compiled_file_is_what_the_interpreter_takes_it_for(
    tmp_path: Path, how: py_compile.PycInvalidationMode
) -> None:
    """Told apart from its source by a time, by a hash or by nothing, and of a source from before 1970 or after 2106."""
    place = tmp_path / "site-packages"
    place.mkdir()
    source = place / "somewhere.py"
    source.write_text("def f():\n    return 1\n")
    for time_s in (0, 1_700_000_000, 2**32 + 5):
        os.utime(source, (time_s, time_s))
        py_compile.compile(str(source), invalidation_mode=how)
        assert said(place) == ["True", "False"]


def said(place: Path) -> list[str]:
    """What the program finds, of the library's function and of a forged one, where no bytecode is written."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()
