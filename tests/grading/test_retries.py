"""The table of retries: complete, true, and the same in the documentation."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from notegrad.grading.retries import Retry, retries

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "notegrad"
DOCUMENT = ROOT / "docs" / "architecture.md"
NAME = re.compile(
    r"_?(MAX_(\w+_)?(TRIES|RETRIES|RUNS|RERUNS|FAILURES|SILENT|ATTEMPTS|RESTARTS|STARTS|TIMEOUTS|JUDGED_CHECKS)"
    r"|RE(TRY|RUN|START)\w*)"
)
HEADER = "| who runs again | what | why | at most |"


def constants() -> dict[str, object]:
    """Every number of the source whose name says how often something is tried again, with its value."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        for node in ast.parse(path.read_text("utf-8")).body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            for target in targets:
                if isinstance(target, ast.Name) and NAME.fullmatch(target.id):
                    found[f"{module}.{target.id}"] = ast.literal_eval(node.value)
    return found


def markdown(rows: tuple[Retry, ...]) -> str:
    """The table as documents print it."""
    lines = [HEADER, "|---|---|---|---|"]
    for row in rows:
        where = f" (`{row.constant}`)" if row.constant else ""
        lines.append(f"| `{row.who}` | {row.what} | {row.because} | {row.at_most:g} {row.unit}{where} |")
    return "\n".join(lines) + "\n"


def test_every_number_that_says_how_often_stands_in_the_table():
    """Who asks how often something runs again finds all of it in one place, with the numbers in force."""
    assert {row.constant: row.at_most for row in retries() if row.constant} == constants()


@pytest.mark.parametrize("row", retries(), ids=lambda row: row.constant or row.who)
def test_who_runs_again_is_there_and_uses_the_number(row):
    """A row names a function that exists, in a file that holds or imports its number."""
    parts = row.who.split(".")
    depth = next(
        n for n in range(len(parts), 0, -1) if (PACKAGE / Path(*parts[:n])).with_suffix(".py").is_file()
    )
    found = importlib.import_module("notegrad." + ".".join(parts[:depth]))
    for name in parts[depth:]:
        found = getattr(found, name)
    assert callable(found)
    source = (PACKAGE / Path(*parts[:depth])).with_suffix(".py").read_text("utf-8")
    assert row.constant.rpartition(".")[2] in source


def test_the_numbers_cost_a_parent_process_no_torch():
    """The parent of a batch reads them without loading what only graders need."""
    code = "import sys; from notegrad.grading import retries; assert not {'torch', 'numpy', 'IPython'} & {*sys.modules}"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_documentation_prints_this_table():
    """Where the architecture is explained, the table is the one in force."""
    if not DOCUMENT.is_file() or HEADER not in DOCUMENT.read_text("utf-8"):
        pytest.skip("docs/architecture.md prints no table of retries")
    assert markdown(retries()) in DOCUMENT.read_text("utf-8")
