"""An answer that looks for an accelerator by itself is judged as on the student's machine: there is none."""

from __future__ import annotations

import textwrap

import pytest

from notegrad.course.bundle import Bundle
from notegrad.records import Limits, Submission
from notegrad.settings import AssignmentSettings, SandboxSettings
from tests.support.confined_graders import confined_grader

LIMITS = Limits(wall_s=20, cell_wall_s=5, test_case_wall_s=5.0, cpu_s=60, memory_mb=2048)
TEST = textwrap.dedent("""
    OK_FORMAT = False
    import torch
    from notegrad import expect
    from otter.test_files import test_case
    name = "q"
    points = None
    @test_case(points=1, hidden=True)
    def test_appareil(double):
        expect.works_on_accelerator(double, torch.ones(2))
        expect.works_on_meta(double, torch.ones(2))
    @test_case(points=1, hidden=True)
    def test_valeurs(double, zeros):
        expect.assert_values(double(torch.ones(2)), torch.tensor([2.0, 2.0]))
        assert zeros().device.type == "cpu" and zeros().tolist() == [0.0]
""")
ANSWER = """
import torch
def double(x):
    return 2 * x
def zeros():
    device = torch.accelerator.current_accelerator().type if torch.accelerator.is_available() else "cpu"
    return torch.zeros(1, device=device)
"""


@pytest.mark.parametrize("mode", ["fork", "stepped"])
def test_an_answer_that_looks_for_an_accelerator_finds_none(mode):
    """A test on the simulated accelerator does not bring an accelerator into the tests after it."""
    settings = AssignmentSettings(
        slug="x", title="x", limits=LIMITS, seed=5, sandbox=SandboxSettings(mode=mode)
    )
    with confined_grader(Bundle(settings=settings, tests=(("q.py", TEST),))) as grader:
        result = grader.grade(Submission(id="a", student="a", cells=(ANSWER,)))
    assert result.score == result.max_score, [c.message for q in result.questions for c in q.test_cases]
