"""A fault of a test's own costs nobody a point: the submission is not graded, and staff read why."""

from __future__ import annotations

import pytest

from notegrad.course.bundle import Bundle
from notegrad.errors import InputError, SandboxError
from notegrad.grading import Grader
from notegrad.records import GradingResult, Limits, Submission
from notegrad.sandbox.outside.sandbox import Sandbox
from notegrad.settings import AssignmentSettings, JudgePlace
from tests.support.confined_graders import confined_sandbox

HEAD = 'from otter.test_files import test_case\nOK_FORMAT = False\nname = "q7"\npoints = None\n@test_case(points=1, hidden=True)\n'
LIMITS = Limits(wall_s=40, cell_wall_s=5, test_case_wall_s=5)


@pytest.fixture(scope="module")
def sandbox():
    with confined_sandbox(LIMITS) as made:
        yield made


def graded(sandbox: Sandbox, tests: str, cell: str, judge: JudgePlace = "outside") -> GradingResult:
    settings = AssignmentSettings(slug="x", title="x", language="en", limits=LIMITS, judge=judge)
    with Grader(Bundle(settings=settings, tests=(("q7.py", tests),)), sandbox=sandbox) as grader:
        return grader.grade(Submission(id="a", student="a", cells=(cell,)))


def doctest_file(*lines: str) -> str:
    code = "\n".join(lines)
    case = {"code": code, "hidden": True, "points": 1}
    suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    return f"OK_FORMAT = True\ntest = { ({'name': 'q7', 'points': None, 'suites': [suite]})!r}"


LACKING = {
    "first": HEAD + "def test_a(f):\n    import absent_module\n    assert f(1) == absent_module.approx(2)\n",
    "after a call": HEAD
    + "def test_a(f):\n    r = f(1)\n    from absent_module.inner import approx\n    assert r == approx(2)\n",
    "doctest": doctest_file(">>> import absent_module", ">>> f(1) == absent_module.approx(2)", "True"),
}


@pytest.mark.parametrize("tests", LACKING.values(), ids=LACKING)
@pytest.mark.parametrize(
    "cell", ["def f(x):\n    return 2 * x", "def f(x):\n    return 0", "def f(x):\n    raise ValueError"]
)
def test_a_module_that_is_not_here_is_nobodys_zero(tests: str, cell: str, sandbox: Sandbox) -> None:
    """The sentence names the question, the module and how to install it."""
    if "raise" in cell and tests is LACKING["after a call"]:
        assert graded(sandbox, tests, cell).score == 0  # the test never comes to the import
        return
    with pytest.raises(SandboxError, match=r"q7.*absent_module.*pip install absent_module"):
        graded(sandbox, tests, cell)


@pytest.mark.parametrize("tests", LACKING.values(), ids=LACKING)
@pytest.mark.parametrize("judge", ["auto", "inside"])
@pytest.mark.parametrize("cell", ["def f(x):\n    return 2 * x", "def f(x):\n    return 0"])
def test_a_module_that_is_nowhere_is_nobodys_zero_inside_either(
    tests: str, judge: JudgePlace, cell: str, sandbox: Sandbox
) -> None:
    """A case that is judged inside, and fails there for want of a module, has no verdict, and staff read why."""
    result = graded(sandbox, tests, cell, judge)
    (case,) = result.questions[0].test_cases
    assert (result.status, case.outcome) == ("graded", "not_judged")
    assert "pip install absent_module" in case.detail
    assert "absent_module" not in case.message


@pytest.mark.parametrize("judge", ["auto", "inside"])
def test_a_module_that_the_notebook_writes_is_the_students(judge: JudgePlace, sandbox: Sandbox) -> None:
    """What it writes is judged; a notebook that fails to write it, or writes a wrong one, is refused."""
    wanted = HEAD + "def test_a(f):\n    import absent_module\n    assert absent_module.twice(1) == 2\n"
    for body, path, outcome in [
        ("return 2 * x", "absent_module.py", "passed"),
        ("return 3 * x", "absent_module.py", "failed"),
        ("return 2 * x", "elsewhere/absent_module.py", "failed"),
    ]:
        cell = f"import os; os.mkdir('elsewhere')\nopen({path!r}, 'w').write('def twice(x): {body}')\nf = abs"
        (case,) = graded(sandbox, wanted, cell, judge).questions[0].test_cases
        assert case.outcome == outcome, (body, path, case)


def test_a_name_that_the_test_does_not_have_is_not_the_students(sandbox: Sandbox) -> None:
    """A NameError of the test's own, before any answer was called."""
    tests = HEAD + "def test_a(f):\n    expected = fnord(2)\n    assert f(1) == expected\n"
    with pytest.raises(SandboxError, match=r"q7.*fnord"):
        graded(sandbox, tests, "def f(x):\n    return 2 * x")


STUDENTS = {
    "import of theirs": "def f(x):\n    import absent_module",
    "name of theirs": "def f(x):\n    return fnord",
    "raised": "def f(x):\n    raise ModuleNotFoundError('x', name='absent_module')",
    "no function": "g = 3",
    "no answer": "def f(x):\n    ...",
    "another type": "f = 3",
}


@pytest.mark.parametrize("cell", STUDENTS.values(), ids=STUDENTS)
def test_the_students_own_errors_stay_theirs(cell: str, sandbox: Sandbox) -> None:
    """Nobody gets out of a zero by raising what a broken test raises."""
    tests = (
        HEAD
        + "def test_a(f):\n    try:\n        import absent_module\n    except ImportError:\n        pass\n    assert f(1) + 1 == 3\n"
    )
    result = graded(sandbox, tests, cell)
    assert (result.status, result.score) == ("graded", 0)


def test_a_test_file_that_lacks_a_module_ends_the_run_before_it_begins(sandbox: Sandbox) -> None:
    """Nothing is graded with a file that cannot be loaded: what to install is said at once."""
    with pytest.raises(InputError, match=r"q7.py imports absent_module.*pip install absent_module"):
        graded(sandbox, "import absent_module\n" + HEAD + "def test_a(f):\n    assert f(1) == 2\n", "f = abs")
