"""A small assignment that computes on whatever device it is given, and submissions to it."""

from __future__ import annotations

from notegrad.course.bundle import Bundle
from notegrad.records import GradingResult, Limits, Submission
from notegrad.settings import AssignmentSettings, SandboxSettings

LIMITS = Limits(wall_s=120, cell_wall_s=20, test_case_wall_s=10, cpu_s=240, memory_mb=4096)

_TEST = """
from otter.test_files import test_case

OK_FORMAT = False
name = "{name}"
points = None

{cases}
"""

QUESTIONS = {
    "q1": """
@test_case(points=1, hidden=True)
def test_values(double, device):
    import torch
    x = torch.arange(6.0, device=device)
    result = double(x)
    assert result.device == x.device
    torch.testing.assert_close(result, torch.arange(0.0, 12.0, 2.0, device=device))

@test_case(points=1, hidden=True)
def test_gradient(double, device):
    import torch
    x = torch.ones(3, device=device, requires_grad=True)
    double(x).sum().backward()
    assert x.grad.tolist() == [2.0, 2.0, 2.0]
""",
    "q2": """
@test_case(points=1, hidden=True)
def test_in_place(add_, device):
    import torch
    x, y = torch.ones(3, device=device), torch.ones(3, device=device)
    where, version = x.data_ptr(), x._version
    result = add_(x, y)
    assert result is x and x.data_ptr() == where and x._version > version
    assert x.tolist() == [2.0, 2.0, 2.0]

@test_case(points=1, hidden=True)
def test_view(first_row, device):
    import torch
    x = torch.zeros(2, 3, device=device)
    row = first_row(x)
    x[0, 1] = 5
    assert row.tolist() == [0.0, 5.0, 0.0]
""",
    "q3": """
@test_case(points=1, hidden=True)
def test_with_the_rest(ones_like_it, device):
    import torch
    x = torch.zeros(4, device=device)
    assert (x + ones_like_it(x)).tolist() == [1.0] * 4

@test_case(points=1, hidden=True)
def test_random_numbers(draw, device):
    import torch
    torch.manual_seed(3)
    seen = draw(device)
    torch.manual_seed(3)
    assert seen.tolist() == torch.rand(3, device=device).tolist()
""",
}

SOLUTION = """
def double(x):
    return 2 * x
def add_(x, y):
    x += y
    return x
def first_row(x):
    return x[0]
def ones_like_it(x):
    return torch.ones(4, device=x.device)
def draw(device):
    return torch.rand(3, device=device)
"""


def bundle(
    mode: str = "stepped",
    device: str = "cpu",
    *,
    tier: str = "no-namespaces",
    limits: Limits = LIMITS,
    digest: str = "",
) -> Bundle:
    """The assignment."""
    tests = tuple((f"{n}.py", _TEST.format(name=n, cases=cases)) for n, cases in QUESTIONS.items())
    sandbox = SandboxSettings(tier=tier, mode=mode)
    settings = AssignmentSettings(
        slug="gpu", title="GPU", limits=limits, seed=5, device=device, sandbox=sandbox
    )
    return Bundle(settings=settings, tests=tests, digest=digest)


def submission(answers: str = SOLUTION, *more: str, name: str = "solution") -> Submission:
    """A notebook with these answers, each question checked after them; `more` cells come before the checks."""
    checks = [f"grader.check({question!r})" for question in QUESTIONS]
    start = "import torch, otter\ngrader = otter.Notebook()"
    return Submission(id=name, student=name, cells=(start, answers, *more, *checks))


def failed(result: GradingResult) -> list[tuple[str, str, str, str]]:
    """Test cases that did not pass: name, outcome, what students and what staff read."""
    return [
        (c.test_case.name, c.outcome, c.message, c.detail[-600:])
        for q in result.questions
        for c in q.test_cases
        if c.outcome != "passed"
    ]
