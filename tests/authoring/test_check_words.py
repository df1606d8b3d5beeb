"""`grader.check` of a handout: in the course's language, of hidden tests too, with otter's own answer at hand."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace

import pytest
from otter.test_files.exception_test import ExceptionTestFile

from notegrad.authoring.check_words import with_words
from notegrad.intake.notebooks import read_code_cells
from notegrad.messages.typography import ascii_spaces
from tests.support.course import cell

TESTS = """
from otter.test_files import test_case
OK_FORMAT = False
name = "q1"
points = None

@test_case(points=1, hidden=False, failure_message="2 × 2")
def test_double(double):
    assert double(2) == 4

@test_case(points=1, hidden=False)
def test_type(double):
    assert isinstance(double(2), int)
"""
MAKES = "import otter\ngrader = otter.Notebook('tp.ipynb')"


def handout(language: str, hidden: dict[str, int]) -> bytes:
    cells = [cell("code", "x = 1"), cell("code", MAKES), cell("code", 'grader.check("q1")')]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return with_words(json.dumps(notebook).encode(), hidden, language)


def checked(language: str, hidden: int, answer: object) -> object:
    """What `grader.check` gives where otter runs the tests on an answer."""
    names: dict[str, object] = {"double": answer, "__name__": "__main__"}

    def check(question: str, global_env: dict[str, object]) -> object:
        found = ExceptionTestFile.from_string(TESTS, path=question)
        found.run(global_env)
        return found

    names["grader"] = SimpleNamespace(check=check)
    source = json.loads(handout(language, {"q1": hidden}))["cells"][2]["source"]
    exec(source, names)
    exec(source, names)
    return names["grader"].check("q1")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("fr", ("q1 : tests montrés réussis : 2 sur 2.", "3 tests cachés comptent aussi")),
        ("en", ("q1: visible tests passed: 2 of 2.", "3 hidden tests count too")),
    ],
)
def test_what_passed_is_not_all_that_counts(language: str, parts: tuple[str, ...]) -> None:
    """Who passes all visible tests reads how many hidden ones count besides, in the course's language."""
    text = ascii_spaces(repr(checked(language, 3, lambda x: 2 * x)))
    assert all(part in text for part in parts), text
    assert "passed!" not in text


def test_a_failure_is_told_by_its_sentence() -> None:
    """The author's sentence stands where there is one; otter's whole answer is one attribute away."""
    verdict = checked("fr", 1, lambda x: 3 * x)
    assert "✗ q1 - 1 : 2 × 2" in ascii_spaces(repr(verdict))
    assert "1 test caché compte aussi" in ascii_spaces(repr(verdict))
    assert isinstance(verdict.otter, ExceptionTestFile)  # type: ignore[attr-defined]


def test_a_failure_without_a_sentence_is_told_in_words() -> None:
    """Where the author wrote no sentence, the student reads one all the same, not the name of an exception."""
    said = ascii_spaces(repr(checked("fr", 0, lambda x: 4.0)))
    assert "✗ q1 - 2 : la réponse n’est pas celle que ce test attend" in said
    assert "AssertionError" not in said


def test_no_hidden_test_is_invented() -> None:
    """A question without hidden tests says nothing of them."""
    assert "caché" not in repr(checked("fr", 0, lambda x: 2 * x))


def test_grading_does_not_run_the_cell() -> None:
    """Otter and notegrad leave the cell out by its tag, so that no score depends on it."""
    assert read_code_cells(handout("fr", {"q1": 3})) == ("x = 1", MAKES, 'grader.check("q1")')


def test_the_cell_needs_otter_alone() -> None:
    """The handout works where notegrad is not installed."""
    source = json.loads(handout("fr", {"q1": 3}))["cells"][2]["source"]
    assert "notegrad" not in source
    assert "import" not in source.replace(MAKES, "")
    assert sys.modules["otter"]
