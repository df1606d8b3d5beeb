"""Comparison of what our own parser read in a master notebook with what otter made of it."""

from __future__ import annotations

from collections.abc import Sequence

from notegrad.authoring.master_check import CheckedMaster, CheckedQuestion
from notegrad.authoring.slips import Slip, refuse_slips
from notegrad.authoring.testfiles import TestSource
from notegrad.messages import Message

Cases = tuple[tuple[str, bool], ...]  # of each test case its name, and whether it is hidden


def refuse_difference(checked: CheckedMaster, tests: Sequence[TestSource], path: str, language: str) -> None:
    """Raise BuildError where otter has other questions or test cases than the master, or hides others."""
    made = {test.question: tuple((case.name, case.hidden) for case in test.cases) for test in tests}
    slips = []
    for question in checked.questions:
        expected = _cases(question, ok_format=checked.ok_format)
        actual = made.pop(question.name, ())
        if actual != expected:
            slips.append(_differs(question.name, actual, expected, question.cell.number))
    for name, cases in made.items():
        slips.append(_differs(name, cases, (), 1))
    refuse_slips(slips, path, language)


def _differs(name: str, actual: Cases, expected: Cases, number: int) -> Slip:
    facts = {"question": name, "actual": _told(actual), "expected": _told(expected), "number": number}
    return Slip(message=Message("otter_differs", **facts))


def _cases(question: CheckedQuestion, *, ok_format: bool) -> Cases:
    return tuple(
        (f"case {number}" if ok_format else case.name, case.pointed.hidden)
        for number, case in enumerate(question.cases, 1)
    )


def _told(cases: Cases) -> Message:
    names = ", ".join(f"{name}{' (hidden)' if hidden else ''}" for name, hidden in cases)
    return Message("cases_of_otter", count=len(cases), names=names or "-")
