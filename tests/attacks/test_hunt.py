"""Attacks that need a question of their own: what a test does between its calls decides whether they would win."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from notegrad.course.bundle import Bundle
from notegrad.errors import SandboxUnavailableError
from notegrad.grading import Grader
from notegrad.records import GradingResult, Limits, Submission
from notegrad.sandbox.outside.sandbox import Sandbox
from notegrad.settings import AssignmentSettings, SandboxSettings
from tests.attacks import harness
from tests.support.confined_graders import HANDOUT

pytestmark = pytest.mark.timeout(60)
Judge = Callable[..., GradingResult]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    try:
        made = Sandbox.start(harness.LIMITS, "userns")
    except SandboxUnavailableError as error:
        pytest.skip(f"attacks are run in a sandbox with namespaces only: {error}")
    with made:
        harness.refuse_unless_contained(made.tier)
        yield made


@pytest.fixture
def judge(sandbox: Sandbox) -> Judge:
    """Grades cells, separated by `# %%`, against the functions of one test file."""

    def grade(tests: str, cells: str, limits: Limits = harness.LIMITS) -> GradingResult:
        source = textwrap.dedent(tests)
        if "OK_FORMAT" not in source:
            source = f'from otter.test_files import test_case\nOK_FORMAT = False\nname = "q"\npoints = None\n{source}'
        settings = AssignmentSettings(
            slug="x",
            title="x",
            limits=limits,
            seed=5,
            sandbox=SandboxSettings(tier="userns"),
            handout=HANDOUT,
        )
        bundle = Bundle(settings=settings, tests=(("q.py", source),))
        split = tuple(cell for cell in textwrap.dedent(cells).split("# %%\n") if cell.strip())
        with Grader(bundle, sandbox=sandbox) as grader:
            return grader.grade(Submission(id="a", student="a", cells=split))

    return grade


def ran(result: GradingResult) -> bool:
    """Whether the attack proved that it ran."""
    return bool(harness.said(result, harness.PROOF))


DRAWS_AFTER_A_CALL = """
    @test_case(points=1, hidden=True)
    def test_numpy(prepare, double):
        import numpy as np
        prepare()
        x = np.random.randn(3)
        expected = 2 * x
        np.testing.assert_allclose(double(x), expected)

    @test_case(points=1, hidden=True)
    def test_torch(prepare, double):
        import torch
        prepare()
        x = torch.randn(3)
        expected = 2 * x
        torch.testing.assert_close(double(x), expected)

    @test_case(points=1, hidden=True)
    def test_python(prepare, double):
        import random
        prepare()
        x = random.random()
        assert double(x) == 2 * x
"""


@pytest.mark.parametrize("word", [0, 0x9D2C5680])
def test_a_generator_is_not_rigged(judge: Judge, word: int) -> None:
    """What a test draws after a call is not chosen by the student, and drawing ends."""
    result = judge(
        DRAWS_AFTER_A_CALL,
        f"""
        import random, struct
        import numpy as np, torch
        key = [{word}] * 624
        def prepare():
            np.random.set_state(("MT19937", np.array(key, np.uint32), 0, 0, 0.0))
            random.setstate((3, (*key, 0), None))
            state = bytearray(torch.get_rng_state().numpy().tobytes())
            struct.pack_into("<624Q", state, 24, *key)
            torch.set_rng_state(torch.frombuffer(state, dtype=torch.uint8))
        def double(x):
            return x
        # %%
        prepare()
        print("ATTACK RAN:", torch.rand(2), random.random(), np.random.rand())
        torch.manual_seed(0)
        """,
    )
    assert ran(result)
    assert result.score == 0


def test_an_honest_generator_is_followed(judge: Judge) -> None:
    """Whoever seeds or draws in a function keeps the points."""
    result = judge(
        DRAWS_AFTER_A_CALL,
        """
        import random
        import numpy as np, torch
        def prepare():
            torch.manual_seed(0); np.random.seed(0); random.seed(0)
            return torch.randn(3), np.random.randn(1001), random.gauss(0, 1), torch.randn(1001)
        def double(x):
            return 2 * x
        """,
    )
    assert result.score == 3


DOCTESTS = """
OK_FORMAT = True
test = {
    "name": "q",
    "points": None,
    "suites": [{
        "cases": [
            {"code": ">>> torch.testing.assert_close(double(torch.ones(2)), torch.full((2,), 2.0))",
             "hidden": True, "points": 1},
            {"code": ">>> np.testing.assert_allclose(double(np.ones(2)), 2 * np.ones(2))",
             "hidden": True, "points": 1},
            {"code": ">>> round(float(torch.linalg.norm(double(torch.ones(4)))), 6)\\n4.0",
             "hidden": True, "points": 1},
            {"code": ">>> math.isclose(double(3.0), 6.0)\\nTrue", "hidden": True, "points": 1},
        ],
        "scored": True, "setup": "", "teardown": "", "type": "doctest",
    }],
}
"""


def test_a_doctest_asks_our_own_libraries(judge: Judge) -> None:
    """A module that a student puts under the name torch, np or math has no say in a doctest."""
    result = judge(
        DOCTESTS,
        """
        class Fake:
            def __getattr__(self, name):
                return (lambda *a, **k: {"norm": 4.0, "isclose": True}.get(name)) if name not in (
                    "testing", "linalg") else self
        torch = np = math = Fake()
        def double(x):
            return x
        print("ATTACK RAN:", torch.testing.assert_close(1, 2), math.isclose(1, 2))
        """,
    )
    assert ran(result)
    assert result.score == 0
    honest = judge(DOCTESTS, "import math, torch\nimport numpy as np\ndef double(x):\n    return 2 * x\n")
    assert honest.score == 4


def test_a_range_does_not_take_all_memory(judge: Judge) -> None:
    """A test that makes a list of what it got is not given a range of a thousand million numbers."""
    tests = """
    @test_case(points=1, hidden=True)
    def test_liste(f):
        assert list(f()) == [0, 1, 2]
    """
    started = time.process_time()
    result = judge(tests, "def f():\n    return range(1 << 31)\nprint('ATTACK RAN:', len(f()))")
    assert ran(result)
    assert result.score == 0
    assert "a range of more than" in result.questions[0].test_cases[0].detail
    assert time.process_time() - started < 30  # below a second
    assert judge(tests, "def f():\n    return range(3)").score == 1


SIX_CASES = "".join(
    f"""
    @test_case(points=1, hidden=True)
    def test_{number}(f):
        assert f({number}) == {number}
    """
    for number in range(6)
)


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 9)", "os._exit(0)", "os.kill(os.getpid(), 11)"])
def test_dying_late_costs_no_more_than_time_outs(judge: Judge, end: str) -> None:
    """Who dies just before the time limit, again and again, does not make each test case cost the whole limit."""
    cells = f"""
    import os, time
    def f(n):
        time.sleep(2)
        {end}
    print("ATTACK RAN: ready to", {end!r})
    """
    result = judge(SIX_CASES, cells, msgspec.structs.replace(harness.LIMITS, test_case_wall_s=3))
    assert ran(result)
    assert result.score == 0
    outcomes = [case.outcome for case in result.questions[0].test_cases]
    assert outcomes == ["errored"] * 2 + ["skipped"] * 4


def test_dying_at_once_costs_only_its_test_case(judge: Judge) -> None:
    """A crash on one input leaves the points of the others."""
    result = judge(
        SIX_CASES, "import os\ndef f(n):\n    return n if n != 2 and n != 4 and n != 3 else os._exit(1)"
    )
    assert result.score == 3


def test_a_worker_cannot_fill_the_record_with_output(judge: Judge) -> None:
    """What cells are said to have printed is cut on the judge's side too."""
    cells = (
        """
    from notegrad.sandbox.inside import run_cells
    real = run_cells.CellFinished
    def much(**fields):
        return real(**fields | {"stdout_tail": "ATTACK RAN\\n" + "x" * 200_000 + "\\nATTACK RAN: it said so"})
    run_cells.CellFinished = much
    """
        + "# %%\n    pass\n" * 150
    )
    result = judge(SIX_CASES, cells)
    assert ran(result)
    assert result.run is not None
    assert sum(len(cell.stdout_tail) for cell in result.run.cells) <= 2_000_000


FORGED = """
from notegrad.mirror.sides import sandbox_side as server
from notegrad.mirror import wire

real = server.Server._perform

def perform(self, message):
    if not isinstance(message, wire.Call):
        return real(self, message)
    self.apply(message.changes)
    steps(self)
    return True, None

server.Server._perform = perform
def f(*args):
    return None
print("ATTACK RAN: replies are forged", server.Server._perform is perform)
"""

FLOODS = {
    "lists": """
def steps(self):
    for start in range(0, 3_000_000, 100_000):
        records = [wire.ContainerRecord(2 * (start + k) + 2_000_001, "list", ()) for k in range(100_000)]
        self.send(wire.VectorJacobian(wire.Changes(tuple(records)), 1, (), False, False, 1))
        self.receive()
""",
    "blocks": """
def steps(self):
    data = bytes(6_000_000)
    for number in range(300):
        blocks = (wire.BlockRecord(2 * number + 2_000_001, 1, "cpu", b"x"),)
        if number >= 150:
            blocks = (wire.BlockRecord(2 * (number - 150) + 2_000_001, len(data), "cpu", data),)
        self.send(wire.VectorJacobian(wire.Changes(blocks), 1, (), False, False, 1))
        self.receive()
""",
    "printed": """
class Loud(server._Tail):
    def text(self):
        return "x" * 12_000_000
server._Tail = Loud
def steps(self):
    pass
""",
}


def test_gradients_in_a_circle_are_refused(judge: Judge) -> None:
    """Tensors that are each other's gradient, which torch never frees, are not made in the judge."""
    tests = """
    @test_case(points=1, hidden=True)
    def test_gradient(f):
        assert f() is not None
    """
    cells = """
    import torch
    a, b = torch.zeros(9), torch.zeros(9)
    a.grad, b.grad = b, a
    def f():
        return a, b
    print("ATTACK RAN:", a.grad.grad is a)
    """
    result = judge(tests, cells)
    assert ran(result)
    assert result.score == 0
    assert "gradients of gradients" in result.questions[0].test_cases[0].detail


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_of_records_does_not_fill_the_judge(judge: Judge, flood: str) -> None:
    """Objects, memory and output that only a forged message can bring are limited where they arrive."""
    tests = "".join(
        f"""
        @test_case(points=1, hidden=True)
        def test_{number}(f):
            for _ in range(40):
                assert f() is True
            assert f() == 2
        """
        for number in range(8)
    )
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    before_kb = memory_kb("VmRSS")
    result = judge(tests, FORGED + FLOODS[flood])
    assert ran(result)
    assert result.score == 0
    assert memory_kb("VmHWM") - before_kb < 150_000
    assert memory_kb("VmRSS") - before_kb < 40_000


def memory_kb(field: str) -> int:
    """What this process holds in memory now, or held at most."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))
