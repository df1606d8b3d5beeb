"""The whole pipeline on small bundles: what each test case is judged on, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from notegrad.course.bundle import Bundle
from notegrad.grading import Grader
from notegrad.records import GradingResult, Limits, Submission, TestCaseResult
from notegrad.settings import AssignmentSettings
from tests.support.confined_graders import HANDOUT

EXCEPTION_STYLE = """
from otter.test_files import test_case
OK_FORMAT = False
name = "q1"
points = None

@test_case(points=1, hidden=False)
def test_visible(ajoute):
    import torch
    x = torch.ones(2)
    assert ajoute(x, x) is x, "x lui-même est attendu"

@test_case(points=2, hidden=True, failure_message="Il faut écrire dans x.")
def test_cache(ajoute):
    import torch
    x, y = torch.rand(3), torch.rand(3)
    attendu = x + y
    ajoute(x, y)
    secret = "valeur secrète"
    assert torch.equal(x, attendu), secret

@test_case(points=4, hidden=True, failure_message="Le gradient est 2x.")
def test_gradient(carre):
    import torch
    from notegrad import expect
    x = torch.rand(3, requires_grad=True)
    carre(x).backward()
    expect.assert_values(x.grad, 2 * x.detach(), name="Le gradient")

@test_case(points=8, hidden=True)
def test_espace(env):
    assert env["X"].tolist() == [1.0, 1.0] and "absent" not in env and env.get("absent") is None
"""
DOCTEST_STYLE = """
OK_FORMAT = True
test = {"name": "q2", "points": 2, "suites": [{"cases": [
    {"code": ">>> ajoute(torch.ones(2), torch.ones(2))\\ntensor([2., 2.])", "hidden": False},
    {"code": ">>> for ligne in range(2):\\n...     print(X.sum().item() + ligne)\\n2.0\\n3.0", "hidden": True}]}]}
"""
STRICT = """
from otter.test_files import test_case
OK_FORMAT = False
name = "q3"
points = 2
all_or_nothing = True

@test_case()
def test_un(ajoute):
    pass

@test_case()
def test_deux(ajoute):
    raise AssertionError
"""
PREAMBLE = "import torch\nimport otter\ngrader = otter.Notebook('tp.ipynb')\nX = torch.ones(2)"
ADD = "def ajoute(x, y):\n    x += y\n    return x"
SQUARE = "def carre(x):\n    return (x * x).sum()"
LIMITS = Limits(wall_s=40, cell_wall_s=5, test_case_wall_s=2, observation_bytes=1_000_000)


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    tests = (("q1.py", EXCEPTION_STYLE), ("q2.py", DOCTEST_STYLE), ("q3.py", STRICT))
    with Grader(
        Bundle(
            settings=AssignmentSettings(slug="essai", title="Essai", limits=LIMITS, seed=3, handout=HANDOUT),
            tests=tests,
        )
    ) as made:
        yield made


def grade(grader: Grader, *cells: str) -> GradingResult:
    return grader.grade(Submission(id="copie", student="Alice", cells=cells))


def case(result: GradingResult, question: int, number: int) -> TestCaseResult:
    return result.questions[question - 1].test_cases[number - 1]


def outcomes(result: GradingResult, question: int = 1) -> list[str]:
    return [each.outcome for each in result.questions[question - 1].test_cases]


def test_right_answers_get_all_points(grader: Grader) -> None:
    """Exception-style and doctest-style tests, mirrored tensors and gradients included, pass for right code."""
    result = grade(grader, PREAMBLE, ADD, SQUARE)
    assert outcomes(result, 1) == ["passed"] * 4
    assert outcomes(result, 2) == ["passed"] * 2
    assert (result.score, result.max_score, result.status) == (17.0, 19.0, "graded")


def test_all_or_nothing_gives_nothing_for_a_part(grader: Grader) -> None:
    """A question marked all_or_nothing scores 0 as soon as one of its cases fails, as under otter."""
    result = grade(grader, PREAMBLE, ADD, SQUARE)
    assert outcomes(result, 3) == ["passed", "failed"]
    assert result.questions[2].score == 0


def test_a_missing_function_is_named(grader: Grader) -> None:
    """A student reads which function is missing, not that None cannot be called."""
    result = grade(grader, PREAMBLE, ADD)
    assert "«\xa0carre\xa0» n’existe pas" in case(result, 1, 3).message


def test_the_state_at_the_check_counts(grader: Grader) -> None:
    """What later cells do to the notebook's variables does not change a question checked before."""
    checked = grade(grader, PREAMBLE, ADD, SQUARE, "grader.check('q1')", "X[0] = 7")
    assert case(checked, 1, 4).outcome == "passed"
    assert case(checked, 2, 2).outcome == "failed", "q2 was never checked: the final state counts"


def test_an_answer_below_its_check_still_counts(grader: Grader) -> None:
    """A notebook whose check cell stands above the answer is judged on its final state."""
    result = grade(grader, PREAMBLE, "grader.check('q1')", ADD, SQUARE)
    assert result.questions[0].score == 15


def test_hidden_assertions_are_not_shown(grader: Grader) -> None:
    """A hidden test's own text stays with staff; a visible one's, and those of expect, reach the student."""
    wrong = "def ajoute(x, y):\n    return x + y\ndef carre(x):\n    return x.sum()"
    result = grade(grader, PREAMBLE, wrong)
    assert case(result, 1, 1).message == "x lui-même est attendu"
    assert case(result, 1, 2).message == "Il faut écrire dans x."
    assert "secrète" in case(result, 1, 2).detail
    assert "Le gradient" in case(result, 1, 3).message and "au lieu de" in case(result, 1, 3).message


def test_an_exception_of_the_students_is_told(grader: Grader) -> None:
    """Code that raises is `errored`, with the exception's type and message."""
    result = grade(grader, PREAMBLE, "def ajoute(x, y):\n    raise KeyError('clé perdue')", SQUARE)
    assert outcomes(result)[:3] == ["errored", "errored", "passed"]
    assert "KeyError" in case(result, 1, 2).message and "clé perdue" in case(result, 1, 2).message


def test_an_endless_answer_costs_its_test_cases_only(grader: Grader) -> None:
    """Time-outs cost the test cases that loop; the others of the same question are judged."""
    result = grade(grader, PREAMBLE, ADD, "def carre(x):\n    while True:\n        pass")
    assert outcomes(result) == ["passed", "passed", "timeout", "passed"]
    assert "2 s" in case(result, 1, 3).message


def test_an_answer_that_kills_its_process_costs_its_test_cases_only(grader: Grader) -> None:
    """os._exit in an answer is `errored`; nothing else is lost."""
    result = grade(grader, PREAMBLE, ADD, "import os\ndef carre(x):\n    os._exit(0)")
    assert outcomes(result) == ["passed", "passed", "errored", "passed"]


def test_too_large_a_result_fails_its_test_case(grader: Grader) -> None:
    """A result above the observation limit fails the case with a reason, and the grader goes on."""
    huge = "def ajoute(x, y):\n    return torch.zeros(500_000)"
    result = grade(grader, PREAMBLE, huge, SQUARE)
    assert outcomes(result) == ["failed", "failed", "passed", "passed"]
    assert "trop gros" in case(result, 1, 1).message


def test_a_cell_that_hangs_is_stopped_and_the_rest_graded(grader: Grader) -> None:
    """An endless cell is recorded as `timeout`; answers around it keep their points."""
    result = grade(grader, PREAMBLE, ADD, "while True:\n    pass", SQUARE)
    assert result.run is not None
    assert [cell.status for cell in result.run.cells] == ["ok", "ok", "timeout", "ok"]
    assert result.questions[0].score == 15


def test_a_cell_that_crashes_is_skipped_and_the_rest_graded(grader: Grader) -> None:
    """A cell that takes the process down costs nobody the answers after it."""
    result = grade(grader, PREAMBLE, ADD, "import os; os.abort()", SQUARE)
    assert result.questions[0].score == 15


def test_global_state_left_behind_stays_there(grader: Grader) -> None:
    """A notebook that changes torch's defaults is judged like any other, and the next one too."""
    odd = "torch.set_default_dtype(torch.float64)\ntorch.set_grad_enabled(False)"
    result = grade(grader, PREAMBLE, ADD, SQUARE, odd)
    assert outcomes(result, 1)[:3] == ["passed"] * 3
    assert grade(grader, PREAMBLE, ADD, SQUARE).score == 17.0


def test_an_unreadable_submission_has_a_reason_and_all_questions(grader: Grader) -> None:
    """What is no notebook gets 0 with its reason, question by question, without a sandbox."""
    result = grader.grade(Submission(id="vide", student="", unreadable="Ce fichier est vide."))
    assert (result.status, result.score, result.reason) == ("unreadable", 0, "Ce fichier est vide.")
    assert outcomes(result) == ["skipped"] * 4


def test_the_same_submission_gets_the_same_result(grader: Grader) -> None:
    """Seeds make a regrade give the same verdicts and messages."""
    cells = (PREAMBLE, "def ajoute(x, y):\n    x += y * torch.rand(())\n    return x", SQUARE)
    first, second = grade(grader, *cells), grade(grader, *cells)
    assert [q.score for q in first.questions] == [q.score for q in second.questions]
    assert case(first, 1, 3).message == case(second, 1, 3).message
