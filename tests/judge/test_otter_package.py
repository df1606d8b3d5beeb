"""The judge takes otter's test files from otter, and pays for nothing else of it."""

from __future__ import annotations

import subprocess
import sys

_USES = (
    "import otter; print(otter.Notebook.__module__)",
    "from otter import *; print(Notebook.__module__)",
    "import otter; print(otter.check.notebook.Notebook.__module__)",
    "import otter.check.notebook as n; print(n.Notebook.__module__)",
    "import otter; print(otter.__version__)",
    "import otter; print(hasattr(otter, 'nothing'), hasattr(otter, '__nothing__'))",
)
_EACH_IN_A_FORK = """
import os
for use in {uses!r}:
    if os.fork() == 0:
        exec(use)
        break
    assert os.wait()[1] == 0, use
"""


def run(*codes: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(codes)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_judge_starts_without_what_exports_notebooks() -> None:
    """Pandas and nbconvert, which otter imports for its API, cost every grader 0.7 s of processor time."""
    heavy = {"pandas", "nbconvert", "otter.api", "otter.export"}
    assert run(f"import sys, notegrad.judge; print(*({heavy} & set(sys.modules)))") == [""]


def test_no_grammar_of_web_addresses_is_compiled() -> None:
    """Where JupyterLab is installed, that is a second of every grader's start; whoever wants it later has it."""
    code = "import sys, notegrad.judge; print('rfc3987_syntax' in sys.modules)"
    later = "import importlib.util; print(importlib.util.find_spec('rfc3987_syntax') is not None or 'not installed')"
    assert run(code, later) in (["False", "True"], ["False", "not installed"])


def test_a_test_file_may_use_all_of_otter() -> None:
    """Whoever asks for the API gets the real one under every form of import, and nothing is made up."""
    version, has = run("import otter; print(otter.__version__)", "print(hasattr(otter, 'nothing'), False)")
    found = run("import notegrad.judge", _EACH_IN_A_FORK.format(uses=_USES))
    assert found == [*["otter.check.notebook"] * 4, version, has]


def test_an_otter_that_is_there_is_left_alone() -> None:
    """Where otter was imported before us, it stays the module that it was."""
    assert run("import otter; o = otter; import notegrad.judge, otter; print(o is otter)") == ["True"]


def test_threads_that_ask_at_once_all_get_it() -> None:
    """Whoever comes while the package is being imported waits for it."""
    code = """
import threading, notegrad.judge, otter
found = []
threads = [threading.Thread(target=lambda: found.append(otter.Notebook)) for _ in range(4)]
[t.start() for t in threads], [t.join() for t in threads]
print(len(found))
"""
    assert run(code) == ["4"]


def test_a_package_that_cannot_be_imported_says_why_each_time() -> None:
    """The second to ask reads the cause as well, and not that otter has no such name."""
    code = """
import sys, notegrad.judge, otter
sys.modules["pandas"] = None
for _ in range(2):
    try:
        otter.Notebook
    except ImportError as error:
        print(error.name)
"""
    assert run(code) == ["pandas", "pandas"]
