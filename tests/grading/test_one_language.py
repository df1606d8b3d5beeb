"""A course speaks one language, whatever is handed in: every text of a result, its page and its JSON."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from notegrad.course.bundle import Bundle
from notegrad.grading import Grader
from notegrad.intake.submissions import read_submissions
from notegrad.intake.wanted import Wanted
from notegrad.messages.typography import faults
from notegrad.records import GradingResult, Limits
from notegrad.results.gradescope_json import to_gradescope
from notegrad.results.pages.feedback import to_feedback
from notegrad.settings import AssignmentSettings
from tests.support.platform_exports import notebook, zipped

TESTS = """
from otter.test_files import test_case
OK_FORMAT = False
name = "q1"
points = None

@test_case(points=1, hidden=False)
def test_seen(f):
    assert f(2) == 4

@test_case(points=2, hidden=True, failure_message="f(x) ≠ x.")
def test_form(f):
    import torch
    from notegrad import expect
    x = torch.arange(6.0).reshape(2, 3).T
    result = f(x)
    expect.assert_values(result, 2 * x)
    expect.assert_fresh(result, x=x)

@test_case(points=1, hidden=False)
def test_item(f):
    assert f(2).bit_length() == 3

@test_case(points=2, hidden=True)
def test_other(g):
    import torch
    from notegrad import expect
    expect.assert_form(g(torch.ones(2)), (2,), torch.float32)
"""
RIGHT = ("import torch", "def f(x):\n    return 2 * x", "def g(x):\n    return x + 0")
ODD = {
    "a.pdf": b"%PDF-1.7",
    "cut.ipynb": notebook("x = 1")[:-20],
    "empty.ipynb": b"",
    "two.zip": zipped({"a.ipynb": notebook(*RIGHT), "b.ipynb": notebook("y = 1")}),
    "slow cell.ipynb": notebook("while True: pass", *RIGHT),
    "slow answer.ipynb": notebook("def f(x):\n    while True: pass", "def g(x): return x"),
    "dead cell.ipynb": notebook("import os; os._exit(3)", *RIGHT),
    "dead answer.ipynb": notebook("import os\ndef f(x): os._exit(3)", "def g(x): os.abort()"),
    "stopped.ipynb": notebook("def f(x):\n    return x(", "1 / 0\ndef g(x): return x"),
    "slip.ipynb": notebook("def F(x): return 2 * x", "def outer():\n    def g(x): return x"),
    "text.ipynb": json.dumps(
        {
            "cells": [
                {"cell_type": "markdown", "metadata": {}, "source": "def f(x):\n    return 2 * x"},
                {"cell_type": "code", "metadata": {}, "source": "def g(x): return x", "outputs": []},
            ]
        }
    ).encode(),
    "method.ipynb": notebook("def f(x): return x.sum", "class Own: pass\ndef g(x): return Own()"),
    "own error.ipynb": notebook(
        "class Bad(ValueError): pass\ndef f(x): raise Bad('no')\ndef g(x): return None"
    ),
    "install.ipynb": notebook("!pip install torch", *RIGHT),
    "list.ipynb": notebook("def f(x): return [x]", "def g(x): return x"),
    "variable.ipynb": notebook("def f(x): return 2 * x", "import torch\nf = f(torch.ones(2))", "g = None"),
    "object.ipynb": notebook("class Own: pass\ndef f(x): return Own()", "def g(x): return x"),
    "property.ipynb": notebook(
        "class Own:\n    @property\n    def bit_length(self): return self.bits\ndef f(x): return Own()",
        "def g(x): return x",
    ),
    "lambda.ipynb": notebook("def f(x): return lambda: x", "def g(x): return x, x"),
    "none.ipynb": notebook("def f(x): 2 * x", "def g(x): return [x]"),
    "ends.ipynb": notebook("import sys\ndef f(x): sys.exit(1)", "def g(x): return input()"),
    "slip.py": b"import torch\n\ndef f(x)\n    return 2 * x\n",
    "wrong.ipynb": notebook("def f(x): return 3 * x", "import torch\ndef g(x): return torch.mm(x, x)"),
}
FRENCH = re.compile(r"\b(le|la|les|une|est|votre|cellule|dans|fichier|au lieu|avec|pas)\b", re.IGNORECASE)
ENGLISH = re.compile(r"\b(the|your|was|cell|file|instead|with|of|not|is)\b", re.IGNORECASE)
OURS = re.compile(r"\bStub\b|StudentError|\b(\w+Error): \1\b|notegrad\.(?:mirror|judge|expect)")
SAID_BY_PYTHON = re.compile(
    r"\(line \d+\)|SyntaxError: [^.;]*|RuntimeError: [^.]*|AttributeError: [^.\\[]*|ZeroDivisionError: [^.]*|\[[^\]]*\]"
)


@cache
def results(language: str, folder: Path) -> tuple[GradingResult, ...]:
    limits = Limits(wall_s=60, cell_wall_s=2, test_case_wall_s=2)
    settings = AssignmentSettings(slug="tp", title="TP", language=language, limits=limits)  # type: ignore[arg-type]
    wanted = Wanted(names=frozenset({"f", "g"}), language=language)
    with Grader(Bundle(settings=settings, tests=(("q1.py", TESTS),))) as grader:
        return tuple(grader.grade(each) for each in read_submissions([folder], wanted))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("odd")
    for name, data in ODD.items():
        (place / name).write_bytes(data)
    return place


def texts(result: GradingResult) -> Iterator[str]:
    """Every sentence of a result that a student or staff reads."""
    yield result.reason or ""
    yield from result.notes
    for cell in result.run.cells if result.run else ():
        yield cell.error or ""
        yield cell.stdout_tail
    for question in result.questions:
        for case in question.test_cases:
            yield case.message


def said(result: GradingResult) -> list[str]:
    return [SAID_BY_PYTHON.sub("", text) for text in texts(result) if text]


@pytest.mark.parametrize(("language", "foreign"), [("fr", ENGLISH), ("en", FRENCH)])
def test_a_course_speaks_one_language(folder: Path, language: str, foreign: re.Pattern[str]) -> None:
    """PDFs, cut files, time-outs, deaths and wrong answers are told in the course's language alone."""
    found = [
        (result.student, foreign.findall(text), text)
        for result in results(language, folder)
        for text in said(result)
        if foreign.search(text.replace("notebook", ""))
    ]
    assert not found, "\n".join(map(str, found))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_name_of_ours_is_shown(folder: Path, language: str) -> None:
    """A student reads of their own types, and no error's name twice."""
    found = [text for result in results(language, folder) for text in texts(result) if OURS.search(text)]
    assert not found, "\n".join(found)


def test_french_results_are_set_as_french_is_printed(folder: Path) -> None:
    """No sentence of a French result breaks a line before its colon; what Python says is left as it is."""
    found = [text for result in results("fr", folder) for text in said(result) if faults(text)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("language", "foreign"), [("fr", ENGLISH), ("en", FRENCH)])
def test_page_and_json_say_the_same_language(folder: Path, language: str, foreign: re.Pattern[str]) -> None:
    """The page and Gradescope's JSON of an odd hand-in have no sentence of the other language."""
    for result in results(language, folder):
        shown = json.dumps(to_gradescope(result, language=language), ensure_ascii=False)
        page = html.unescape(
            re.sub(
                r"<style.*?</style>|<[^>]*>",
                " ",
                to_feedback(result, language=language, moment="after_published").decode(),
                flags=re.DOTALL,
            )
        )
        for text in (shown, page):
            assert not OURS.search(text), (result.student, OURS.search(text))


def message(folder: Path, name: str, number: int, language: str = "fr") -> str:
    found = next(each for each in results(language, folder) if each.student == name)
    return found.questions[0].test_cases[number - 1].message


def test_a_script_is_told_by_its_line(folder: Path) -> None:
    """A script that Python cannot read is no notebook that lacks its JSON: its line says more."""
    said = [result.reason or "" for result in results("fr", folder) if result.student.startswith("slip.py")]
    assert said
    assert "erreur de syntaxe à la ligne 3" in said[0]


@pytest.mark.parametrize(
    ("name", "number", "parts"),
    [
        ("stopped", 1, ("«\xa0f\xa0» n’a pas pu être définie", "sa cellule (1)", "SyntaxError")),
        ("stopped", 4, ("«\xa0g\xa0» n’a pas pu être définie", "sa cellule (2)", "ZeroDivisionError")),
        ("slip", 1, ("vouliez-vous dire «\xa0F\xa0» (cellule 1)",)),
        ("slip", 4, ("à l’intérieur d’autre chose (cellule 2",)),
        ("text", 1, ("dans une cellule de texte",)),
        ("method", 2, ("la méthode «\xa0sum\xa0»", "les parenthèses, .sum()")),
        ("method", 4, ("de type Own au lieu de Tensor",)),
        ("own error", 1, ("a levé Bad\xa0: no",)),
        ("own error", 4, ("est None",)),
        ("variable", 1, ("«\xa0f\xa0» n’est pas une fonction", "variable (de type Tensor)", "(f = …)")),
        ("variable", 2, ("«\xa0f\xa0» n’est pas une fonction",)),
        ("lambda", 2, ("résultat est une fonction", "les parenthèses d’un appel")),
        ("lambda", 4, ("un tuple de plusieurs valeurs", "de type Tensor")),
        (
            "none",
            3,
            ("f(2) est None\xa0: il manque", "s’est arrêté sur «\xa0assert f(2).bit_length() == 3\xa0»"),
        ),
        ("ends", 2, ("a levé SystemExit\xa0: 1",)),
        ("ends", 4, ("EOFError", "personne ne répond à input()")),
        ("list", 3, ("s’est arrêté sur «\xa0assert f(2).bit_length() == 3\xa0»", "AttributeError")),
        ("object", 3, ("Le test s’est arrêté sur", "'Own' object has no attribute 'bit_length'")),
        ("property", 3, ("Votre code a levé AttributeError", "no attribute 'bits'", "[def bit_length(self)")),
        ("wrong", 1, ("assert f(2) == 4", "f(2) = 6")),
        ("wrong", 2, ("f(x) ≠ x. Avant même d’en venir là\xa0: le résultat", "de forme (3, 2), transposé")),
        ("wrong", 4, ("RuntimeError\xa0: self must be a matrix", "float32 de forme (2,)")),
    ],
)
def test_a_sentence_says_what_is_so(folder: Path, name: str, number: int, parts: tuple[str, ...]) -> None:
    """Each kind of mistake is told by its own cause, in the student's own words."""
    said = message(folder, name, number)
    assert all(part in said for part in parts), said
