"""Advice on a master notebook: what an author may have overlooked, or want; the build tells, and goes on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from notegrad.authoring.case_cells import CaseCell
from notegrad.authoring.free_names import without_magics
from notegrad.authoring.master_check import CheckedQuestion
from notegrad.authoring.normal_form import normal_form
from notegrad.authoring.points import share_points
from notegrad.authoring.slips import Slip, slip
from notegrad.probes.clocks import READS_CLOCK

VISIBLE_SHARE_MAX = 0.2
"""Of a question's points; what visible tests give can be had by writing for them."""

MIN_TELLING_CHARACTERS = 12

_FRENCH = re.compile(
    r"\b(les?|la|l|une?|des?|du|d|et|est|il|en|au|aux|votre|vos|ne|pas|doit|doivent|"
    r"sur|dans|que|qui|par|pour|avec|sans|chaque)\b"
)
_ENGLISH = re.compile(r"\b(the|is|of|and|your|must|should|not|with|be)\b")


def advise(questions: Sequence[CheckedQuestion]) -> list[Slip]:
    """Return what concerns points, secrets and measured times in questions, in their order."""
    found = (_on_points, _on_giveaways, _on_clocks)
    return [one for question in questions for on in found for one in on(question)]


def advise_on_messages(questions: Sequence[CheckedQuestion], language: str) -> list[Slip]:
    """Return the hidden test cases whose message says nothing, or nothing in `language`, the course's."""
    return [one for question in questions for one in _on_messages(question, language)]


def _on_points(question: CheckedQuestion) -> Iterator[Slip]:
    """Yield where nothing is graded, no test is hidden, or points can be had by writing for visible ones."""
    if not question.cases:
        if not question.manual and question.declared is None:
            yield slip("advice_not_graded", question.cell, question.name)
        return
    if not any(case.pointed.hidden for case in question.cases):
        if question.points:
            yield slip("advice_no_hidden", question.cell, question.name)
        return
    shares = share_points(question.declared, [case.pointed.points for case in question.cases])
    visible = sum(p for p, case in zip(shares, question.cases, strict=True) if not case.pointed.hidden)
    if question.points and visible / question.points > VISIBLE_SHARE_MAX + 1e-9:
        facts = {"visible": f"{visible:g}", "points": f"{question.points:g}"}
        yield slip("advice_visible_points", question.cell, question.name, **facts)


def _on_messages(question: CheckedQuestion, language: str) -> Iterator[Slip]:
    """Yield hidden test cases that would tell a student nothing, or nothing in the course's language."""
    for number, case in enumerate(question.cases, 1):
        facts = {"number": number, "said": case.failure_message}
        if case.pointed.hidden and not case.failure_message.strip():
            yield slip("advice_no_message", case.cell, question.name, **facts)
        elif case.pointed.hidden and language == "fr" and not _looks_french(case.failure_message):
            yield slip("advice_not_french", case.cell, question.name, **facts)


def _on_giveaways(question: CheckedQuestion) -> Iterator[Slip]:
    """Yield visible test cases in which the solution's own expression stands."""
    telling = _expressions(question.solution)
    for case in question.cases:
        for expression in sorted(telling & _expressions(case.code)) if not case.pointed.hidden else ():
            yield slip("advice_giveaway", case.cell, question.name, name=_name(case), expression=expression)


def _on_clocks(question: CheckedQuestion) -> Iterator[Slip]:
    """Yield test cases that measure a time: it is not the answer's alone."""
    for number, case in enumerate(question.cases, 1):
        if READS_CLOCK.search(case.code):
            yield slip("advice_clock", case.cell, question.name, number=number)


def _name(case: CaseCell) -> str:
    return case.name or case.cell.first_line


def _looks_french(said: str) -> bool:
    words = said.lower()
    return len(set(_FRENCH.findall(words))) > len(set(_ENGLISH.findall(words)))


def _expressions(code: str) -> set[str]:
    """The whole expressions that a piece of code returns or assigns, long enough to tell something."""
    try:
        tree = ast.parse(normal_form(without_magics(code)))
    except (SyntaxError, ValueError):
        return set()
    values = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, (ast.Return, ast.Assign, ast.AugAssign, ast.Expr)) and node.value is not None
    )
    found = {
        ast.unparse(value) for value in values if isinstance(value, (ast.Call, ast.BinOp, ast.Subscript))
    }
    return {f for f in found if len(f) >= MIN_TELLING_CHARACTERS}
