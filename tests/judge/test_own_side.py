"""A test that replaces a library's functions on its own side; what libraries and notegrad replace is not its doing."""

from __future__ import annotations

import pytest

from notegrad.course.bundle import Bundle
from notegrad.records import Limits, Submission
from notegrad.settings import AssignmentSettings
from tests.support.confined_graders import confined_grader

LIMITS = Limits(wall_s=20, cell_wall_s=5, test_case_wall_s=5.0, cpu_s=60, memory_mb=2048)
HEAD = """OK_FORMAT = False
import torch
from otter.test_files import test_case
name = "{name}"
points = 1
@test_case(points=1, hidden=True)
"""
ASSIGNS = """def test_q(double):
    x = torch.ones(2, requires_grad=True)
    x.grad = torch.zeros(2)
    x.as_tensor = 1
    assert torch.as_tensor(double(x)).tolist() == [2.0, 2.0]
"""
ACCELERATOR = """def test_q(double):
    from notegrad import expect
    expect.works_on_accelerator(double, torch.ones(2))
"""
BANS = """def test_q(double):
    former, torch.add = torch.add, None
    try:
        double(torch.ones(2))
    finally:
        torch.add = former
"""
LOOPS = """def test_q(double):
    from unittest import mock
    with mock.patch.multiple(torch, **{n: None for n in dir(torch) if n == "ad" + "d"}):
        double(torch.ones(2))
"""

WRITES = """def test_q(double):
    def banned(*args): raise AssertionError
    former = torch.add
    vars(torch)["add"] = banned
    try:
        double(torch.ones(2))
    finally:
        torch.__dict__.update(add=former)
"""
KEYWORD = """def test_q(double):
    from unittest import mock
    with mock.patch.multiple(torch, add=None):
        double(torch.ones(2))
"""
OBJECT = """def test_q(double):
    import torch
    def banned(*arguments): raise AssertionError("add")
    object.__setattr__(torch, "add", banned)
    double(torch.ones(2))
"""
ALIAS = """def test_q(double):
    import torch
    def banned(*arguments): raise AssertionError("add")
    names = vars(torch)
    names["add"] = banned
    double(torch.ones(2))
"""
COMPILES = """def test_q(double):
    import torch._dynamo
    class Box:
        def __setattr__(self, name, value): object.__setattr__(self, name, value)
    box = Box()
    box.x = double(torch.ones(2))
    setattr(box, "y", 1)
    assert box.__dict__["x"].tolist() == [2.0, 2.0]
"""


def outcomes(*bodies: str) -> list[str]:
    tests = tuple((f"q{n}.py", HEAD.format(name=f"q{n}") + body) for n, body in enumerate(bodies))
    settings = AssignmentSettings(slug="cote", title="Côté", limits=LIMITS, seed=1)
    with confined_grader(Bundle(settings=settings, tests=tests)) as grader:
        cells = ("import torch\ndef double(x): return 2 * x",)
        result = grader.grade(Submission(id="a", student="a", cells=cells))
    return [case.outcome for q in result.questions for case in q.test_cases]


def test_what_notegrad_replaces_is_no_doing_of_a_test():
    """A test that assigns to attributes is judged, also after a question that has brought up the accelerator."""
    assert outcomes(ASSIGNS, ACCELERATOR, ASSIGNS) == ["passed", "passed", "passed"]


def test_what_a_library_wraps_by_itself_is_no_doing_of_a_test():
    """A test with `__setattr__` and `__dict__` of its own class is judged, though torch's compiler wraps a function."""
    assert outcomes(COMPILES) == ["passed"]


@pytest.mark.parametrize("body", [BANS, LOOPS, WRITES, KEYWORD, OBJECT, ALIAS])
def test_what_a_test_replaces_is_noticed(body):
    """A function of torch that the test takes away, by its name or by one that it puts together, is the test's doing."""
    assert outcomes(ASSIGNS, body) == ["passed", "not_judged"]
