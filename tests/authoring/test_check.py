"""Building grades two notebooks in the sandbox: the solution must score full marks, the untouched one 0."""

from __future__ import annotations

import pytest

from notegrad.authoring.build import build, differences, write
from notegrad.cli.main import run
from notegrad.course.config import load_config
from notegrad.errors import BuildError
from tests.support.course import DOUBLE, TRIPLE, case, question


def built(course):
    return build(load_config(course.config), course.slug)


def test_right_assignment_passes_and_its_solution_runs_in_the_sandbox(course):
    """Full marks for the solution, none for the untouched notebook, before anything is written."""
    source = built(course)
    assert source.solution is not None
    assert source.blank is not None
    assert (source.solution.score, source.solution.max_score, source.blank.score) == (3.0, 3.0, 0.0)
    assert differences(source, course.root)
    write(source, course.root)
    assert not differences(source, course.root)


def test_wrong_solution_is_told_by_test_case(course, capsys):
    """A solution that fails one of its own tests stops the build, and nothing is written."""
    wrong = question(
        "q2",
        "Écrivez `triple(x)`.",
        "def triple(x):\n    return x + x # SOLUTION",
        [case("def test_triple(triple):", "assert triple(14.5) == 43.5", points=1, hidden=True)],
    )
    course.write([*DOUBLE, *wrong])
    assert run(["build", "--config", str(course.config)]) == 2
    said = capsys.readouterr().err
    assert "tp0: the solution scores 2 of 3: q2 - 1 · triple failed" in said
    assert said.count("\n") == 1
    assert not (course.root / "student").exists()


def test_points_for_the_untouched_notebook_are_told_by_test_case(course):
    """A test case that passes without any work must have no points."""
    given = question(
        "q3",
        "Écrivez `f`.",
        "def f(x):\n    return x * 8.5 # SOLUTION",
        [
            case("def test_a(f):", "assert f(4) == 34.0", points=1, hidden=True),
            case("def test_b(f):", "assert callable(f)", points=2, hidden=True),
        ],
    )
    course.write([*TRIPLE, *given])
    with pytest.raises(
        BuildError, match=r"untouched student notebook scores 2 instead of 0: q3 - 2 · b passed"
    ):
        built(course)
    allowed = build(load_config(course.config), course.slug, allow_untouched=True)
    assert allowed.blank is not None
    assert allowed.blank.score == 2.0


def test_a_line_that_the_author_allows_is_no_leak(course):
    """What stands in a hidden test and in the lesson is refused with the option that lets it stand."""
    line = "assert quadruple(10) == 40.0"
    given = question(
        "q3",
        f"Écrivez `quadruple(x)`, pour que `{line}`.",
        "def quadruple(x):\n    return x * 4.0 # SOLUTION",
        [case("def test_a(quadruple):", line, points=1, hidden=True)],
    )
    course.write([*TRIPLE, *given])
    with pytest.raises(
        BuildError, match=r"is in the student bundle.* --allow-line 'assert quadruple\(10\) == 40.0'"
    ):
        build(load_config(course.config), course.slug, check=False)
    assert build(load_config(course.config), course.slug, check=False, allowed_lines=[line]).slug == "tp0"


PATCHING = [
    case(
        "def test_a(quadruple):",
        "from unittest import mock\n"
        'with mock.patch("math.fsum", side_effect=ZeroDivisionError):\n'
        "    assert quadruple(10.5) == 42.0",
        points=1,
        hidden=True,
    )
]


def test_a_case_that_cannot_be_judged_outside_is_refused_with_what_to_write_instead(course):
    """A course of ours is judged outside: the build names the case, the reason and the way out, and takes it."""
    given = question(
        "q3", "Écrivez `quadruple`.", "def quadruple(x):\n    return x * 4.0 # SOLUTION", PATCHING
    )
    course.write([*TRIPLE, *given])
    with pytest.raises(BuildError, match=r"q3 - 1 · a not judged .*math\.fsum.*judge: inside"):
        built(course)
    text = course.config.read_text("utf-8")
    course.config.write_text(text + "    questions:\n      q3: {judge: inside}\n", "utf-8")
    solution = built(course).solution
    assert solution is not None
    assert [case.judged for q in solution.questions for case in q.test_cases][-1] == "inside"
    course.config.write_text(text + "    questions:\n      q33: {judge: inside}\n", "utf-8")
    with pytest.raises(BuildError, match=r"questions\.q33: there is no such question; did you mean 'q3'\?"):
        built(course)
