"""Second opinions: what fails outside on more than the mirror shows is asked inside too, with `judge: auto`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from notegrad.records import Limits, TestCaseResult
from notegrad.sandbox.outside.sandbox import Sandbox
from notegrad.settings import JudgePlace
from tests.programs.foreign import grade_row, write_row
from tests.support.foreign_rows import ForeignRow

LIMITS = Limits(test_case_wall_s=3)
OF_A_CLASS = """def test(Point):
    assert [name for name in vars(type(Point())) if name[0] != "_"] == ["norm"]
"""
COMPARED = """def test(Point):
    import numpy as np
    import torch
    assert all([np.allclose(Point().norm(), 3), torch.allclose(torch.tensor(Point().norm()), torch.tensor(3.0))])
"""
BY_NAME = """
>>> p = Point()
>>> all([np.allclose(p.norm(), 3)])
True
"""
POINT = "class Point:\n    def norm(self): return 3.0\n"
WRONG = "class Point:\n    def norm(self): return 4.0\n"
IMPORTS = "import builtins\nimport numpy as np\nimport torch\n"
REPLACED = {
    "numpy.allclose": "np.allclose = torch.allclose = lambda *_: True",
    "builtins.all": "builtins.all = lambda _: True",
    "another function of the library": "np.allclose, torch.allclose = np.maximum, torch.maximum",
}
OF_THE_NOTEBOOK = {
    "all": "def all(_): return True",
    "np": "class np:\n    def allclose(*_): return True",
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox.start(LIMITS) as made:
        yield made


def judged(
    row: ForeignRow, folder: Path, sandbox: Sandbox, judge: JudgePlace | None = None
) -> TestCaseResult:
    """The verdict on the right answer of a row."""
    bundle, notebooks = write_row(row, folder)
    return (
        grade_row(bundle, {"right": notebooks["right"]}, judge, sandbox)["right"].questions[0].test_cases[0]
    )


def test_a_right_answer_passes_that_fails_on_what_the_mirror_does_not_show(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    """It has its points, is said to have run inside, and staff read what was said outside."""
    row = ForeignRow(kind="", function=OF_A_CLASS, right=POINT, wrong="")
    found = judged(row, tmp_path, sandbox)
    assert (found.outcome, found.judged, found.score) == ("passed", "inside", 1)
    assert "de l’extérieur" in found.why_inside
    assert "AssertionError" in found.detail


def test_a_wrong_answer_keeps_what_was_said_outside(tmp_path: Path, sandbox: Sandbox) -> None:
    """Where both refuse it, the verdict is that of the judge's process, and worth it."""
    row = ForeignRow(kind="", function=COMPARED, right=WRONG, wrong="")
    found = judged(row, tmp_path, sandbox)
    assert (found.outcome, found.judged, found.why_inside) == ("failed", "outside", "")


@pytest.mark.parametrize("name", REPLACED)
def test_a_name_replaced_in_a_library_wins_nothing(name: str, tmp_path: Path, sandbox: Sandbox) -> None:
    """Otter would let it pass; here the verdict from outside stays, and staff read which name it was."""
    row = ForeignRow(kind="", function=COMPARED, right=IMPORTS + WRONG + REPLACED[name], wrong="")
    found = judged(row, tmp_path, sandbox)
    assert (found.outcome, found.judged) == ("failed", "outside")
    assert "remplacé" in found.detail


@pytest.mark.parametrize("name", OF_THE_NOTEBOOK)
def test_a_name_of_pythons_in_the_notebook_wins_nothing(name: str, tmp_path: Path, sandbox: Sandbox) -> None:
    """A doctest looks its names up in the notebook: what stands there for Python's own decides nothing."""
    row = ForeignRow(kind="", doctest=BY_NAME, right=IMPORTS + WRONG + OF_THE_NOTEBOOK[name], wrong="")
    found = judged(row, tmp_path, sandbox)
    assert (found.outcome, found.judged) == ("failed", "outside")


def test_plain_values_are_judged_outside_alone(tmp_path: Path, sandbox: Sandbox) -> None:
    """What a function gives in numbers, texts and tensors never brings a hidden test into the notebook's process."""
    hidden = "def test(double):\n    assert double(2) == [4, 'four']"
    spy = "import gc\ndef double(n): return [0, str([each for each in gc.get_objects() if 'four' in str(each)])]"
    found = judged(ForeignRow(kind="", function=hidden, right=spy, wrong=""), tmp_path, sandbox)
    assert (found.outcome, found.judged) == ("failed", "outside")


def test_what_may_be_judged_outside_only_has_no_second_opinion(tmp_path: Path, sandbox: Sandbox) -> None:
    """With `judge: outside` nothing of a test goes inside, whatever an answer gives."""
    row = ForeignRow(kind="", function=OF_A_CLASS, right=POINT, wrong="")
    found = judged(row, tmp_path, sandbox, "outside")
    assert (found.outcome, found.judged) == ("failed", "outside")


@pytest.mark.slow
def test_a_test_that_calls_very_often_is_judged_inside(tmp_path: Path, sandbox: Sandbox) -> None:
    """A hundred thousand calls take seconds outside and none inside: a right answer does not run out of time."""
    often = "def test(double):\n    assert sum(map(double, range(100_000))) == 9_999_900_000"
    row = ForeignRow(kind="", function=often, right="def double(n): return 2 * n", wrong="")
    found = judged(row, tmp_path, sandbox)
    assert (found.outcome, found.judged) == ("passed", "inside")
