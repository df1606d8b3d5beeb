"""A missing name has its reason: what became of the cell that should have made it."""

from __future__ import annotations

import pytest

from notegrad.grading.missing_names import MissingNames
from notegrad.messages.typography import ascii_spaces
from notegrad.records import CellRun, NameKind, Question, QuestionResult, TestCase, TestCaseResult


def said(
    *cells: str, failed: dict[int, str] | None = None, kind: NameKind = "function", in_text: str = ""
) -> str:
    """What is said of `ajouter`, which the tests need beside `moyenne`."""
    failed = failed or {}
    runs = [
        CellRun(index=i, status="error" if i in failed else "ok", error=failed.get(i))
        for i in range(len(cells))
    ]
    case = TestCase(name="t", number=1, points=1.0, hidden=False)
    result = TestCaseResult(test_case=case, outcome="failed", score=0.0, missing={"ajouter": kind})
    question = QuestionResult(
        question=Question(name="q1", points=1.0, test_cases=(case,)), score=0.0, test_cases=(result,)
    )
    names = MissingNames(cells, runs, in_text=[in_text], asked=["ajouter", "moyenne"], language="fr")
    return ascii_spaces(names.explained(question).test_cases[0].message)


@pytest.mark.parametrize(
    ("told", "parts"),
    [
        (said("x = 1"), "La fonction « ajouter » n’existe pas dans votre notebook."),
        (said("x = 1", kind="variable"), "La variable « ajouter » n’existe pas"),
        (
            said("def ajouter(x:", failed={0: "SyntaxError: bad (line 1)"}),
            "sa cellule (1) s’est arrêtée : SyntaxError",
        ),
        (said("1/0", "def ajouter(x): pass", failed={0: "ZeroDivisionError: x"}), "la cellule 2 la définit"),
        (said("def Ajouter(x): pass"), "vouliez-vous dire « Ajouter » (cellule 1) ?"),
        (said("def ajoute_r(x): pass"), "vouliez-vous dire « ajoute_r »"),
        (
            said("if True:\n    class A:\n        def ajouter(self): pass"),
            "à l’intérieur d’autre chose (cellule 1",
        ),
        (said("x = 1", in_text="ajouter"), "dans une cellule de texte"),
    ],
)
def test_the_reason_is_told(told: str, parts: str) -> None:
    """*Does not exist* is said only where nothing else is known."""
    assert parts in told


def test_a_name_that_is_asked_for_is_no_slip() -> None:
    """The answer to another question is not proposed, however alike it is written."""
    assert "vouliez-vous" not in said("def moyenne(x): pass")
