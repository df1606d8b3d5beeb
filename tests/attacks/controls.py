"""Positive controls: the same attack where what stops it is missing. They too run inside the sandbox."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec

from notegrad.course.bundle import Bundle
from notegrad.records import Limits, RunReport
from notegrad.sandbox.outside.sandbox import Sandbox
from tests.attacks import harness
from tests.attacks.cards import Card

# Runs before the attack, as the first cell of a notebook imports otter before anything else.
_GRADER_IN_ONE_PROCESS = """
import sys
for _name in [n for n in sys.modules if n == "otter" or n.startswith("otter.")]:
    del sys.modules[_name]
import glob, time
from otter.test_files import ExceptionTestFile, OKTestFile, abstract_test, exception_test, ok_test

def _grade_here(namespace, name, _open=open, _print=print, _glob=glob.glob):
    lines = []
    for path in sorted(_glob("tests/*.py")):
        with _open(path) as file:
            kind = "OKTestFile" if "OK_FORMAT = True" in file.read() else "ExceptionTestFile"
        try:
            test_file = getattr(sys.modules["otter.test_files"], kind).from_file(path)
            test_file.run(namespace)
        except Exception as error:
            continue
        score = 0.0
        for result in test_file.test_case_results:
            if result.passed:
                score += result.test_case.points
        lines.append("%s %s" % (test_file.name, score))
    with _open(name, "w") as file:
        file.write("\\n".join(lines))

def _read_results(name, _open=open, _print=print, _sleep=time.sleep):
    _sleep(0.3)
    _print("CONTROL SCORES")
    _print(_open(name).read())
"""


def is_confirmed(card: Card, attack: str, bundle: Bundle, plain: Sandbox) -> bool:
    """Whether the control of an attack shows what its card says; `plain` is a sandbox with everything on."""
    if card.control in ("earns", "spoils"):
        earned, next_scores, report = one_process(plain, attack, bundle)
        died = any(cell.status in ("timeout", "not_run") or cell.fault is not None for cell in report.cells)
        if card.control == "earns":  # what corrupts its own process may kill it instead, by where things lie
            return sum(earned.values()) > 0 or died
        return died or sum(next_scores.values()) < honest_scores(plain, bundle)
    if card.control == "succeeds":
        return bool(harness.lines_with(harness.SUCCESS, _weakened(card, attack, bundle)[0]))
    if card.control == "lives":
        return _weakened(card, attack, bundle)[1] > 0
    return True  # `shows` and `proof` are seen on the attack's own run


def one_process(
    sandbox: Sandbox, attack: str, bundle: Bundle
) -> tuple[dict[str, float], dict[str, float], RunReport]:
    """Scores of the attack, and of an honest notebook after it, by a grader in the same process, as otter is.

    The tests lie in `tests/`, the results in a file, where they are read a moment after they were written; there
    are none where the process ends before.
    """
    return _grade_in_one_process(sandbox, harness.attack_cells(attack, bundle), bundle)


def honest_scores(sandbox: Sandbox, bundle: Bundle) -> float:
    """What the honest notebook scores in the same way after a harmless one."""
    return sum(_grade_in_one_process(sandbox, ("def cheat(*args): ...",), bundle)[1].values())


def _grade_in_one_process(
    sandbox: Sandbox, cells: tuple[str, ...], bundle: Bundle
) -> tuple[dict[str, float], dict[str, float], RunReport]:
    harness.refuse_unless_contained(sandbox.tier)
    notebook = (
        _GRADER_IN_ONE_PROCESS + "\nimport numpy as np\nimport torch",
        *cells,
        "_grade_here(globals(), 'results.txt')",
        "_read_results('results.txt')",
        harness.HONEST_ANSWERS,
        "_grade_here(globals(), 'next.txt')",
        "_read_results('next.txt')",
    )
    files = [(f"tests/{name}", source.encode()) for name, source in bundle.tests]
    files.append(("target.json", harness.target()))
    with sandbox.open(notebook, files, seed=1, questions=(), limits=bundle.settings.limits) as execution:
        report = execution.run_notebook()
    return _scores(report, -4), _scores(report, -1), report


def _scores(report: RunReport, cell: int) -> dict[str, float]:
    scores = {}
    for line in report.cells[cell].stdout_tail.partition("CONTROL SCORES\n")[2].splitlines():
        name, _, score = line.partition(" ")
        try:
            scores[name] = float(score)
        except ValueError:
            return {}  # something else was written there: no result
    return scores


def _weakened(card: Card, attack: str, bundle: Bundle) -> tuple[RunReport, int]:
    """The attack's cells with the card's protections off or its limits wide, and how many processes it left."""
    limits: Limits = msgspec.structs.replace(bundle.settings.limits, **card.limits)
    with Sandbox.start(limits, "full", unsafe=True, without=card.without) as sandbox:
        with sandbox.open(
            harness.attack_cells(attack, bundle), [("target.json", harness.target())], limits=limits
        ) as execution:
            report = execution.run_notebook()
            uid = execution._trees.last.notebook.own_uid
        time.sleep(0.3)
        left = sum(_uid_of(entry) == uid for entry in Path("/proc").glob("[0-9]*")) if uid else 0
    return report, left


def _uid_of(entry: Path) -> int:
    try:
        return entry.stat().st_uid
    except OSError:
        return -1
