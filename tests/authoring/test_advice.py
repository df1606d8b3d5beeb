"""Advice of the build: told where an author may have overlooked something, and nothing is refused for it."""

from __future__ import annotations

import pytest

from notegrad.authoring.advice import advise_on_messages
from notegrad.authoring.build import build
from notegrad.cli.main import run
from notegrad.course.config import load_config
from tests.support.course import Course, case, cell, question

HIDDEN = {"points": 1, "hidden": True, "failure_message": "La valeur est fausse."}


def advice(course: Course, *tests: str, solution: str = "def f(x):\n    return x + x # SOLUTION") -> str:
    course.write(question("q1", "Écrivez f.", solution, list(tests)))
    made = build(load_config(course.config), course.slug, check=False)
    on_messages = advise_on_messages(made.questions, "fr")
    return "\n".join([*made.advice, *(one.text("tp0.ipynb", "fr") for one in on_messages)])


@pytest.mark.parametrize(
    ("tests", "named"),
    [
        ([case("def test_v(f):", "assert f(1) == 2", points=1)], ("cellule 2", "aucun test caché")),
        (
            [
                case("def test_v(f):", "assert f(1) == 2", points=1),
                case("def test_h(f):", "assert f(21) == 42", **HIDDEN),
            ],
            ("cellule 2", "1 point sur 2"),
        ),
        (
            [
                case(
                    "def test_t(f):",
                    "import time\nt = time.perf_counter()\nf(1)\nassert time.perf_counter() - t < 1",
                    **HIDDEN,
                )
            ],
            ("cellule 8", "mesure un temps", "expect.assert_no_loop", "judge: auto"),
        ),
        (
            [case("def test_h(f):", "assert f(21) == 42", points=1, hidden=True)],
            ("cellule 8", "failure_message", "n’apprend rien"),
        ),
        (
            [
                case(
                    "def test_h(f):",
                    "assert f(21) == 42",
                    **{**HIDDEN, "failure_message": "The value is not right."},
                )
            ],
            ("cellule 8", "pas en français", "The value"),
        ),
    ],
)
def test_what_may_be_overlooked_is_told_with_its_cell(course, tests, named):
    """A question without hidden tests, points on visible ones, messages that say nothing."""
    said = advice(course, *tests)
    for words in named:
        assert words in said


def test_a_visible_test_that_gives_the_answer_is_told(course):
    """The expression of the solution in a visible test is an answer that students can copy."""
    solution = "import torch\ndef f(x):\n    return torch.flip(x, (0,)) # SOLUTION"
    visible = case(
        "def test_v(f):",
        "import torch\nx = torch.ones(2)\ny = torch.flip(x, (0,))\nassert f(x) is y",
        points=0,
    )
    said = advice(course, visible, case("def test_h(f):", "assert f(21) == 42", **HIDDEN), solution=solution)
    assert "test_v" in said
    assert "torch.flip(x, (0,))" in said


def test_a_good_question_gets_no_advice(course):
    """The control: nothing is told where nothing is overlooked."""
    assert advice(course, case("def test_h(f):", "assert f(21) == 42", **HIDDEN)) == ""


def test_the_command_tells_questions_graded_by_hand_with_their_points(course, capsys):
    """Points that no grade of ours will hold are named when the bundle is made."""
    manual = [
        cell("raw", "# BEGIN QUESTION\nname: q2\nmanual: true\npoints: 3"),
        cell("markdown", "Pourquoi ?"),
        cell("raw", "# BEGIN SOLUTION"),
        cell("markdown", "Parce que."),
        cell("raw", "# END SOLUTION"),
        cell("raw", "# END QUESTION"),
    ]
    hidden = case("def test_h(f):", "assert f(21) == 42", **HIDDEN)
    course.write([*question("q1", "Écrivez f.", "def f(x):\n    return x + x # SOLUTION", [hidden]), *manual])
    assert run(["build", "--no-check", "--config", str(course.config)]) == 0
    assert "q2: graded by hand, 3 points" in capsys.readouterr().out
